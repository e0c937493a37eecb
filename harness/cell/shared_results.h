/* shared_results.h - what a cell's process shares with its parent; internal to this room.
 *
 * A policy can write to any memory of the process that it runs in, so the two sides differ:
 *
 * - The process of the cell may write to the results only between shared_results_unlock and
 *   shared_results_lock, and by shared_results_append; it locks them while the policy runs, so that
 *   a stray write ends in a signal. At the end, shared_results_finish adds a digest of all.
 * - The parent reads nothing in place but `progress`. It copies the results once the process has
 *   ended, takes their layout from its own memory, and judges sizes, counts, names and digest
 *   before anyone else reads them.
 */
#ifndef FITLAB_SHARED_RESULTS_H
#define FITLAB_SHARED_RESULTS_H

#include <stdatomic.h>

#include "cell/cell.h"

enum { SHARED_PROGRESS_BYTES = 4096 }; /* a page: it is written to all along, so never locked */

struct shared_results {
    _Atomic uint64_t progress;
    char apart[SHARED_PROGRESS_BYTES - sizeof(uint64_t)];
    _Atomic bool done; /* the result below is final, and `digest_of_all` is there */
    _Alignas(8) uint64_t digest_of_all;
    struct shared_layout layout;
    /* What follows is what the digest is of. */
    enum cell_status status;
    char detail[CELL_DETAIL_SIZE];
    _Alignas(8) double canary_ns; /* the quickest canary here; 0: none was run */
    uint64_t digest;
    struct metrics metrics;
    uint64_t sample_count;
    uint64_t hole_moments, curve_points, page_samples, thread_samples;
    struct sample sample[];
};

/* The pass's own results, of the size that its kind says, zeroed at first. Each pass has a function
 * around this call in its file, where the type of the results is known. Two programs map the
 * memory, each at its own address, so it must hold no pointer. One of them may be of 32 bits: there
 * uint64_t and double are aligned to 4 bytes and size_t has 4, so such members are given their
 * alignment, and counts are uint64_t. */
void *shared_results_own(const struct shared_results *, enum cell_pass);

/* How many samples a cell can have. */
size_t shared_results_samples(const struct cell *);

/* A count of samples that was read from the results, or the most there can be if it is larger: a
 * damaged count must not lead beyond the memory. */
static inline size_t shared_results_bounded(const struct shared_results *b, uint64_t count)
{
    return (size_t)(count < b->layout.sample_most ? count : b->layout.sample_most);
}

/* NULL and a problem if the machine refuses. */
struct shared_results *shared_results_open(const struct cell *, struct problem *);

/* Maps the shared results of the same cell that another program opened. */
struct shared_results *shared_results_take(const struct cell *, int fd, struct problem *);

/* Unmaps what was opened with this layout, and closes its file. */
void shared_results_close(struct shared_results *, const struct shared_layout *);

/* In the process of the cell: from here on the two below lock and unlock; seed is what the digest
 * starts from, which the memory itself does not tell. */
void shared_results_begin(struct shared_results *, uint64_t seed);
void shared_results_lock(struct shared_results *);
void shared_results_unlock(struct shared_results *);

/* Appends n items, of item_bytes each, to an array in the results that has *count of them, and adds
 * n to *count. Works whether the results are locked or not. The caller knows that there is room. */
void shared_results_append(struct shared_results *, void *array, uint64_t *count, const void *items,
                           size_t n, size_t item_bytes);

/* Adds a sample, for which the caller knows that there is room. Of samples that follow one another
 * within few events, several are kept in the memory of the process and put together, so that those
 * of the last few events are lost if the policy crashes. */
void shared_results_add_sample(struct shared_results *, const struct sample *);

/* How many samples there are, those that are kept back included. */
uint64_t shared_results_sample_count(const struct shared_results *);

/* The results are final. */
void shared_results_finish(struct shared_results *);

/* In run_cell.c: sets the limits of this process, which is the cell's own. They hold for a program
 * that it starts as well. */
void cell_limit(const struct cell *);

/* The same, runs the cell in this process, and ends it. */
_Noreturn void cell_run(const struct cell *, struct shared_results *, uint64_t seed);

/* Discards what was measured, for another try. */
void shared_results_reset(struct shared_results *);

/* In the parent: a copy of the results as they are, with the layout given, to be freed with free.
 * What lies beyond its counts is undefined. NULL: they cannot be read. */
struct shared_results *shared_results_copy(const struct shared_layout *);

/* Whether a copy is what a cell's process can have written: every count is within its array, every
 * name within its table, every text ended; if it is said to be done, its digest is right. */
bool shared_results_sound(const struct shared_results *copy, uint64_t seed);

/* Whether a byte that should be a bool is one; reading another value as a bool is undefined. */
bool shared_results_is_bool(const bool *);

static inline void shared_results_progress(struct shared_results *b, uint64_t events)
{
    atomic_store_explicit(&b->progress, events, memory_order_relaxed);
}

#endif
