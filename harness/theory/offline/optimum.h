/* optimum.h - all that is known of one packing problem: a lower bound, every packing tried, and
 * the best. */
#ifndef FITLAB_OPTIMUM_H
#define FITLAB_OPTIMUM_H

#include "packing/packing.h"
#include "packing/packing_pages.h"

struct effort {
    double search_seconds;  /* for the order search; 0: none */
    uint64_t search_rounds; /* 0: as many as the seconds allow */
    uint64_t seed;
    double exact_seconds; /* for the exact search; 0: none */
    bool pages;           /* choose the packing with the fewest resident pages, not the lowest */
};

/* The result of one way of packing. */
struct attempt {
    char name[48];
    uint64_t height;            /* 0: this way was not possible; note says why */
    struct packing_pages pages; /* resident, if height is not 0 */
    double seconds;
    char note[96];
};

enum { ATTEMPTS_MOST = PACKING_ORDER_COUNT + 3 };

struct optimum {
    uint64_t bound;   /* no packing is lower: the load, or what an exact search ruled out */
    uint64_t best;    /* the lowest packing found, proven sound */
    uint64_t *offset; /* of the packing chosen, one a block: the lowest, or see effort.pages */
    struct packing_pages pages_bound; /* no packing has fewer resident pages */
    struct packing_pages pages;       /* of the packing chosen */
    struct attempt attempt[ATTEMPTS_MOST];
    size_t attempts;
};

/* Tries everything for which the effort gives time. False and a problem if memory runs out, or if a
 * packing is wrong, which is a defect. Release with optimum_release. */
bool optimum_find(struct optimum *, const struct packing *, const struct effort *,
                  struct problem *);

void optimum_release(struct optimum *);

#endif
