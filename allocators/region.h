/* SPDX-License-Identifier: MIT */
/* region.h - the memory that a policy manages: [base, brk) is its own, the break
 * moves up to limit and down to base, like sbrk's.
 *
 * A region is fixed for life if brk == limit when the policy opens it: all of it is the
 * policy's from the start and the break need not move. base is aligned to
 * REGION_ALIGN. Memory above the break may be touched only after region_extend has
 * moved the break past it; bytes handed out for the first time are zero, bytes given
 * back and taken again hold anything.
 *
 * Some of [base, brk) may be absent: address space that the policy has not taken from the system,
 * so that it is no part of the footprint. Only a policy that divides its region into slices, whose
 * breaks move one by one, has any. It says how much with region_set_absent, and its walk shows
 * where (SPAN_ABSENT). What the rules above say of memory above the break holds for what is absent
 * when a call returns: it has not been touched since it was last taken, it is zero until it is
 * taken for the first time, and it may lose what it held.
 */
#ifndef FITLAB_REGION_H
#define FITLAB_REGION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A unit of the contract, on every machine, so that the same policy gives the same results; pages of
 * the system are at least as large. */
#define REGION_ALIGN ((size_t)4096)

/* What a driver with real threads lends to the policies that know of threads. */
struct region_threads {
    uint32_t (*acting)(void); /* which of the program's threads calls, from 0; no two threads that
                                 live at one time have the same number */
    void (*wait)(void);       /* lets other threads run: the caller waits for one of them */
};

struct region {
    char *base;  /* first byte; never moves */
    char *brk;   /* one past the last byte that is the policy's */
    char *limit; /* the break cannot pass it */
    char *peak;  /* the highest the break has ever been */

    size_t absent; /* bytes of [base, brk) that are absent */
    size_t most;   /* the largest footprint, kept by region_set_absent; 0: it was never called */

    uint32_t thread; /* which of the program's threads acts, from 0. The driver sets it before a
                        call when it has changed; layers alone look at it. A program, or a replay,
                        of one thread leaves it 0. A layer passes it on to the regions of its inner
                        heaps if these are layers. It is here and not in struct heap because it is
                        no state of the policy's: it costs no memory of the region. */

    const struct region_threads *threads; /* NULL: one call at a time, and `thread` says whose. Else
                                             several threads may call at once, if the policy allows
                                             it, and `thread` means nothing. The driver sets it
                                             before it opens a heap, and clears it when one thread
                                             is left. */
};

/* Which thread acts. */
static inline uint32_t region_thread(const struct region *r)
{
    return r->threads ? r->threads->acting() : r->thread;
}

/* Bytes between base and the break. */
static inline size_t region_bytes(const struct region *r)
{
    return (size_t)(r->brk - r->base);
}

/* Bytes that are taken from the system: what lies below the break, less what is absent there. */
static inline size_t region_footprint(const struct region *r)
{
    return region_bytes(r) - r->absent;
}

/* The largest that the footprint has ever been. */
static inline size_t region_peak_footprint(const struct region *r)
{
    return r->most ? r->most : (size_t)(r->peak - r->base);
}

/* Says how many bytes of [base, brk) are absent. A policy that ever has some calls it when its heap
 * is opened, and again after each change of them or of the break. */
static inline void region_set_absent(struct region *r, size_t bytes)
{
    r->absent = bytes;
    size_t footprint = region_footprint(r);
    r->most = footprint > r->most ? footprint : r->most;
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
