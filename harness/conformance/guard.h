/* guard.h - a region whose every byte out of bounds is watched.
 *
 * The pages around the region are inaccessible, and so are those above the break: the
 * first touch of a page below the break opens it, any other touch is a failure that says
 * how far outside it was. What a policy gives back is overwritten and closed again, so
 * that nothing can rely on what it held.
 */
#ifndef FITLAB_GUARD_H
#define FITLAB_GUARD_H

#include "region.h"
#include "trial.h"

enum guard_kind {
    GUARD_FIXED,   /* brk == limit: the whole region is the policy's from the start */
    GUARD_GROWABLE /* brk == base: the policy moves the break itself */
};

struct guard {
    struct region region;
    struct trial *trial;
    char *map; /* the mapping, its guard pages included */
    size_t map_bytes;
    char *opened; /* pages below it have been opened */
};

/* Maps a region of so many bytes, at the address given unless it is NULL (where a guard was
 * open before and is closed now), so that a second heap sees the addresses of the first. A
 * failure to map fails the trial. */
void guard_open(struct guard *, struct trial *, char *base, size_t bytes, enum guard_kind);

/* After each call into the policy: the break is where it may be, nothing above it was
 * written, and what was given back is closed. */
void guard_settle(struct guard *);

/* Puts a region back to what it was: its struct, and the bytes of [base, brk). Above the break it
 * is as if never used. */
void guard_restore(struct guard *, const struct region *, const char *bytes);

void guard_close(struct guard *);

#endif
