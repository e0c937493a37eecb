/* region.h - the memory that a policy manages: [base, brk) is its own, the break
 * moves up to limit and down to base, like sbrk's.
 *
 * A region is fixed for life if brk == limit when the policy opens it: all of it is the
 * policy's from the start and the break need not move. base is aligned to
 * REGION_ALIGN. Memory above the break may be touched only after region_extend has
 * moved the break past it; bytes handed out for the first time are zero, bytes given
 * back and taken again hold anything.
 */
#ifndef FITLAB_REGION_H
#define FITLAB_REGION_H

#include <stdbool.h>
#include <stddef.h>

#define REGION_ALIGN ((size_t)4096)

struct region {
    char *base;  /* first byte; never moves */
    char *brk;   /* one past the last byte that is the policy's */
    char *limit; /* the break cannot pass it */
    char *peak;  /* the highest the break has ever been */
};

/* Bytes between base and the break: the footprint. */
static inline size_t region_bytes(const struct region *r)
{
    return (size_t)(r->brk - r->base);
}

/* Bytes by which the break can still move up. */
static inline size_t region_room(const struct region *r)
{
    return (size_t)(r->limit - r->brk);
}

/* Moves the break up by n bytes and returns the old break, or NULL if there is no room. */
static inline char *region_extend(struct region *r, size_t n)
{
    if (n > region_room(r)) {
        return NULL;
    }
    char *old = r->brk;
    r->brk += n;
    if (r->brk > r->peak) {
        r->peak = r->brk;
    }
    return old;
}

/* Moves the break down to the address given, base <= to <= brk. */
static inline void region_trim(struct region *r, char *to)
{
    r->brk = to;
}

#endif
