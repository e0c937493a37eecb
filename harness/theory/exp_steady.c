/* exp_steady.c - laws of the steady state: blocks die at random and are replaced. */
#include <gsl/gsl_statistics_double.h>
#include <math.h>

#include "theory/draw.h"
#include "theory/experiment.h"

enum { GRANULE = 32, LIVE = 2000, STEPS = 60000, WARM_UP = 20000, SAMPLE_EVERY = 20 };

struct steady_setup {
    enum law law;
    double mean;
    bool fifo;
    bool no_walks; /* only waste and probes are needed */
};

/* What was measured after the warm-up. */
struct steady {
    double inexact;       /* share of the requests whose hole, if any, was not of their size */
    double holes;         /* mean number of holes, over the number of blocks */
    double free_fraction; /* mean free share of the footprint */
    double waste;         /* mean 1 - live / footprint */
    double hole_units, block_units; /* mean sizes */
    double probes;                  /* mean, a request */
    double internal;                /* 1 - requested / granted */
};

struct hole_sum {
    size_t holes, hole_bytes, used, used_bytes;
};

static bool add_span(const struct span *s, void *ctx)
{
    struct hole_sum *sum = ctx;
    if (s->kind == SPAN_FREE) {
        sum->holes++;
        sum->hole_bytes += s->bytes;
    } else if (s->kind == SPAN_USED) {
        sum->used++;
        sum->used_bytes += s->bytes;
    }
    return true;
}

/* The break gives the size of blocks and holes together, because everything else is the bytes of
 * the empty heap. */
static void sample(struct steady *sum, const struct player *p, size_t empty, bool walk)
{
    struct hole_sum now = {0};
    double live = (double)(p->live * GRANULE);
    double footprint = (double)(region_footprint(&p->map.region) - empty);
    sum->waste += 1 - live / footprint;
    if (!walk) {
        return;
    }
    p->heap->policy->walk(p->heap, add_span, &now);
    double used = (double)now.used_bytes;
    sum->holes += (double)now.holes / (double)now.used;
    sum->free_fraction += (double)now.hole_bytes / footprint;
    sum->hole_units += now.holes ? (double)now.hole_bytes / (double)now.holes / GRANULE : 0;
    sum->block_units += used / (double)now.used / GRANULE;
    sum->internal += 1 - live / used;
}

/* Replaces one block; the new block gets the slot of the old one. */
static bool replace(struct player *p, long *victim, size_t size, struct steady *sum)
{
    player_free(p, *victim);
    struct counters before = heap_counters(p->heap);
    *victim = player_alloc(p, size);
    sum->probes += (double)p->last_probes;
    struct counters after = heap_counters(p->heap);
    sum->inexact += after.splits > before.splits || after.grows > before.grows;
    return *victim != PLAYER_NONE;
}

static bool churn(struct player *p, const struct steady_setup *setup, gsl_rng *rng,
                  struct steady *sum)
{
    const size_t most = 1 << 16, empty = region_footprint(&p->map.region);
    static long block[LIVE];
    for (size_t i = 0; i < LIVE; i++) {
        block[i] = player_alloc(p, draw_size(rng, setup->law, setup->mean, most));
        if (block[i] == PLAYER_NONE) {
            return false;
        }
    }
    size_t samples = 0;
    for (size_t i = 0; i < STEPS; i++) {
        if (i == WARM_UP) {
            *sum = (struct steady){0};
        }
        size_t victim = setup->fifo ? i % LIVE : gsl_rng_uniform_int(rng, LIVE);
        if (!replace(p, &block[victim], draw_size(rng, setup->law, setup->mean, most), sum)) {
            return false;
        }
        if (i >= WARM_UP && i % SAMPLE_EVERY == 0) {
            sample(sum, p, empty, !setup->no_walks);
            samples++;
        }
    }
    const double steps = STEPS - WARM_UP, n = (double)samples;
    *sum = (struct steady){.inexact = sum->inexact / steps,
                           .probes = sum->probes / steps,
                           .holes = sum->holes / n,
                           .free_fraction = sum->free_fraction / n,
                           .waste = sum->waste / n,
                           .hole_units = sum->hole_units / n,
                           .block_units = sum->block_units / n,
                           .internal = sum->internal / n};
    return true;
}

static bool run_seeded(const struct experiment_run *run, const char *policy,
                       const struct steady_setup *setup, unsigned long seed, struct steady *sum,
                       struct problem *problem)
{
    struct policy_spec spec;
    struct player p;
    struct player_setup player = {.granule = GRANULE, .limit = (size_t)1 << 30};
    gsl_rng *rng = draw_open(seed);
    if (!rng) {
        return problem_set(problem, "no memory for a random number generator");
    }
    bool open =
        experiment_policy(run, policy, &spec, problem) && player_open(&p, &spec, &player, problem);
    bool ok = open && (churn(&p, setup, rng, sum) ||
                       problem_set(problem, "%s refuses a request in the steady state", policy));
    if (open) {
        player_close(&p);
    }
    gsl_rng_free(rng);
    return ok;
}

static bool run_steady(const struct experiment_run *run, const char *policy,
                       const struct steady_setup *setup, struct steady *sum,
                       struct problem *problem)
{
    return run_seeded(run, policy, setup, 1, sum, problem);
}

/* One number of several runs. */
enum { SEEDS = 10 };

struct spread {
    double run[SEEDS];
    double mean, deviation; /* the latter of one run */
};

static bool run_spread(const struct experiment_run *run, const char *policy,
                       const struct steady_setup *setup, size_t offset, struct spread *spread,
                       struct problem *problem)
{
    struct steady_setup quick = *setup;
    quick.no_walks = true;
    for (unsigned long i = 0; i < SEEDS; i++) {
        struct steady s;
        if (!run_seeded(run, policy, &quick, i + 1, &s, problem)) {
            return false;
        }
        spread->run[i] = *(const double *)(const void *)((const char *)&s + offset);
    }
    spread->mean = gsl_stats_mean(spread->run, 1, SEEDS);
    spread->deviation = gsl_stats_sd(spread->run, 1, SEEDS);
    return true;
}

/* The expected value comes from one run, the observed one is the mean of several. If the mean is
 * too far away but single runs are not, the deviation of a single run explains the difference. */
static void expect_spread(struct experiment_run *run, double expected, double tolerance,
                          const struct spread *spread, const char *policy, const char *what)
{
    size_t within = 0;
    for (size_t i = 0; i < SEEDS; i++) {
        within += fabs(spread->run[i] - expected) <= tolerance * expected;
    }
    expect_within(run, expected, tolerance, spread->mean, "%s; %s", policy, what);
    if (fabs(spread->mean - expected) <= 2 * spread->deviation) {
        explain(run, "it is one run's: runs deviate by %.2g, and %zu of %d are within",
                spread->deviation, within, SEEDS);
    }
}

static const struct steady_setup uniform_random = {LAW_UNIFORM, 500.5, false, false};
static const struct steady_setup uniform_fifo = {LAW_UNIFORM, 500.5, true, false};
static const struct steady_setup exponential_random = {LAW_EXPONENTIAL, 200, false, false};

static bool run_fifty(struct experiment_run *run, struct problem *problem)
{
    static const double inexact[FITS] = {.979, .826, 1, .995},
                        holes[FITS] = {.489, .413, .498, .495};
    for (size_t f = 0; f < FITS; f++) {
        struct steady s;
        if (!run_steady(run, fit_specs[f], &uniform_random, &s, problem)) {
            return false;
        }
        expect_within(run, inexact[f], .03, s.inexact, "%s: p; the fit is not exact", fit_names[f]);
        expect_within(run, holes[f], .03, s.holes, "%s: holes over blocks", fit_names[f]);
        expect_within(run, s.inexact / 2, .03, s.holes, "%s: holes over blocks is p / 2",
                      fit_names[f]);
    }
    return true;
}

const struct experiment experiment_fifty = {
    .name = "fifty",
    .summary =
        "the fifty percent rule: half as many holes as blocks, times P(the fit is not exact)",
    .source = "D. E. Knuth, TAOCP vol. 1, section 2.5",
    .run = run_fifty,
};

static bool run_fifty_fifo(struct experiment_run *run, struct problem *problem)
{
    for (size_t f = 0; f < FITS; f++) {
        struct steady s;
        if (!run_steady(run, fit_specs[f], &uniform_fifo, &s, problem)) {
            return false;
        }
        expect_between(run, .002, 0, .01, s.holes, "%s: holes over blocks", fit_names[f]);
    }
    return true;
}

const struct experiment experiment_fifty_fifo = {
    .name = "fifty-fifo",
    .summary = "the fifty percent rule collapses when blocks die in the order of their birth",
    .source = "J. E. Shore, CACM 20(11), 1977",
    .run = run_fifty_fifo,
};

static bool run_unused(struct experiment_run *run, struct problem *problem)
{
    for (size_t f = 0; f < FITS; f++) {
        struct steady s;
        if (!run_steady(run, fit_specs[f], &uniform_random, &s, problem)) {
            return false;
        }
        double k = s.hole_units / s.block_units, half = s.inexact / 2 * k;
        expect_within(run, half / (1 + half), .03, s.free_fraction,
                      "%s: free share from k = %.3f; p = %.3f", fit_names[f], k, s.inexact);
    }
    return true;
}

const struct experiment experiment_unused = {
    .name = "unused",
    .summary =
        "the unused memory rule: the free share is (p/2)k / (1 + (p/2)k), k = hole over block",
    .source = "P. J. Denning, Computing Surveys 2(3), 1970; D. E. Knuth, TAOCP vol. 1, section 2.5",
    .run = run_unused,
};

static bool run_steady_frag(struct experiment_run *run, struct problem *problem)
{
    static const double uniform[FITS] = {.110, .066, .360, .176},
                        exponential[FITS] = {.127, .095, .569, .318};
    const size_t waste = offsetof(struct steady, waste);
    for (size_t f = 0; f < FITS; f++) {
        struct spread spread;
        if (!run_spread(run, fit_specs[f], &uniform_random, waste, &spread, problem)) {
            return false;
        }
        expect_spread(run, uniform[f], .1, &spread, fit_names[f], "uniform 1 to 1000");
        if (!run_spread(run, fit_specs[f], &exponential_random, waste, &spread, problem)) {
            return false;
        }
        expect_spread(run, exponential[f], .1, &spread, fit_names[f], "exponential of mean 200");
    }
    return true;
}

const struct experiment experiment_steady_frag = {
    .name = "steady-frag",
    .summary = "waste in the steady state: best-fit, then first-fit, next-fit, worst-fit",
    .source = "the ranking: J. E. Shore, CACM 18(8), 1975; C. Bays, CACM 20(3), 1977",
    .run = run_steady_frag,
};

enum { NEXT = FITS - 1 };

static bool run_probes(struct experiment_run *run, struct problem *problem)
{
    static const double probes[FITS] = {481, 825, 996, 21};
    struct steady_setup quick = uniform_random;
    quick.no_walks = true;
    for (size_t f = 0; f < NEXT; f++) {
        struct steady s;
        if (!run_steady(run, fit_list_specs[f], &quick, &s, problem)) {
            return false;
        }
        expect_within(run, probes[f], .05, s.probes, "%s", fit_names[f]);
    }
    struct spread spread;
    if (!run_spread(run, fit_list_specs[NEXT], &uniform_random, offsetof(struct steady, probes),
                    &spread, problem)) {
        return false;
    }
    expect_spread(run, probes[NEXT], .1, &spread, fit_names[NEXT], "mean of runs");
    return true;
}

const struct experiment experiment_probes = {
    .name = "probes",
    .summary = "next-fit's searches are short, those of the other fits grow with the holes",
    .source = "D. E. Knuth, TAOCP vol. 1, section 2.5, exercise 6",
    .run = run_probes,
};

/* ---- buddy systems in the steady state ---- */

static bool run_buddy77_total(struct experiment_run *run, struct problem *problem)
{
    static const char *const systems[] = {"buddy", "buddy:system=fibonacci",
                                          "buddy:system=weighted"};
    struct steady s[3];
    double external[3];
    for (size_t i = 0; i < 3; i++) {
        if (!run_steady(run, systems[i], &exponential_random, &s[i], problem)) {
            return false;
        }
        external[i] = s[i].free_fraction;
        expect_between(run, NAN, .25, .4, s[i].waste, "%s: total", systems[i]);
        just_show(run, s[i].internal, "%s: internal", systems[i]);
        just_show(run, external[i], "%s: external", systems[i]);
    }
    for (size_t i = 0; i < 2; i++) {
        expect_at_most(run, s[i].internal, s[i + 1].internal, "internal falls: %s", systems[i + 1]);
        expect_at_least(run, external[i], external[i + 1], "external rises: %s", systems[i + 1]);
    }
    return true;
}

const struct experiment experiment_buddy77_total = {
    .name = "buddy77-total",
    .summary = "finer buddy systems trade internal for external fragmentation, in vain",
    .source = "J. L. Peterson and T. A. Norman, CACM 20(6), 1977",
    .run = run_buddy77_total,
};
