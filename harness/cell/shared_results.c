#define _GNU_SOURCE /* memfd_create */
#include "cell/shared_results.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "cell/heap_map.h"

enum { EXTRA_SAMPLES = 8 }; /* the peaks and the end, beside the grid */

/* What follows the samples. */
static size_t extra_bytes(const struct cell *cell)
{
    switch (cell->pass) {
    case PASS_LATENCY:
        return sizeof(struct latency);
    case PASS_MAP:
        return sizeof(struct heap_map) + cell->samples * sizeof(struct heap_map_moment);
    case PASS_MEMORY:
        return HOLE_MOMENTS * sizeof(struct hole_moment);
    case PASS_MINHEAP:
        return CURVE_POINTS * sizeof(struct curve_point);
    default:
        return 0;
    }
}

struct shared_results *shared_results_take(const struct cell *cell, int fd, struct problem *problem)
{
    size_t most = cell->samples + (size_t)EXTRA_SAMPLES;
    size_t samples = sizeof(struct shared_results) + most * sizeof(struct sample);
    size_t extra_at = (samples + 63) & ~(size_t)63;
    size_t bytes = extra_at + extra_bytes(cell);
    void *map = MAP_FAILED;
    if (fd >= 0 && ftruncate(fd, (off_t)bytes) == 0) {
        map = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_NORESERVE, fd, 0);
    }
    if (map == MAP_FAILED) {
        problem_set(problem, "cannot share %zu bytes with a cell: %s", bytes, strerror(errno));
        return NULL;
    }
    struct shared_results *b = map;
    b->bytes = bytes;
    b->fd = fd;
    b->sample_most = most;
    b->extra_at = extra_at;
    if (cell->pass == PASS_MAP) {
        ((struct heap_map *)shared_results_extra(b))->most = cell->samples;
    }
    return b;
}

struct shared_results *shared_results_open(const struct cell *cell, struct problem *problem)
{
    int fd = memfd_create("fitlab cell", MFD_CLOEXEC);
    struct shared_results *b = shared_results_take(cell, fd, problem);
    if (!b && fd >= 0) {
        close(fd);
    }
    return b;
}

void shared_results_reset(struct shared_results *b)
{
    b->status = CELL_OK;
    b->detail[0] = '\0';
    b->digest = 0;
    b->metrics = (struct metrics){0};
    b->sample_count = 0;
    memset(shared_results_extra(b), 0, b->bytes - b->extra_at);
}

void shared_results_close(struct shared_results *b)
{
    if (b) {
        close(b->fd);
        munmap(b, b->bytes);
    }
}
