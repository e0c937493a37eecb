/* bounds.h - finds each access outside the bounds of a region.
 *
 * The pages around the region are inaccessible, and so are those above the break. The first access
 * to a page below the break opens that page; any other access is reported, with its distance from
 * the region. Memory that a policy gives back is overwritten and closed again, so that nothing can
 * rely on its old content. */
#ifndef FITLAB_BOUNDS_H
#define FITLAB_BOUNDS_H

#include <stdint.h>
#include <string.h>

#include "allocators/region.h"

/* The report of a write that lies above the break but in the page of the break. */
#define BOUNDS_TAIL "wrote to memory less than a page above the break"

/* Called with what is wrong, in words that follow the name of an operation: "touched memory 8 bytes
 * above the break". The function must not return, because the access would happen again. It may be
 * called from a signal handler. */
typedef void bounds_report(void *ctx, const char *what);

#define BOUNDS_AHEAD_MOST (64 * REGION_ALIGN)

struct bounds {
    struct region *region;
    char *map; /* the mapping around the region: all of it is watched */
    size_t map_bytes;
    char *opened; /* end of the pages that were opened */
    bounds_report *report;
    void *ctx;
    size_t closes_above; /* memory that is given back is closed when there is more of it than this;
                            0: at once */
    size_t ahead; /* bytes above the break that are opened together with it, in whole pages, at most
                     BOUNDS_AHEAD_MOST; bounds_look_ahead finds accesses there; 0: none */
};

/* Watches a region inside a mapping. None of its pages may have been used yet (or only to hold
 * zeroes). False if too many regions are watched already, or the pages cannot be closed. */
bool bounds_watch(struct bounds *, struct region *, char *map, size_t map_bytes, bounds_report *,
                  void *ctx);

/* To be called after each call into the policy. Checks that the break is within the region and that
 * nothing above it was written, and closes what was given back. */
void bounds_settle(struct bounds *);

/* To be called from time to time if pages are opened ahead of the break. Checks that no page above
 * the break was accessed, not even by a read. Takes a system call. */
void bounds_look_ahead(const struct bounds *);

/* To be called where bounds_settle would cost more than the operation itself: checks only the bytes
 * right above the break, where most wrong writes go. Takes a few ns. */
static inline void bounds_check_tail(const struct bounds *g)
{
    enum { SEEN = 32 };
    const struct region *r = g->region;
    size_t left = (size_t) - (uintptr_t)r->brk & (REGION_ALIGN - 1); /* of the break's page */
    if (r->peak == r->brk && left >= SEEN && r->brk < g->opened) {
        uint64_t word[SEEN / sizeof(uint64_t)];
        memcpy(word, r->brk, sizeof word);
        if (word[0] | word[1] | word[2] | word[3]) {
            g->report(g->ctx, BOUNDS_TAIL);
        }
    }
}

/* Restores a region: its struct, and the bytes of [base, brk). Memory above the break is then as if
 * it was never used. */
void bounds_restore(struct bounds *, const struct region *, const char *bytes);

/* Stops watching; the pages stay as they are. */
void bounds_end(struct bounds *);

#endif
