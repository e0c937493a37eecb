#define _GNU_SOURCE /* memfd_create, seals */
#include "cell/shared_results.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <xxhash.h>

#include "cell/pass_kind.h"

enum { EXTRA_SAMPLES = 8 }; /* the peaks and the end, beside the grid */

size_t shared_results_samples(const struct cell *cell)
{
    return cell->samples + (size_t)EXTRA_SAMPLES;
}

/* Of the process of a cell: there is one cell in it. */
static struct {
    bool begun, locked;
    uint64_t seed;
} writer;

static struct shared_layout layout_of(const struct cell *cell, int fd)
{
    const struct pass_kind *kind = pass_kinds[cell->pass];
    struct shared_layout l = {.pass = cell->pass,
                              .fd = fd,
                              .grid_samples = cell->samples,
                              .sample_most = shared_results_samples(cell)};
    size_t samples = sizeof(struct shared_results) + l.sample_most * sizeof(struct sample);
    l.own_at = (samples + 63) & ~(size_t)63;
    l.bytes = l.own_at + (kind->own_bytes ? kind->own_bytes(cell) : 0);
    return l;
}

struct shared_results *shared_results_take(const struct cell *cell, int fd, struct problem *problem)
{
    struct shared_layout layout = layout_of(cell, fd);
    void *map = MAP_FAILED;
    if (fd >= 0) {
        map = mmap(NULL, layout.bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_NORESERVE, fd, 0);
    }
    if (map == MAP_FAILED) {
        problem_set(problem, "cannot share %" PRIu64 " bytes with a cell: %s", layout.bytes,
                    strerror(errno));
        return NULL;
    }
    struct shared_results *b = map;
    b->layout = layout;
    return b;
}

void *shared_results_own(const struct shared_results *b, enum cell_pass pass)
{
    if (b->layout.pass != pass) {
        abort(); /* a pass that reads the results of another */
    }
    return (char *)(uintptr_t)b + b->layout.own_at;
}

struct shared_results *shared_results_open(const struct cell *cell, struct problem *problem)
{
    int fd = memfd_create("fitlab cell", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    bool sized = fd >= 0 && ftruncate(fd, (off_t)layout_of(cell, fd).bytes) == 0;
    if (sized) { /* a reader of memory that was cut off would die of it */
        fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL);
    }
    struct shared_results *b = shared_results_take(cell, sized ? fd : -1, problem);
    if (!b && fd >= 0) {
        close(fd);
    }
    return b;
}

void shared_results_close(struct shared_results *b, const struct shared_layout *layout)
{
    if (b) {
        close(layout->fd);
        munmap(b, layout->bytes);
    }
}

void shared_results_begin(struct shared_results *b, uint64_t seed)
{
    (void)b;
    writer.begun = true;
    writer.seed = seed;
}

/* Where pages are larger than ours nothing is locked, as the kernel refuses. */
static void protect(struct shared_results *b, bool locked)
{
    if (writer.begun && writer.locked != locked) {
        mprotect((char *)b + SHARED_PROGRESS_BYTES, b->layout.bytes - SHARED_PROGRESS_BYTES,
                 locked ? PROT_READ : PROT_READ | PROT_WRITE);
        writer.locked = locked;
    }
}

/* Unlocks and locks all of the results, although the items lie in a page or two. To unlock these
 * pages alone, the kernel would have to split the mapping and join it again, for the items and for
 * the count, which takes longer than to change the rights of some more pages. */
void shared_results_append(struct shared_results *b, void *array, uint64_t *count,
                           const void *items, size_t n, size_t item_bytes)
{
    bool locked = writer.begun && writer.locked;
    protect(b, false);
    memcpy((char *)array + *count * item_bytes, items, n * item_bytes);
    *count += n;
    protect(b, locked);
}

/* ---- samples that are kept back ---- */

enum {
    KEPT_MOST = 32,    /* samples */
    KEPT_EVENTS = 2048 /* from the first of them to the next: a fraction of a millisecond */
};

/* The policy could write here, too: the digest, whose seed it does not know, tells. */
static struct {
    struct sample sample[KEPT_MOST];
    size_t count;
    uint64_t digest;
} kept;

static uint64_t digest_of_kept(void)
{
    return XXH3_64bits_withSeed(kept.sample, kept.count * sizeof *kept.sample, writer.seed);
}

static void check_kept(void)
{
    if (kept.count > KEPT_MOST || (kept.count && kept.digest != digest_of_kept())) {
        abort(); /* the policy has written to it */
    }
}

static void put_kept(struct shared_results *b)
{
    if (kept.count) {
        check_kept();
        shared_results_append(b, b->sample, &b->sample_count, kept.sample, kept.count,
                              sizeof *kept.sample);
        kept.count = 0;
    }
}

uint64_t shared_results_sample_count(const struct shared_results *b)
{
    return b->sample_count + kept.count;
}

void shared_results_add_sample(struct shared_results *b, const struct sample *s)
{
    check_kept();
    kept.sample[kept.count++] = *s;
    kept.digest = digest_of_kept();
    if (!writer.begun || kept.count == KEPT_MOST ||
        s->event - kept.sample[0].event >= KEPT_EVENTS || s->reason != SAMPLE_GRID) {
        put_kept(b);
    }
}

void shared_results_lock(struct shared_results *b)
{
    protect(b, true);
}

void shared_results_unlock(struct shared_results *b)
{
    put_kept(b);
    protect(b, false);
}

void shared_results_reset(struct shared_results *b)
{
    shared_results_unlock(b);
    b->status = CELL_OK;
    b->detail[0] = '\0';
    b->digest = 0;
    b->metrics = (struct metrics){0};
    b->sample_count = b->page_samples = b->thread_samples = 0;
    memset((char *)b + b->layout.own_at, 0, b->layout.bytes - b->layout.own_at);
}

/* Room that was not used is left out of the digest and of the copy: to touch it is a page fault for
 * each of its pages, and most of a small cell's results are such room. */
static size_t end_of_samples(const struct shared_results *b)
{
    return sizeof *b + shared_results_bounded(b, b->sample_count) * sizeof(struct sample);
}

static size_t end_of_own(const struct shared_results *b)
{
    const struct pass_kind *kind = pass_kinds[b->layout.pass];
    return kind->own_used ? b->layout.own_at + kind->own_used(b) : b->layout.bytes;
}

static uint64_t digest_of(const struct shared_results *b, uint64_t seed)
{
    const char *start = (const char *)b;
    const size_t from = offsetof(struct shared_results, status), own = b->layout.own_at;
    uint64_t samples = XXH3_64bits_withSeed(start + from, end_of_samples(b) - from, seed);
    return XXH3_64bits_withSeed(start + own, end_of_own(b) - own, samples);
}

void shared_results_finish(struct shared_results *b)
{
    shared_results_unlock(b);
    b->digest_of_all = digest_of(b, writer.seed);
    atomic_store(&b->done, true);
}

/* Reads the bytes from `at` to `end` of the results to the same place of their copy. */
static bool copy_range(const struct shared_layout *l, char *copy, size_t at, size_t end)
{
    while (at < end) {
        ssize_t n = pread(l->fd, copy + at, end - at, (off_t)at);
        if (n <= 0 && errno != EINTR) {
            return false;
        }
        at += n > 0 ? (size_t)n : 0;
    }
    return true;
}

struct shared_results *shared_results_copy(const struct shared_layout *layout)
{
    struct shared_results *b = malloc(layout->bytes);
    char *copy = (char *)b;
    bool read = b && copy_range(layout, copy, 0, sizeof *b);
    if (read) {
        b->layout = *layout; /* what the process says of it is not believed */
        read = copy_range(layout, copy, sizeof *b, end_of_samples(b)) &&
               copy_range(layout, copy, layout->own_at, end_of_own(b));
    }
    if (!read) {
        free(b);
        return NULL;
    }
    return b;
}

bool shared_results_is_bool(const bool *value)
{
    unsigned char byte;
    memcpy(&byte, value, 1);
    return byte <= 1;
}

static bool sample_sound(const struct sample *s)
{
    return (unsigned)s->reason < SAMPLE_REASON_COUNT && shared_results_is_bool(&s->granted_known) &&
           shared_results_is_bool(&s->walked);
}

static bool scalars_sound(const struct shared_results *b)
{
    bool sound = (unsigned)b->status < CELL_STATUS_COUNT && memchr(b->detail, 0, sizeof b->detail);
    for (size_t id = 0; sound && id < METRICS; id++) {
        const struct metrics *m = &b->metrics;
        sound = shared_results_is_bool(&m->known[id]) &&
                (metric_table[id].type != METRIC_KIND || m->value[id].count < EVENT_KINDS);
    }
    return sound;
}

bool shared_results_sound(const struct shared_results *b, uint64_t seed)
{
    unsigned char done;
    memcpy(&done, (const void *)&b->done, 1);
    bool sound = done <= 1 && (!done || b->digest_of_all == digest_of(b, seed)) &&
                 scalars_sound(b) && b->sample_count <= b->layout.sample_most;
    for (size_t i = 0; sound && i < b->sample_count; i++) {
        sound = sample_sound(&b->sample[i]);
    }
    const struct pass_kind *kind = pass_kinds[b->layout.pass];
    return sound && (!kind->sound || kind->sound(b));
}
