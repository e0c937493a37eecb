/* exp_queue.c - Shore's simulation: a memory of fixed size with a queue that is never empty.
 *
 * Requests wait in one line. The first one takes memory as soon as it fits and holds it for a time
 * drawn from U(5, 15). Measured is the share of memory that is live, on average. */
#include <math.h>

#include "theory/draw.h"
#include "theory/experiment.h"

enum { WORDS = 32768, GRANULE = 32, SEEDS = 10, MOST_LIVE = WORDS };
static const double WARM_TIME = 200, END_TIME = 4000;

/* The time at which a block is freed; the earliest is at the root of a binary heap. */
struct departure {
    double time;
    long slot;
};

struct departures {
    struct departure at[MOST_LIVE];
    size_t count;
};

static void push(struct departures *d, struct departure new)
{
    size_t i = d->count++;
    for (; i > 0 && d->at[(i - 1) / 2].time > new.time; i = (i - 1) / 2) {
        d->at[i] = d->at[(i - 1) / 2];
    }
    d->at[i] = new;
}

static struct departure pop(struct departures *d)
{
    struct departure first = d->at[0], last = d->at[--d->count];
    size_t i = 0;
    for (size_t child = 1; child < d->count; child = 2 * i + 1) {
        child += child + 1 < d->count && d->at[child + 1].time < d->at[child].time;
        if (d->at[child].time >= last.time) {
            break;
        }
        d->at[i] = d->at[child];
        i = child;
    }
    d->at[i] = last;
    return first;
}

/* Serves the first requests of the line, as long as there is memory. */
static void admit(struct player *p, gsl_rng *rng, enum law law, double mean, double now,
                  size_t *waiting, struct departures *d)
{
    for (;;) {
        long slot = player_alloc(p, *waiting);
        if (slot == PLAYER_NONE) {
            return;
        }
        double stay = 5 + 10 * gsl_rng_uniform(rng);
        push(d, (struct departure){now + stay, slot});
        *waiting = draw_size(rng, law, mean, WORDS);
    }
}

static double simulate(struct player *p, gsl_rng *rng, enum law law, double mean)
{
    static struct departures d;
    d.count = 0;
    size_t waiting = draw_size(rng, law, mean, WORDS);
    double now = 0, area = 0;
    admit(p, rng, law, mean, now, &waiting, &d);
    while (now < END_TIME && d.count > 0) {
        struct departure next = pop(&d);
        double until = next.time < END_TIME ? next.time : END_TIME;
        if (until > WARM_TIME) {
            area += (double)p->live * (until - (now > WARM_TIME ? now : WARM_TIME));
        }
        now = next.time;
        player_free(p, next.slot);
        admit(p, rng, law, mean, now, &waiting, &d);
    }
    return area / (END_TIME - WARM_TIME) / WORDS;
}

/* The region whose one hole has so many bytes. */
static bool region_for(const struct policy_spec *spec, size_t bytes, size_t *limit,
                       struct problem *problem)
{
    struct region_map map;
    const size_t sample = 1 << 16;
    if (!region_map_open(&map, sample, true, 0, problem)) {
        return false;
    }
    struct heap *h = spec->policy->open(spec->policy, &map.region, spec->values.number);
    size_t room = 0;
    if (h) { /* the largest request that an empty heap can serve, in its granule */
        for (size_t n = sample; n >= GRANULE && room == 0; n -= 8) {
            void *p = heap_alloc(h, n);
            room = p ? n : 0;
        }
    }
    region_map_close(&map);
    *limit = sample - (room + 8) + bytes;
    return room > 0 || problem_set(problem, "%s: no room in a region of 64 KiB", spec->label);
}

/* Mean efficiency with this seed; the sizes and times are the same for every policy. */
static bool efficiency(const struct experiment_run *run, const char *policy, enum law law,
                       double mean, unsigned long seed, double *share, struct problem *problem)
{
    struct policy_spec spec;
    struct player p;
    struct player_setup setup = {.granule = GRANULE, .fixed = true};
    if (!experiment_policy(run, policy, &spec, problem) ||
        !region_for(&spec, (size_t)WORDS * GRANULE, &setup.limit, problem)) {
        return false;
    }
    gsl_rng *rng = draw_open(seed);
    if (!rng || !player_open(&p, &spec, &setup, problem)) {
        return false;
    }
    *share = simulate(&p, rng, law, mean);
    player_close(&p);
    gsl_rng_free(rng);
    return true;
}

static bool efficiencies(const struct experiment_run *run, const char *policy, enum law law,
                         double mean, double share[SEEDS], double *average, struct problem *problem)
{
    *average = 0;
    for (unsigned long s = 0; s < SEEDS; s++) {
        if (!efficiency(run, policy, law, mean, s + 1, &share[s], problem)) {
            return false;
        }
        *average += share[s] / SEEDS;
    }
    return true;
}

/* First-fit over best-fit, minus 1, in percent: the mean over the pairs. */
static bool first_over_best(const struct experiment_run *run, enum law law, double mean,
                            double *pct, struct problem *problem)
{
    double first[SEEDS], best[SEEDS], ignored;
    if (!efficiencies(run, fit_specs[0], law, mean, first, &ignored, problem) ||
        !efficiencies(run, fit_specs[1], law, mean, best, &ignored, problem)) {
        return false;
    }
    *pct = 0;
    for (size_t s = 0; s < SEEDS; s++) {
        *pct += 100 * (first[s] / best[s] - 1) / SEEDS;
    }
    return true;
}

static bool run_shore75(struct experiment_run *run, struct problem *problem)
{
    static const double at_256[LAWS] = {-1.64, .91, 4.87, 6.67, -.95, -1.51},
                        at_1024[LAWS] = {-.81, .28, 1.78, 1.09, -.49, -.77};
    static const double exponential[FITS] = {.830, .823, .756, .804},
                        uniform[FITS] = {.874, .888, .833, .868};
    for (int law = 0; law < LAWS; law++) {
        double pct;
        if (!first_over_best(run, (enum law)law, 256, &pct, problem)) {
            return false;
        }
        bool up = at_256[law] > 0;
        expect_between(run, at_256[law], up ? 1e-9 : -INFINITY, up ? INFINITY : -1e-9, pct,
                       "first over best; pct; mean 256; %s", law_names[law]);
        if (!first_over_best(run, (enum law)law, 1024, &pct, problem)) {
            return false;
        }
        expect_between(run, at_1024[law], -INFINITY, INFINITY, pct,
                       "first over best; pct; mean 1024; %s", law_names[law]);
    }
    for (size_t f = 0; f < FITS; f++) {
        double share[SEEDS], mean;
        if (!efficiencies(run, fit_specs[f], LAW_EXPONENTIAL, 256, share, &mean, problem)) {
            return false;
        }
        expect_within(run, exponential[f], .02, mean, "%s; exponential 256: live over memory",
                      fit_names[f]);
        if (!efficiencies(run, fit_specs[f], LAW_UNIFORM, 256, share, &mean, problem)) {
            return false;
        }
        expect_within(run, uniform[f], .02, mean, "%s; uniform 256: live over memory",
                      fit_names[f]);
    }
    return true;
}

const struct experiment experiment_shore75 = {
    .name = "shore75",
    .summary = "first-fit beats best-fit where sizes vary as much as their mean, loses where less",
    .source = "J. E. Shore, CACM 18(8), 1975",
    .run = run_shore75,
};

static bool run_bays77(struct experiment_run *run, struct problem *problem)
{
    double share[SEEDS], first, next;
    if (!efficiencies(run, fit_specs[0], LAW_EXPONENTIAL, 1024, share, &first, problem) ||
        !efficiencies(run, fit_specs[3], LAW_EXPONENTIAL, 1024, share, &next, problem)) {
        return false;
    }
    expect_between(run, 1, .985, 1.015, next / first, "next over first; mean 1/32 of memory");
    if (!efficiencies(run, fit_specs[0], LAW_EXPONENTIAL, 256, share, &first, problem) ||
        !efficiencies(run, fit_specs[3], LAW_EXPONENTIAL, 256, share, &next, problem)) {
        return false;
    }
    expect_between(run, .804 / .830, 0, .985, next / first,
                   "next over first; mean 1/128 of memory");
    return true;
}

const struct experiment experiment_bays77 = {
    .name = "bays77",
    .summary =
        "next-fit equals first-fit while blocks are large, and falls behind when they are small",
    .source = "C. Bays, CACM 20(3), 1977",
    .run = run_bays77,
};
