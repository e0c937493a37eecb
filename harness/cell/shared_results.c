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

void shared_results_put(struct shared_results *b, void *to, const void *from, size_t bytes)
{
    enum { PAGE = SHARED_PROGRESS_BYTES };
    size_t begin = (size_t)((char *)to - (char *)b) & ~(size_t)(PAGE - 1);
    size_t end = ((size_t)((char *)to - (char *)b) + bytes + PAGE - 1) & ~(size_t)(PAGE - 1);
    bool locked = writer.begun && writer.locked;
    if (locked) {
        mprotect((char *)b + begin, end - begin, PROT_READ | PROT_WRITE);
    }
    memcpy(to, from, bytes);
    if (locked) {
        mprotect((char *)b + begin, end - begin, PROT_READ);
    }
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
    uint64_t count = b->sample_count + kept.count;
    if (!kept.count) {
        return;
    }
    check_kept();
    shared_results_put(b, &b->sample[b->sample_count], kept.sample,
                       kept.count * sizeof *kept.sample);
    shared_results_put(b, &b->sample_count, &count, sizeof count);
    kept.count = 0;
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
    b->sample_count = b->page_samples = 0;
    memset((char *)b + b->layout.own_at, 0, b->layout.bytes - b->layout.own_at);
}

static uint64_t digest_of(const struct shared_results *b, uint64_t seed)
{
    const size_t from = offsetof(struct shared_results, status);
    return XXH3_64bits_withSeed((const char *)b + from, b->layout.bytes - from, seed);
}

void shared_results_finish(struct shared_results *b)
{
    shared_results_unlock(b);
    b->digest_of_all = digest_of(b, writer.seed);
    atomic_store(&b->done, true);
}

struct shared_results *shared_results_copy(const struct shared_layout *layout)
{
    char *copy = malloc(layout->bytes);
    size_t got = 0;
    while (copy && got < layout->bytes) {
        ssize_t n = pread(layout->fd, copy + got, layout->bytes - got, (off_t)got);
        if (n <= 0 && errno != EINTR) {
            free(copy);
            return NULL;
        }
        got += n > 0 ? (size_t)n : 0;
    }
    struct shared_results *b = (struct shared_results *)(void *)copy;
    if (b) {
        b->layout = *layout;
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
