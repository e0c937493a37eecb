/* exact.h - the parts of the exact search: the problem in maximal sections, the orders in which
 * blocks are tried, the table of states that failed, and the search itself.
 *
 * Lengths and offsets are counted in granules: the greatest common divisor of all sizes, since
 * every offset of a canonical packing is a sum of sizes.
 */
#ifndef FITLAB_EXACT_H
#define FITLAB_EXACT_H

#include <stdatomic.h>

#include "theory/offline/neighbours.h"

/* A problem to be searched; read only, so that threads may share it. */
struct exact_problem {
    const struct packing *packing;
    size_t count;
    uint32_t sections;       /* maximal ones only: no live set is part of the next one's */
    uint64_t granule;        /* bytes */
    int64_t capacity;        /* granules */
    int64_t *size;           /* of a block, granules */
    uint32_t *lower, *upper; /* of a block, in maximal sections */
    struct neighbours beside;
    size_t *member_start; /* blocks alive in section s: member[member_start[s]] and on */
    uint32_t *member;
};

/* False: not enough memory, or too large for an exact search; nothing is left behind. */
bool exact_problem_make(struct exact_problem *, const struct packing *, uint64_t capacity);
void exact_problem_release(struct exact_problem *);

/* How blocks are ordered in one round of the search. */
struct preorder {
    unsigned which;                 /* below PREORDERS */
    double *weight;                 /* of a block: about 1; the keys are multiplied by it */
    struct preorder_entry *scratch; /* count entries */
};

enum { PREORDERS = 6 };

struct preorder_entry {
    double key[3]; /* the highest comes first */
    uint32_t block;
};

/* Sorts blocks: writes them to order->scratch. load: bytes still unplaced in each section. */
void preorder_sort(const struct preorder *, const struct exact_problem *, const int64_t *load,
                   const uint32_t *block, size_t n);

/* States of the search that are known to have no solution, by a hash of 128 bits. */
struct failed_key {
    uint64_t low, high;
};

struct failed_table {
    struct failed_key *slot;
};

bool failed_table_make(struct failed_table *);
bool failed_table_has(const struct failed_table *, struct failed_key);
void failed_table_add(struct failed_table *, struct failed_key);
void failed_table_release(struct failed_table *);

enum exact_outcome { EXACT_SOLVED, EXACT_FAILED, EXACT_STOPPED };

/* One worker's search. Each round begins with nothing placed; the table of failed states stays. */
struct exact_search;

struct exact_search *exact_search_open(const struct exact_problem *, unsigned without);
void exact_search_close(struct exact_search *);

/* When a round has to end early. */
struct exact_limit {
    uint64_t nodes;                      /* at most so many */
    double deadline;                     /* seconds_now() */
    const atomic_uint_fast64_t *settled; /* stop when it is below `round` */
    uint64_t round;
};

/* Runs one round. EXACT_SOLVED: the offsets are in exact_search_offset. Sets *nodes. */
enum exact_outcome exact_search_round(struct exact_search *, struct preorder *,
                                      const struct exact_limit *, uint64_t *nodes);

/* How often each block was part of what had no room, over all rounds; the caller may let old rounds
 * count less. */
double *exact_search_blame(struct exact_search *);

/* The offset of a block in the packing found, in bytes. */
uint64_t exact_search_offset(const struct exact_search *, size_t block);

#endif
