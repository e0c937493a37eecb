/* guard.h - a region whose every byte out of bounds is watched.
 *
 * The pages around the region are inaccessible, and so are those above the break: the
 * first touch of a page below the break opens it, any other touch is reported with how far
 * outside it was. What a policy gives back is overwritten and closed again, so that
 * nothing can rely on what it held.
 */
#ifndef FITLAB_GUARD_H
#define FITLAB_GUARD_H

#include <stdint.h>
#include <string.h>

#include "allocators/region.h"

/* What a write above the break but in its page is called. */
#define GUARD_TAIL "wrote to memory less than a page above the break"

/* What is wrong, in words that follow the name of an operation: "touched memory 8 bytes above the
 * break". It does not return: the touch would happen again. May be called from a signal handler. */
typedef void guard_report(void *ctx, const char *what);

#define GUARD_AHEAD_MOST (64 * REGION_ALIGN)

struct guard {
    struct region *region;
    char *map; /* the mapping around the region: all of it is watched */
    size_t map_bytes;
    char *opened; /* pages of the region below it have been opened */
    guard_report *report;
    void *ctx;
    size_t patience; /* what is given back is closed once it is more than this; 0: at once */
    size_t ahead;    /* so much is opened above the break with it, whole pages, at most
                        GUARD_AHEAD_MOST; a touch there is found by guard_look_ahead; 0: nothing */
};

/* Watches a region that lies in a mapping, of whose pages none has been used yet (or only with
 * zeroes). False if there are too many guards already, or the pages cannot be closed. */
bool guard_watch(struct guard *, struct region *, char *map, size_t map_bytes, guard_report *,
                 void *ctx);

/* After each call into the policy: the break is where it may be, nothing above it was
 * written, and what was given back is closed. */
void guard_settle(struct guard *);

/* Now and then, if pages are opened ahead: nobody has been there yet, not even to read. Takes a
 * call to the kernel. */
void guard_look_ahead(const struct guard *);

/* A few ns where guard_settle would cost more than the call: looks only at the bytes right above
 * the break, where most stray writes go. */
static inline void guard_glance(const struct guard *g)
{
    enum { SEEN = 32 };
    const struct region *r = g->region;
    size_t left = (size_t) - (uintptr_t)r->brk & (REGION_ALIGN - 1); /* of the break's page */
    if (r->peak == r->brk && left >= SEEN && r->brk < g->opened) {
        uint64_t word[SEEN / sizeof(uint64_t)];
        memcpy(word, r->brk, sizeof word);
        if (word[0] | word[1] | word[2] | word[3]) {
            g->report(g->ctx, GUARD_TAIL);
        }
    }
}

/* Puts a region back to what it was: its struct, and the bytes of [base, brk). Above the break it
 * is as if never used. */
void guard_restore(struct guard *, const struct region *, const char *bytes);

/* Stops watching; the pages stay as they are. */
void guard_end(struct guard *);

#endif
