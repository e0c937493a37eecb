/* shrink.h - the smallest trace that still shows a failure of a policy.
 *
 * Delta debugging (Zeller & Hildebrandt, "Simplifying and Isolating Failure-Inducing Input",
 * 2002) over whole blocks: first the shortest failing beginning, then as few blocks as possible,
 * then no resize and no free that is not needed, then sizes as small as powers of two allow.
 * Each candidate is replayed in a process of its own.
 */
#ifndef FITLAB_SHRINK_H
#define FITLAB_SHRINK_H

#include <stddef.h>
#include <stdint.h>

#include "workloads/event.h"
#include "workloads/problem.h"

/* Whether the events still show the failure. False with a problem set only if the test itself
 * failed. */
struct shrink_test {
    bool (*fails)(const struct event *, size_t count, void *context, struct problem *);
    void *context;
    size_t budget; /* how many tests may still be made; at 0 the result so far is used */
    /* Called after each test in which the failure stayed; may be NULL. */
    void (*progress)(size_t events, size_t tests, void *context);
};

/* Reduces events in place, and sets *count to how many are left; their slots are dense. The
 * events must fail to begin with. False and a problem: no memory, or a test could not tell. */
bool shrink_events(struct event *, size_t *count, struct shrink_test *, struct problem *);

#endif
