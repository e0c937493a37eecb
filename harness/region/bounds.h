/* bounds.h - a region whose every byte out of bounds is watched.
 *
 * The pages around the region are inaccessible, and so are those above the break: the
 * first touch of a page below the break opens it, any other touch is reported with how far
 * outside it was. What a policy gives back is overwritten and closed again, so that
 * nothing can rely on what it held.
 */
#ifndef FITLAB_BOUNDS_H
#define FITLAB_BOUNDS_H

#include <stdint.h>
#include <string.h>

#include "allocators/region.h"

/* What a write above the break but in its page is called. */
#define BOUNDS_TAIL "wrote to memory less than a page above the break"

/* What is wrong, in words that follow the name of an operation: "touched memory 8 bytes above the
 * break". It does not return: the touch would happen again. May be called from a signal handler. */
typedef void bounds_report(void *ctx, const char *what);

#define BOUNDS_AHEAD_MOST (64 * REGION_ALIGN)

struct bounds {
    struct region *region;
    char *map; /* the mapping around the region: all of it is watched */
    size_t map_bytes;
    char *opened; /* pages of the region below it have been opened */
    bounds_report *report;
    void *ctx;
    size_t patience; /* what is given back is closed once it is more than this; 0: at once */
    size_t ahead;    /* so much is opened above the break with it, whole pages, at most
                        BOUNDS_AHEAD_MOST; a touch there is found by bounds_look_ahead; 0: nothing */
};

/* Watches a region that lies in a mapping, of whose pages none has been used yet (or only with
 * zeroes). False if there are too many guards already, or the pages cannot be closed. */
bool bounds_watch(struct bounds *, struct region *, char *map, size_t map_bytes, bounds_report *,
                  void *ctx);

/* After each call into the policy: the break is where it may be, nothing above it was
 * written, and what was given back is closed. */
void bounds_settle(struct bounds *);

/* Now and then, if pages are opened ahead: nobody has been there yet, not even to read. Takes a
 * call to the kernel. */
void bounds_look_ahead(const struct bounds *);

/* A few ns where bounds_settle would cost more than the call: looks only at the bytes right above
 * the break, where most stray writes go. */
static inline void bounds_glance(const struct bounds *g)
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

/* Puts a region back to what it was: its struct, and the bytes of [base, brk). Above the break it
 * is as if never used. */
void bounds_restore(struct bounds *, const struct region *, const char *bytes);

/* Stops watching; the pages stay as they are. */
void bounds_end(struct bounds *);

#endif
