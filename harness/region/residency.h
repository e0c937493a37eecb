/* residency.h - which pages of a region are resident, as the kernel would say, and giving them
 * back.
 *
 * A page of anonymous memory becomes resident when it is first touched and stays so until it is
 * given back (where no swap takes it). So most need not be asked about: a payload that was written
 * makes its pages resident for sure, and only pages that the policy alone may have touched are
 * asked of the kernel (mincore), when an answer may matter. Counts and their peaks are exact all
 * the same.
 */
#ifndef FITLAB_RESIDENCY_H
#define FITLAB_RESIDENCY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "workloads/problem.h"

enum { RESIDENCY_PAGE = 4096, RESIDENCY_UNITS = 4 };

/* Sizes of pages that a machine may have, in bytes, the real one first: a unit is counted if any
 * page in it is resident. */
extern const size_t residency_unit_bytes[RESIDENCY_UNITS];

struct residency {
    char *base;      /* of the region, aligned to a page; units are counted from here */
    size_t most;     /* pages of the region */
    size_t end;      /* pages from here on were never touched, or were all given back */
    uint64_t *known; /* a bit a page: it is resident for sure */
    uint64_t *given; /* a bit a page: given back, and not touched again so far */
    uint16_t *in_unit[RESIDENCY_UNITS];   /* known pages of each unit; none for the first size */
    uint64_t units[RESIDENCY_UNITS];      /* units with a known page: now, */
    uint64_t peak[RESIDENCY_UNITS];       /* and the most so far: exact after residency_settle */
    uint64_t peak_event;                  /* `event` when the first of them was there */
    uint64_t event;                       /* set by the caller */
    uint64_t given_back, refaults, calls; /* pages given back, those of them that became resident
                                             again, and calls to the kernel for giving back */
    /* For who wants to do the same elsewhere: called at each call to the kernel. NULL: nobody. */
    void (*note)(void *ctx, size_t from, size_t bytes);
    void *ctx;
};

/* For a region of so many bytes in a mapping of its own, no page of which has been touched. False
 * and a problem if the machine has no address space. */
bool residency_open(struct residency *, char *base, size_t bytes, struct problem *);
void residency_close(struct residency *);

/* These bytes were written. */
void residency_wrote(struct residency *, const char *from, size_t bytes);

/* Anything below this address may have been touched. */
void residency_reach(struct residency *, const char *to);

/* Makes counts and peaks exact. Asks the kernel only if a count may be higher than its peak. */
void residency_settle(struct residency *);

/* Asks about every page below `end`. False if one that must be resident is not: *page is the first,
 * and the model does not hold, as where a machine swaps. */
bool residency_ask(struct residency *, size_t *page);

/* Gives back the whole pages inside these bytes and returns how many of them were resident. Peaks
 * stay exact if residency_settle was called since the last touch. */
size_t residency_give_back(struct residency *, char *from, char *to);

static inline bool residency_knows(const struct residency *r, size_t page)
{
    return r->known[page / 64] >> page % 64 & 1;
}

/* Bytes of the resident units of a size, by its index. */
static inline uint64_t residency_bytes(const struct residency *r, size_t unit)
{
    return r->units[unit] * residency_unit_bytes[unit];
}

#endif
