#include "region/region_map.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "allocators/policy.h"
#include "base/words.h"
#include "region/system_page.h"
#include "region/zeroes.h"

enum { REGION_COLOURS = 16 };
#if UINTPTR_MAX > 0xffffffff
static const size_t REGION_BASE_ALIGN = (size_t)1 << 30;
#else
static const size_t REGION_BASE_ALIGN = (size_t)1 << 26; /* addresses are few */
#endif

static bool bad_spec(const char *text, struct problem *problem)
{
    long n;
    if (words_number(strncmp(text, "grow:", 5) ? text : text + 5, &n)) {
        return problem_set(problem, "'%s' is out of range for a region: give 4K to 64G", text);
    }
    return problem_set(problem,
                       "'%s' is no region: give 'grow', 'grow:64M' (growable up to a limit), "
                       "'64M' (fixed) or '1.5x' (fixed, a multiple of the peak live bytes)",
                       text);
}

static bool parse_bytes(const char *text, size_t *bytes)
{
    long n;
    if (!words_number(text, &n) || n < (long)REGION_ALIGN || (size_t)n > REGION_RESERVE) {
        return false;
    }
    *bytes = (size_t)n;
    return true;
}

/* The size in the largest unit that divides it, so that one size has one text. */
static void format_bytes(const char *prefix, size_t bytes, char *out, size_t size)
{
    static const char *const unit[] = {"", "K", "M", "G"};
    size_t u = 0;
    for (; u < 3 && bytes % 1024 == 0; u++) {
        bytes /= 1024;
    }
    snprintf(out, size, "%s%zu%s", prefix, bytes, unit[u]);
}

static bool parse_multiple(const char *text, struct region_spec *spec)
{
    char *end;
    double factor = strtod(text, &end);
    if (end == text || strcmp(end, "x") != 0 || !(factor >= 0.01 && factor <= 10000)) {
        return false;
    }
    *spec = (struct region_spec){.form = REGION_MULTIPLE, .factor = factor};
    snprintf(spec->text, sizeof spec->text, "%.10gx", factor);
    return true;
}

bool region_spec_parse(const char *text, struct region_spec *spec, struct problem *problem)
{
    size_t bytes = REGION_RESERVE;
    if (!strcmp(text, "grow")) {
        *spec = (struct region_spec){.form = REGION_GROW, .bytes = bytes, .text = "grow"};
        return true;
    }
    if (!strncmp(text, "grow:", 5) && parse_bytes(text + 5, &bytes)) {
        *spec = (struct region_spec){.form = REGION_GROW, .bytes = bytes};
        format_bytes("grow:", bytes, spec->text, sizeof spec->text);
        return true;
    }
    if (parse_bytes(text, &bytes)) {
        *spec = (struct region_spec){.form = REGION_FIXED, .bytes = bytes};
        format_bytes("", bytes, spec->text, sizeof spec->text);
        return true;
    }
    return parse_multiple(text, spec) || bad_spec(text, problem);
}

size_t region_spec_bytes(const struct region_spec *spec, uint64_t peak_live_bytes)
{
    size_t bytes = spec->bytes;
    if (spec->form == REGION_MULTIPLE) {
        double most = (double)(SIZE_MAX - FITLAB_ALIGN),
               wanted = spec->factor * (double)peak_live_bytes;
        bytes = (size_t)(wanted < most ? ceil(wanted) : most);
    }
    return (bytes + FITLAB_ALIGN - 1) & ~(FITLAB_ALIGN - 1);
}

static void place(struct region_map *m, char *base, size_t bytes, bool fixed)
{
    m->region = (struct region){.base = base, .brk = base, .limit = base + bytes, .peak = base};
    if (fixed) {
        m->region.brk = m->region.peak = m->region.limit;
    }
}

bool region_map_open(struct region_map *m, size_t bytes, bool fixed, unsigned colour,
                     struct problem *problem)
{
    size_t page = system_page_bytes(), shift = (colour % REGION_COLOURS) * page;
    m->length = bytes + REGION_BASE_ALIGN + REGION_COLOURS * page;
    m->map = MAP_FAILED;
    errno = ENOMEM;
    if (m->length > bytes) {
        m->map = mmap(NULL, m->length, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    }
    if (m->map == MAP_FAILED) {
        return problem_set(problem, "cannot reserve %zu bytes for a region: %s", m->length,
                           strerror(errno));
    }
    size_t gap = -(uintptr_t)m->map & (REGION_BASE_ALIGN - 1);
    place(m, m->map + gap + shift, bytes, fixed);
    return true;
}

bool region_map_open_at(struct region_map *m, size_t bytes, bool fixed, char *base,
                        struct problem *problem)
{
    m->length = bytes + REGION_BASE_ALIGN;
    m->map = mmap(base, m->length, PROT_READ | PROT_WRITE,
                  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE, -1, 0);
    if (m->map == base) {
        place(m, base, bytes, fixed);
        return true;
    }
    if (m->map != MAP_FAILED) { /* a kernel that does not know MAP_FIXED_NOREPLACE ignores it */
        munmap(m->map, m->length);
    }
    return region_map_open(m, bytes, fixed, 0, problem);
}

/* Only resident pages can hold anything but zeroes. */
void region_map_renew(struct region_map *m, bool fixed)
{
    enum { BATCH = 1 << 16 };
    static unsigned char resident[BATCH];
    struct region *r = &m->region;
    const size_t page = system_page_bytes(), batch_bytes = BATCH * page;
    const size_t used = (size_t)(r->peak - r->base);
    for (size_t at = 0; at < used; at += batch_bytes) {
        char *from = r->base + at;
        size_t bytes = used - at < batch_bytes ? used - at : batch_bytes;
        size_t pages = (bytes + page - 1) / page;
        bool known = mincore(from, bytes, resident) == 0;
        for (size_t i = 0; i < pages; i++) {
            if (!known || (resident[i] & 1)) {
                memset(from + i * page, 0, page);
            }
        }
    }
    place(m, r->base, (size_t)(r->limit - r->base), fixed);
}

void region_map_prefault(const struct region_map *m, size_t bytes)
{
    zeroes_bring(m->region.base, bytes);
}

void region_map_close(struct region_map *m)
{
    munmap(m->map, m->length);
}
