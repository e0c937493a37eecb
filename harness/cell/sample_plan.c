#include "cell/sample_plan.h"

/* To look at a span or page takes some 10 ns, to replay an event in these passes 60 to 100: so
 * walks that see 2 for each event take a fifth of the time. The first half second is free. A heap
 * is smaller than at its peak most of the time, so that twice as many may be planned. */
enum { SPANS_AN_EVENT = 2, FREE_SPANS = 40000000, PLANNED_OVER_SEEN = 2 };

struct sample_plan sample_plan_open(uint64_t events, uint64_t asked, uint64_t most)
{
    uint64_t spans = events * SPANS_AN_EVENT > FREE_SPANS ? events * SPANS_AN_EVENT : FREE_SPANS;
    uint64_t can = most ? spans * PLANNED_OVER_SEEN / most + 1 : asked;
    return (struct sample_plan){.events = events, .grid = asked < can ? asked : can};
}

/* Where a walk sees far more than was planned, some of the even samples are left out nevertheless.
 */
static bool affordable(const struct sample_plan *plan, uint64_t event)
{
    return plan->spent <= FREE_SPANS || plan->spent <= event * SPANS_AN_EVENT * PLANNED_OVER_SEEN;
}

bool sample_plan_wants(struct sample_plan *plan, uint64_t event, enum sample_reason *reason)
{
    bool wanted = false;
    if (event * plan->grid >= (plan->taken + 1) * plan->events) {
        plan->taken = event * plan->grid / plan->events;
        *reason = SAMPLE_GRID;
        wanted = affordable(plan, event);
    }
    if (event == plan->events) {
        *reason = SAMPLE_END;
        wanted = true;
    }
    if (event == plan->peak_live) {
        *reason = SAMPLE_PEAK_LIVE;
        wanted = true;
    }
    if (event == plan->peak_footprint) {
        *reason = SAMPLE_PEAK_FOOTPRINT;
        wanted = true;
    }
    return wanted;
}

void sample_plan_spend(struct sample_plan *plan, uint64_t looked_at)
{
    plan->spent += looked_at;
}
