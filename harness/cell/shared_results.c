#define _GNU_SOURCE /* memfd_create */
#include "cell/shared_results.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "cell/pass_kind.h"

enum { EXTRA_SAMPLES = 8 }; /* the peaks and the end, beside the grid */

size_t shared_results_samples(const struct cell *cell)
{
    return cell->samples + (size_t)EXTRA_SAMPLES;
}

struct shared_results *shared_results_take(const struct cell *cell, int fd, struct problem *problem)
{
    size_t most = shared_results_samples(cell);
    size_t samples = sizeof(struct shared_results) + most * sizeof(struct sample);
    size_t own_at = (samples + 63) & ~(size_t)63;
    const struct pass_kind *kind = pass_kinds[cell->pass];
    size_t bytes = own_at + (kind->own_bytes ? kind->own_bytes(cell) : 0);
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
    b->pass = cell->pass;
    b->own_at = own_at;
    return b;
}

void *shared_results_own(const struct shared_results *b, enum cell_pass pass)
{
    if (b->pass != pass) {
        abort(); /* a pass that uses the results of another */
    }
    return (char *)(uintptr_t)b + b->own_at;
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
    b->sample_count = b->page_samples = 0;
    memset((char *)b + b->own_at, 0, b->bytes - b->own_at);
}

void shared_results_close(struct shared_results *b)
{
    if (b) {
        close(b->fd);
        munmap(b, b->bytes);
    }
}
