#include "cell/threaded.h"

#include <malloc.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "cell/timed.h"

/* ---- opening ---- */

static bool open_bumps(struct threaded *t)
{
    struct problem problem;
    size_t bytes = (size_t)workload_ample_bytes(&t->pass->packed.facts) & ~(REGION_ALIGN - 1);
    t->bump = calloc(t->many.count, sizeof *t->bump);
    bool ok = t->bump && policy_spec_parse("bump", &t->bump_spec, &problem);
    while (ok && t->bumps < t->many.count) {
        ok = region_map_open(&t->bump[t->bumps], bytes, false, 0, &problem);
        t->bumps += ok;
    }
    return ok || pass_fail(t->pass, CELL_ERROR, "no address space for the regions of bump");
}

static bool open_streams(struct threaded *t)
{
    struct pass *p = t->pass;
    struct problem problem;
    unsigned threads = p->cell->threads;
    if (!streams_open(&t->many, &p->packed, threads, &problem) ||
        !streams_open(&t->one, &p->packed, 1, &problem)) {
        return pass_fail(p, CELL_ERROR, "%s", problem.text);
    }
    if (t->many.threads < threads) {
        return pass_fail(p, CELL_UNAVAILABLE,
                         "the workload has %u thread%s, and %u cannot share them: give fewer, or a "
                         "workload with more",
                         t->many.threads, t->many.threads == 1 ? "" : "s", threads);
    }
    return crew_open(&t->crew, threads, &problem) || pass_fail(p, CELL_ERROR, "%s", problem.text);
}

/* The first replay tells what the requests got, and how much became resident. */
static bool warm_up(struct threaded *t)
{
    struct pass *p = t->pass;
    malloc_trim(0);
    size_t before = meter_process_bytes();
    if (!threaded_replay(t, &t->many, CREW_PLAIN)) {
        return false;
    }
    size_t after = meter_process_bytes();
    if (before && !p->rss_known) {
        p->rss_known = true;
        p->rss_bytes = after > before ? after - before : 0;
    }
    uint64_t refused = 0, skipped = 0;
    for (unsigned i = 0; i < t->many.count; i++) {
        refused += t->crew.member[i].count.refused;
        skipped += t->crew.member[i].count.skipped;
    }
    pass_put_workload(p, refused, skipped);
    const struct region *region = &p->map.region;
    if (p->heap->policy->walk && !p->fixed && !region->most) { /* absent memory stays absent */
        region_map_prefault(&p->map, (size_t)(region->peak - region->base));
    }
    return true;
}

bool threaded_open(struct threaded *t, struct pass *p)
{
    *t = (struct threaded){.pass = p};
    p->threads = &crew_threads;
    if (!p->packed.facts.drain) {
        return pass_fail(p, CELL_UNAVAILABLE, "the workload has no events to time");
    }
    return open_streams(t) && open_bumps(t) && threaded_replay_bump(t, &t->many, CREW_PLAIN) &&
           warm_up(t);
}

void threaded_close(struct threaded *t)
{
    crew_close(&t->crew);
    streams_close(&t->many);
    streams_close(&t->one);
    while (t->bumps) {
        region_map_close(&t->bump[--t->bumps]);
    }
    free(t->bump);
}

/* ---- one replay ---- */

static bool replay(struct threaded *t, const struct crew_plan *plan)
{
    struct pass *p = t->pass;
    struct problem problem;
    struct rusage from, to;
    shared_results_lock(p->shared);
    getrusage(RUSAGE_SELF, &from);
    if (!crew_replay(&t->crew, plan, &problem)) {
        return pass_fail(p, CELL_ERROR, "%s", problem.text);
    }
    getrusage(RUSAGE_SELF, &to);
    p->usage.minor_faults = (uint64_t)(to.ru_minflt - from.ru_minflt);
    p->usage.major_faults = (uint64_t)(to.ru_majflt - from.ru_majflt);
    p->usage.involuntary_switches += (uint64_t)(to.ru_nivcsw - from.ru_nivcsw);
    shared_results_progress(p->shared, plan->streams->events);
    return pass_within_memory(p);
}

bool threaded_replay(struct threaded *t, const struct streams *streams, enum crew_timing timing)
{
    struct pass *p = t->pass;
    bool cold = p->cell->pass == PASS_THROUGHPUT_COLD;
    if (!(cold ? pass_cold_heap(p) : pass_new_heap(p))) {
        return false;
    }
    const struct crew_plan plan = {
        .streams = streams, .heap = &p->heap, .timing = timing, .touch = p->cell->touch};
    bool played = replay(t, &plan);
    if (p->heap->policy->traits & POLICY_ELSEWHERE) {
        crew_free_left(&t->crew, p->heap);
    }
    return played;
}

bool threaded_replay_bump(struct threaded *t, const struct streams *streams,
                          enum crew_timing timing)
{
    const struct policy *bump = t->bump_spec.policy;
    for (unsigned i = 0; i < streams->count; i++) {
        region_map_renew(&t->bump[i], false);
        t->bump_heap[i] = bump->open(bump, &t->bump[i].region, t->bump_spec.values.number);
    }
    const struct crew_plan plan = {
        .streams = streams, .heap = t->bump_heap, .separate = true, .timing = timing};
    return replay(t, &plan);
}

double threaded_waiting_pct(const struct threaded *t)
{
    const struct crew *c = &t->crew;
    double waited = 0;
    for (unsigned i = 0; i < c->streams->count; i++) {
        waited += (double)c->member[i].count.waited;
    }
    return 100 * waited / ((double)crew_ticks(c) * c->streams->count);
}

/* ---- throughput ---- */

enum { LEAST_REPLAYS = 3, MOST_REPLAYS = 101 };
static const double ENOUGH_NS = 5e7, TOO_MUCH_NS = 2e8; /* of one process: repetitions are others */

/* By replay. */
struct threaded_times {
    size_t n;
    double many[MOST_REPLAYS], one[MOST_REPLAYS], bump_many[MOST_REPLAYS], bump_one[MOST_REPLAYS];
    double waiting_pct[MOST_REPLAYS], first_ticks[MOST_REPLAYS], last_ticks[MOST_REPLAYS];
    uint64_t waits, floor_faults;
};

static bool enough(const struct threaded_times *t)
{
    double ns = 0;
    for (size_t i = 0; i < t->n; i++) {
        ns += clock_ns(clock_get(), t->many[i]);
    }
    return t->n == MOST_REPLAYS || ns > TOO_MUCH_NS || (t->n >= LEAST_REPLAYS && ns > ENOUGH_NS);
}

/* The times of the threads that ended first and last in the replay. */
static void note_threads(const struct crew *c, struct threaded_times *t)
{
    double first = 0, last = 0;
    t->waits = 0;
    for (unsigned i = 0; i < c->streams->count; i++) {
        const struct crew_count *k = &c->member[i].count;
        double ticks = (double)(k->end - k->start);
        first = i == 0 || ticks < first ? ticks : first;
        last = ticks > last ? ticks : last;
        t->waits += k->waits;
    }
    t->first_ticks[t->n] = first;
    t->last_ticks[t->n] = last;
}

static bool replay_round(struct threaded *r, struct threaded_times *t)
{
    const struct crew *c = &r->crew;
    if (!threaded_replay_bump(r, &r->one, CREW_PLAIN)) {
        return false;
    }
    t->bump_one[t->n] = (double)crew_ticks(c);
    if (!threaded_replay_bump(r, &r->many, CREW_PLAIN)) {
        return false;
    }
    t->bump_many[t->n] = (double)crew_ticks(c);
    t->floor_faults = r->pass->usage.minor_faults;
    if (!threaded_replay(r, &r->one, CREW_PLAIN)) {
        return false;
    }
    t->one[t->n] = (double)crew_ticks(c);
    if (!threaded_replay(r, &r->many, CREW_PLAIN)) {
        return false;
    }
    t->many[t->n] = (double)crew_ticks(c);
    t->waiting_pct[t->n] = threaded_waiting_pct(r);
    note_threads(c, t);
    t->n++;
    return true;
}

static void put_threads(const struct threaded *r, struct threaded_times *t, double ns)
{
    const struct clock *clock = clock_get();
    const struct pass *p = r->pass;
    struct metrics *m = pass_metrics(r->pass);
    double one = timed_ns_per_op(p, timed_median(t->one, t->n));
    double floor_one = timed_ns_per_op(p, timed_median(t->bump_one, t->n));
    double floor_many = timed_ns_per_op(p, timed_median(t->bump_many, t->n));
    metric_set_real(m, METRIC_ops_per_s, 1e9 / ns);
    metric_set_real(m, METRIC_one_thread_ns_per_op, one);
    metric_set_real(m, METRIC_speedup, one / ns);
    metric_set_real(m, METRIC_floor_speedup, floor_one / floor_many);
    metric_set_real(m, METRIC_waiting_pct, timed_median(t->waiting_pct, t->n));
    metric_set_count(m, METRIC_waits, t->waits);
    metric_set_count(m, METRIC_first_thread_ns,
                     (uint64_t)clock_ns(clock, timed_median(t->first_ticks, t->n)));
    metric_set_count(m, METRIC_last_thread_ns,
                     (uint64_t)clock_ns(clock, timed_median(t->last_ticks, t->n)));
    metric_set_count(m, METRIC_processors, r->crew.processors);
    metric_set_count(m, METRIC_handed_blocks, r->many.handed_blocks);
}

static void put(const struct threaded *r, struct threaded_times *t)
{
    struct pass *p = r->pass;
    struct metrics *m = pass_metrics(p);
    double elapsed = 0;
    for (size_t i = 0; i < t->n; i++) {
        elapsed += clock_ns(clock_get(), t->many[i]);
    }
    double ns = timed_ns_per_op(p, timed_median(t->many, t->n));
    double floor_ns = timed_ns_per_op(p, timed_median(t->bump_many, t->n));
    metric_set_real(m, METRIC_ns_per_op, ns);
    metric_set_real(m, METRIC_floor_ns_per_op, floor_ns);
    metric_set_real(m, METRIC_net_ns_per_op, ns - floor_ns);
    metric_set_count(m, METRIC_floor_faults, t->floor_faults);
    metric_set_count(m, METRIC_replays, t->n);
    put_threads(r, t, ns);
    timed_put(p, elapsed);
}

bool threaded_throughput(struct pass *p)
{
    static struct threaded_times times;
    struct threaded *r = calloc(1, sizeof *r);
    times.n = 0;
    if (!r) {
        return pass_fail(p, CELL_ERROR, "no memory for a replay by several threads");
    }
    bool timed = threaded_open(r, p);
    p->usage = (struct usage){0};
    while (timed && !enough(&times)) {
        timed = replay_round(r, &times);
    }
    if (timed) {
        put(r, &times);
    }
    threaded_close(r);
    free(r);
    return timed;
}
