#include "cell/tail.h"

void tail_add(struct tail *t, uint64_t cost, uint64_t event, enum event_kind kind, uint64_t bytes)
{
    if (!t->event || cost > t->spread.max) {
        t->event = event;
        t->kind = kind;
        t->bytes = bytes;
    }
    histogram_add(&t->spread, cost);
}

uint64_t tail_quantile(const struct tail *t, double q)
{
    size_t bucket = histogram_quantile(&t->spread, q);
    uint64_t most =
        bucket + 1 < HISTOGRAM_BUCKETS ? histogram_lower(bucket + 1) - 1 : t->spread.max;
    return most < t->spread.max ? most : t->spread.max;
}

void tail_put(const struct tail *t, const struct tail_metrics *to, struct metrics *m)
{
    if (!t->event) {
        return;
    }
    metric_set_count(m, to->p50, tail_quantile(t, .5));
    metric_set_count(m, to->p99, tail_quantile(t, .99));
    metric_set_count(m, to->p9999, tail_quantile(t, .9999));
    metric_set_count(m, to->most, t->spread.max);
    metric_set_count(m, to->event, t->event);
    metric_set_count(m, to->kind, t->kind);
    metric_set_count(m, to->bytes, t->bytes);
}
