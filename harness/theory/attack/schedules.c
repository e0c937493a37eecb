#include "theory/attack/schedules.h"

#include <gsl/gsl_rng.h>
#include <inttypes.h>
#include <stdlib.h>

#include "base/seconds.h"
#include "mallocs/foreign.h"
#include "region/region_map.h"
#include "replay/ledger.h"
#include "replay/packed.h"

enum { MOST_EVENTS = 1 << 24, MOST_TURN_LOG2 = 12 };

struct search {
    const struct policy_spec *policy;
    const struct workload_spec *workload;
    const struct schedule_plan *plan;
    uint64_t events;
    struct region_map map;
    struct ledger ledger;
    struct event *chunk; /* EVENT_CHUNK of them */
    struct problem *problem;
};

/* Where the stretch begins. */
static uint64_t start_of(uint64_t events, unsigned stretch)
{
    return events / SCHEDULE_STRETCHES * stretch;
}

/* Gives out the events of a schedule up to the drain; false ends it. */
typedef bool taker(void *ctx, const struct event *, size_t n);

static bool play_schedule(const struct workload_spec *workload, uint64_t events, uint64_t window,
                          const struct schedule_rule *rule, struct event *chunk, taker *take,
                          void *ctx, struct problem *problem)
{
    problem->text[0] = '\0';
    struct workload *in = workload_spec_open(workload, problem);
    struct scheduler *s = in ? scheduler_open(in, rule, window, problem) : NULL;
    bool going = s != NULL;
    uint64_t done = 0;
    for (unsigned stretch = 0; going && stretch < SCHEDULE_STRETCHES; stretch++) {
        uint64_t end = stretch + 1 < SCHEDULE_STRETCHES ? start_of(events, stretch + 1) : events;
        scheduler_set_rule(s, &rule[stretch]);
        while (going && done < end) {
            size_t most = end - done < EVENT_CHUNK ? (size_t)(end - done) : EVENT_CHUNK;
            size_t n = scheduler_next(s, chunk, most, problem);
            going = n > 0 && take(ctx, chunk, n);
            done += n;
        }
    }
    scheduler_close(s);
    return going;
}

/* ---- how bad a schedule is ---- */

struct trial {
    struct search *search;
    struct heap *heap;
    uint64_t peak_live;
};

static bool play_events(void *ctx, const struct event *event, size_t n)
{
    struct trial *t = ctx;
    struct ledger *l = &t->search->ledger;
    for (size_t i = 0; i < n; i++) {
        if (ledger_play(l, t->heap, &event[i]) == LEDGER_REFUSED) {
            return problem_set(t->search->problem, "%s refuses a request of %" PRIu64 " bytes",
                               t->search->policy->label, event[i].size);
        }
        t->peak_live = l->live_bytes > t->peak_live ? l->live_bytes : t->peak_live;
    }
    return true;
}

static bool blow_up_of(struct search *s, const struct schedule_rule *rule, double *blow_up)
{
    region_map_renew(&s->map, false);
    ledger_reset(&s->ledger);
    struct trial t = {.search = s};
    const struct policy *policy = s->policy->policy;
    t.heap = policy->open(policy, &s->map.region, s->policy->values.number);
    if (!t.heap) {
        return problem_set(s->problem, "%s cannot open a heap", s->policy->label);
    }
    if (!play_schedule(s->workload, s->events, s->plan->window, rule, s->chunk, play_events, &t,
                       s->problem)) {
        return false;
    }
    *blow_up = (double)region_peak_footprint(&s->map.region) / (double)t.peak_live;
    return true;
}

/* ---- the search ---- */

static void fill(struct schedule_rule *rule, struct schedule_rule with)
{
    for (unsigned i = 0; i < SCHEDULE_STRETCHES; i++) {
        rule[i] = with;
    }
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static bool keep_worst(struct schedule_search *found, const struct schedule_rule *rule,
                       double blow_up)
{
    if (blow_up < found->worst) {
        return false;
    }
    found->worst = blow_up;
    for (unsigned i = 0; i < SCHEDULE_STRETCHES; i++) {
        found->rule[i] = rule[i];
    }
    return true;
}

/* The orders that are one rule. */
static bool try_orders(struct search *s, struct schedule_search *found)
{
    struct schedule_rule rule[SCHEDULE_STRETCHES];
    for (unsigned order = 0; order <= ORDER_ADVERSARIAL; order++) {
        for (unsigned i = 0; i < (order == ORDER_RANDOM ? SCHEDULE_RANDOMS : 1); i++) {
            double *blow_up = order == ORDER_RANDOM ? &found->random[i] : &found->blow_up[order];
            fill(rule, (struct schedule_rule){(enum schedule_order)order, 1, i + 1});
            if (!blow_up_of(s, rule, blow_up)) {
                return false;
            }
            keep_worst(found, rule, *blow_up);
        }
    }
    qsort(found->random, SCHEDULE_RANDOMS, sizeof *found->random, by_value);
    return true;
}

static struct schedule_rule draw_rule(gsl_rng *random)
{
    return (struct schedule_rule){
        .order = (enum schedule_order)gsl_rng_uniform_int(random, ORDER_ADVERSARIAL + 1),
        .turn = UINT64_C(1) << gsl_rng_uniform_int(random, MOST_TURN_LOG2 + 1),
        .seed = gsl_rng_uniform_int(random, 1u << 30)};
}

static bool climb(struct search *s, struct schedule_search *found)
{
    gsl_rng *random = gsl_rng_alloc(gsl_rng_mt19937);
    double end = seconds_now() + s->plan->seconds;
    bool ok = random != NULL;
    if (random) {
        gsl_rng_set(random, (unsigned long)s->plan->seed);
    }
    while (ok && (s->plan->rounds ? found->rounds < s->plan->rounds : seconds_now() < end)) {
        struct schedule_rule rule[SCHEDULE_STRETCHES];
        double blow_up;
        for (unsigned i = 0; i < SCHEDULE_STRETCHES; i++) {
            rule[i] = found->rule[i];
        }
        rule[gsl_rng_uniform_int(random, SCHEDULE_STRETCHES)] = draw_rule(random);
        ok = blow_up_of(s, rule, &blow_up);
        if (ok) {
            keep_worst(found, rule, blow_up);
            found->rounds++;
        }
    }
    if (random) {
        gsl_rng_free(random);
    }
    return ok;
}

/* How many events and threads there are. */
static bool look_at_workload(struct search *s, struct schedule_search *found)
{
    struct packed packed;
    if (!packed_open(&packed, s->workload, 0, s->problem)) {
        return false;
    }
    s->events = found->events = packed.facts.drain;
    found->threads = packed.facts.threads;
    packed_close(&packed);
    if (found->threads < 2) {
        return problem_set(s->problem,
                           "workload %s has one thread, so that there is one order: give one with "
                           "several",
                           s->workload->label);
    }
    return s->events <= MOST_EVENTS ||
           problem_set(s->problem,
                       "workload %s has more than %d events: cut it ('fitlab trace cut')",
                       s->workload->label, MOST_EVENTS);
}

bool schedule_attack(struct schedule_search *found, const struct policy_spec *policy,
                     const struct workload_spec *workload, const struct schedule_plan *plan,
                     struct problem *problem)
{
    struct search s = {.policy = policy, .workload = workload, .plan = plan, .problem = problem};
    *found = (struct schedule_search){.worst = 0};
    if (policy->policy->traits & POLICY_ELSEWHERE || foreign_of(policy->policy)) {
        return problem_set(problem, "%s keeps its memory elsewhere: its footprint is not known",
                           policy->label);
    }
    if (!look_at_workload(&s, found)) {
        return false;
    }
    s.chunk = malloc(EVENT_CHUNK * sizeof *s.chunk);
    /* No order has more slots than there are events. */
    bool ok = ledger_open(&s.ledger, s.events) && s.chunk;
    if (!ok) {
        problem_set(problem, "no memory for the blocks of %" PRIu64 " events", s.events);
    }
    ok = ok && region_map_open(&s.map, REGION_RESERVE, false, 0, problem);
    if (ok) {
        ok = try_orders(&s, found) && climb(&s, found);
        region_map_close(&s.map);
    }
    ledger_close(&s.ledger);
    free(s.chunk);
    return ok;
}

/* ---- writing it down ---- */

struct written {
    struct trace_writer *out;
    struct problem *problem;
};

static bool write_events(void *ctx, const struct event *event, size_t n)
{
    struct written *w = ctx;
    /* the writer does not change them */
    const struct trace_run run = {.events = (struct event *)(uintptr_t)event, .count = n};
    return trace_append(w->out, &run, w->problem);
}

bool schedule_write(const struct schedule_search *found, const struct workload_spec *workload,
                    uint64_t window, struct trace_writer *out, struct problem *problem)
{
    struct written w = {out, problem};
    struct event *chunk = malloc(EVENT_CHUNK * sizeof *chunk);
    bool ok = chunk ? play_schedule(workload, found->events, window, found->rule, chunk,
                                    write_events, &w, problem)
                    : problem_set(problem, "no memory for a chunk of events");
    free(chunk);
    return ok;
}
