/* packing.h - the offline problem: blocks whose births and deaths are all known beforehand get
 * offsets, and the height of the packing is the least heap that any allocator could have used.
 *
 * Time is counted in births. A block is alive in the sections [lower, upper): section i begins
 * with the i-th distinct moment at which something is born, so two blocks are alive together
 * if and only if their ranges of sections overlap, and every section is worth looking at.
 *
 * This is dynamic storage allocation, NP-hard (Garey and Johnson, SR2); the load is a lower
 * bound, and the optimum is at most 3 times that (Gergov 1999).
 */
#ifndef FITLAB_PACKING_H
#define FITLAB_PACKING_H

#include <stddef.h>
#include <stdint.h>

#include "workloads/problem.h"

struct workload;
struct table;

struct packing_block {
    uint64_t size;         /* bytes, rounded up to the packing's align; > 0 */
    uint32_t lower, upper; /* alive in these sections; lower < upper */
    uint32_t id;           /* which birth of the workload, or row of the table, from 0 */
};

struct packing {
    struct packing_block *block; /* in order of birth */
    uint64_t *life; /* lifetimes in the problem's own unit of time; NULL: births are that unit */
    size_t count;
    uint32_t sections;
    uint64_t align; /* sizes are multiples of it, and so are the offsets of any sensible packing */
    uint64_t load;  /* the most bytes alive in one section: a lower bound of every height */
};

/* Takes all blocks of a workload, which is read to its end. A realloc is the death of the old
 * block and the birth of the new one, for an allocator that knows the future can place the
 * old one where the new one has room. False and a problem if the workload has one. */
bool packing_from_workload(struct packing *, struct workload *, uint64_t align, struct problem *);

/* The same, and a block that is to be aligned to more than `align` gets as much room more as an
 * aligned address in it may need. Its load is no lower bound then. */
bool packing_from_aligned_workload(struct packing *, struct workload *, uint64_t align,
                                   struct problem *);

/* Takes the rows of a MiniMalloc problem: columns id, lower, upper, size; half-open times. */
bool packing_from_table(struct packing *, const struct table *, uint64_t align, struct problem *);

void packing_release(struct packing *);

/* The height that offsets give, one a block; or 0 and a problem that names a block which overlaps
 * another in time and space. O(n log n) and at most 36 bytes a block: every packing printed has
 * passed it. */
uint64_t packing_height(const struct packing *, const uint64_t *offset, struct problem *);

/* Orders in which blocks are placed one after the other, each as low as it fits.
 * X(symbol, name, the order) */
#define PACKING_ORDERS(X)                                                                          \
    X(START, "start", "by birth: what first-fit does online, without headers")                     \
    X(SIZE, "size", "the largest first")                                                           \
    X(AREA, "area", "the largest product of size and lifetime first")

enum packing_order {
#define X(symbol, name, what) PACKING_##symbol,
    PACKING_ORDERS(X)
#undef X
        PACKING_ORDER_COUNT
};

const char *packing_order_name(enum packing_order);

/* Writes the permutation of blocks to `sequence`, count entries; ties in order of birth. False: not
 * enough memory. */
bool packing_sequence(const struct packing *, enum packing_order, uint32_t *sequence);

/* Writes the blocks by offset, ties in order of birth: first-fit in this order makes a packing no
 * higher. O(n), and 4 bytes a block. False: not enough memory. */
bool packing_sequence_of(const struct packing *, const uint64_t *offset, uint32_t *sequence);

/* Places the blocks of a sequence, each at the lowest offset that is free for all of its life.
 * Returns the height; 0: not enough memory. O(log^2 sections) a block where occupied space is in
 * few pieces. */
uint64_t packing_first_fit(const struct packing *, const uint32_t *sequence, uint64_t *offset);

/* Packs from the peak of the load outwards (from_peak.c), which suits recordings of any length, and
 * then in so many further rounds that treat apart the blocks in which a gap hurts most; ends early
 * at the load. Returns the least height; 0: not enough memory. The same packing every time. */
uint64_t packing_from_peak(const struct packing *, unsigned rounds, uint64_t *offset);

#endif
