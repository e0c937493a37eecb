#include "cell/sample_plan.h"

/* To look at a span or page takes some 10 to 15 ns, to replay an event in these passes 150 or more:
 * so walks that see 4 for each event take a quarter of the time. The first half second is free. */
enum { SPANS_AN_EVENT = 4, FREE_SPANS = 40000000 };

static bool affordable(const struct sample_plan *plan, uint64_t event)
{
    return plan->spent <= FREE_SPANS || plan->spent <= event * SPANS_AN_EVENT;
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
