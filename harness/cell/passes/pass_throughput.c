/* pass_throughput.c - the mean time of an operation, with the replay's own cost beside it.
 *
 * Means come from replays whose chunks are timed as wholes. A short workload is replayed
 * until there is enough to time; the row has the median of the replays.
 */
#include <malloc.h>

#include "base/seconds.h"
#include "cell/pass_kind.h"
#include "cell/replay_cost.h"
#include "cell/threaded.h"
#include "cell/timed.h"

enum { LEAST_REPLAYS = 3, LEAST_LONG_REPLAYS = 2, MOST_REPLAYS = 201 };
static const double ENOUGH_NS = 5e7, TOO_MUCH_NS = 2e8; /* of one process: repetitions are others */

/* A few large blocks are soon replayed, but between replays their memory is cleared. After this
 * time a process plays no more than LEAST_LONG_REPLAYS, and bump once: where one replay takes that
 * long, what differs is the process, not the replay, and repetitions are other processes. */
static const double MOST_SECONDS = 0.25;

struct times {
    size_t n, floors;      /* of the policy; of bump */
    double start;          /* seconds_now before the first replay */
    uint64_t floor_faults; /* of bump's last replay */
    double ticks[MOST_REPLAYS], floor_ticks[MOST_REPLAYS];
};

static bool is_late(const struct times *t)
{
    return seconds_now() > t->start + MOST_SECONDS;
}

static bool enough(const struct times *t)
{
    double ns = 0;
    for (size_t i = 0; i < t->n; i++) {
        ns += clock_ns(clock_get(), t->ticks[i]);
    }
    return t->n == MOST_REPLAYS || ns > TOO_MUCH_NS || (t->n >= LEAST_REPLAYS && ns > ENOUGH_NS) ||
           (t->n >= LEAST_LONG_REPLAYS && is_late(t));
}

/* Plays the workload against bump; r->ticks is then its time. */
static bool replay_bump(struct pass *p, struct replay *r, struct replay_cost *f)
{
    struct heap *bump = replay_cost_heap(f);
    if (bump && !timed_replay(p, r, bump, REPLAY_PLAIN, TOUCH_NONE, NULL, NULL)) {
        return false;
    }
    f->available = f->available && bump && replay_refused(r) == 0;
    return true;
}

static bool replay_once(struct pass *p, struct replay *r, struct replay_cost *f, struct times *t)
{
    if (!t->floors || !is_late(t)) {
        if (!replay_bump(p, r, f)) {
            return false;
        }
        t->floor_ticks[t->floors++] = (double)r->ticks;
        t->floor_faults = p->usage.minor_faults;
    }
    bool cold = p->cell->pass == PASS_THROUGHPUT_COLD;
    if (!(cold ? pass_cold_heap(p) : pass_new_heap(p)) ||
        !timed_replay(p, r, p->heap, REPLAY_PLAIN, p->cell->touch, NULL, NULL)) {
        return false;
    }
    t->ticks[t->n++] = (double)r->ticks;
    return true;
}

static void put(struct pass *p, const struct replay_cost *f, struct times *t)
{
    struct metrics *m = pass_metrics(p);
    double ns = timed_ns_per_op(p, timed_median(t->ticks, t->n));
    double floor_ns = timed_ns_per_op(p, timed_median(t->floor_ticks, t->floors));
    double elapsed = 0;
    for (size_t i = 0; i < t->n; i++) {
        elapsed += clock_ns(clock_get(), t->ticks[i]);
    }
    metric_set_real(m, METRIC_ns_per_op, ns);
    if (f->available) {
        metric_set_real(m, METRIC_floor_ns_per_op, floor_ns);
        metric_set_real(m, METRIC_net_ns_per_op, ns - floor_ns);
        metric_set_count(m, METRIC_floor_faults, t->floor_faults);
    }
    metric_set_count(m, METRIC_replays, t->n);
    timed_put(p, elapsed);
}

/* Replays until there is enough to time. A malloc whose memory is not in the region is cold only
 * once in its process. bump's region is warm before its first replay that counts, in both kinds of
 * pass: the floor is the cost of the loop, to which page faults do not belong. */
static bool replay_all(struct pass *p, struct replay *r, struct replay_cost *f, struct times *t)
{
    if (!replay_bump(p, r, f)) {
        return false;
    }
    if (p->cell->pass == PASS_THROUGHPUT_COLD && (p->policy->traits & POLICY_ELSEWHERE)) {
        malloc_trim(0); /* what the harness has freed is not cold */
        bool timed = replay_once(p, r, f, t);
        pass_put_workload(p, replay_refused(r), r->skipped);
        return timed;
    }
    bool timed = timed_warm_up(p, r);
    while (timed && !enough(t)) {
        timed = replay_once(p, r, f, t);
    }
    return timed;
}

static bool run(struct pass *p)
{
    if (p->cell->threads > 1) {
        return threaded_throughput(p);
    }
    static struct times times;
    struct replay r;
    struct replay_cost f;
    times = (struct times){.start = seconds_now()};
    if (!p->packed.facts.drain) {
        return pass_fail(p, CELL_UNAVAILABLE, "the workload has no events to time");
    }
    if (!replay_open(&r, p->packed.facts.slots)) {
        return pass_fail(p, CELL_ERROR, "no memory for the slots");
    }
    replay_cost_open(&f, p);
    bool timed = replay_all(p, &r, &f, &times);
    if (timed) {
        put(p, &f, &times);
    }
    replay_cost_close(&f);
    replay_close(&r);
    return timed;
}

static const struct pass_column columns[] = {
    {"ns/op", METRIC_ns_per_op, FORM_REAL},
    {"floor", METRIC_floor_ns_per_op, FORM_REAL},
    {"net", METRIC_net_ns_per_op, FORM_REAL},
    {"page faults", METRIC_minor_faults, FORM_COUNT},
    {"refused", METRIC_failed_requests, FORM_COUNT},
    {0},
};

static const struct pass_column threaded[] = {
    {"ns/op", METRIC_ns_per_op, FORM_REAL},
    {"floor", METRIC_floor_ns_per_op, FORM_REAL},
    {"ops/s", METRIC_ops_per_s, FORM_COUNT},
    {"of one", METRIC_speedup, FORM_PCT},
    {"floor of one", METRIC_floor_speedup, FORM_PCT},
    {"waiting %", METRIC_waiting_pct, FORM_PCT},
    {"first ns", METRIC_first_thread_ns, FORM_COUNT},
    {"last ns", METRIC_last_thread_ns, FORM_COUNT},
    {"refused", METRIC_failed_requests, FORM_COUNT},
    {0},
};

const struct pass_kind pass_throughput = {
    .name = "throughput",
    .letter = 'T',
    .measures = "mean time of an operation on a pre-faulted region",
    .timed = true,
    .guess_ns = 1500,
    .columns = columns,
    .threaded = threaded,
    .run = run,
};

const struct pass_kind pass_throughput_cold = {
    .name = "throughput-cold",
    .letter = 'T',
    .measures = "the same on a fresh region, page faults included",
    .timed = true,
    .guess_ns = 500,
    .columns = columns,
    .threaded = threaded,
    .run = run,
};
