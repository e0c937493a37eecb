/* loops.h - other loops over the same events, for the replay loop to be compared with. */
#ifndef FITLAB_LOOPS_H
#define FITLAB_LOOPS_H

#include "cell/pass.h"

/* The mallocs, callocs and frees of a pass's workload, up to its drain. Its reallocs are left out:
 * that of bump copies, which is the policy's cost, not the loop's. */
struct simple_events {
    struct packed_event *event;
    size_t n;
};

/* False: no memory, or the workload has aligned or huge requests. */
bool simple_events_open(struct simple_events *, struct pass *);
void simple_events_close(struct simple_events *);

/* The replay loop over them, on a new heap of the pass's policy. ns an event. */
double loop_replayed_ns(const struct simple_events *, struct pass *, struct replay *);

/* The work of bump, inlined into the loop: the least that an event can cost. Uses the pass's
 * region. ns an event. */
double loop_inlined_ns(const struct simple_events *, struct pass *, struct replay *);

/* An event as the driver of CS:APP's malloc lab (Bryant and O'Hallaron, mdriver) holds it. */
struct driver_op {
    enum { DRIVER_ALLOC, DRIVER_FREE, DRIVER_REALLOC } type;
    int index, size;
};

struct driver {
    struct driver_op *op;
    char **block;
    size_t ops;
};

/* The pass's workload, up to its drain, as that driver would hold it. False: no memory. */
bool driver_open(struct driver *, struct pass *);

/* That driver's loop on a new heap of bump: a switch over the ops, direct calls. ns an operation.
 */
double driver_ns(const struct driver *, struct pass *);

void driver_close(struct driver *);

#endif
