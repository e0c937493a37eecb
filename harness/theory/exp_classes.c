/* exp_classes.c - what size classes cost: buddy systems, slabs, TLSF's rounding. */
#include <math.h>
#include <stdlib.h>

#include "theory/experiment.h"
#include "theory/program_lives.h"

enum { UNIT = 32 };

/* A heap in a region of its own, to examine one size. */
struct probe {
    struct region_map map;
    struct heap *heap;
};

static bool probe_open(const struct experiment_run *run, struct probe *p, const char *policy,
                       size_t limit, struct problem *problem)
{
    struct policy_spec spec;
    if (!experiment_policy(run, policy, &spec, problem) ||
        !region_map_open(&p->map, limit, false, 0, problem)) {
        return false;
    }
    p->heap = spec.policy->open(spec.policy, &p->map.region, spec.values.number);
    if (!p->heap) {
        region_map_close(&p->map);
        return problem_set(problem, "%s refuses a region of %zu bytes", policy, limit);
    }
    return true;
}

/* ---- buddy77 ---- */

static double uniform_weight(double n, double most)
{
    (void)n;
    (void)most;
    return 1;
}

static double log_uniform_weight(double n, double most)
{
    (void)most;
    return 1 / n;
}

static double exponential_weight(double n, double most)
{
    return exp(-n / (most / 32));
}

typedef double weight(double n, double most);

/* Granted over requested units when sizes from least to most have these weights. */
static bool granted_over_requested(const struct experiment_run *run, const char *policy,
                                   size_t least, size_t most, weight *of, double *ratio,
                                   struct problem *problem)
{
    enum { TAG = 8 };
    struct probe p;
    if (!probe_open(run, &p, policy, (size_t)64 << 20, problem)) {
        return false;
    }
    double granted = 0, requested = 0;
    for (size_t n = least; n <= most; n++) {
        void *block = heap_alloc(p.heap, n * UNIT - TAG);
        if (!block) {
            region_map_close(&p.map);
            return problem_set(problem, "%s refuses %zu units", policy, n);
        }
        double w = of((double)n, (double)most);
        granted += w * (double)(heap_usable(p.heap, block) + TAG) / UNIT;
        requested += w * (double)n;
        heap_free(p.heap, block);
    }
    region_map_close(&p.map);
    *ratio = granted / requested;
    return true;
}

static bool run_buddy77(struct experiment_run *run, struct problem *problem)
{
    static const struct {
        const char *policy;
        size_t least, most; /* on the boundaries of classes */
        double uniform, exponential, log_uniform;
    } rows[] = {{"buddy", 64, 8192, 4. / 3, 1.44, 1.386294},
                {"buddy:system=fibonacci", 55, 6765, 1.236068, 1.28, NAN},
                {"buddy:system=weighted", 64, 8192, 7. / 6, 1.20, NAN}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        double ratio;
        if (!granted_over_requested(run, rows[i].policy, 1, rows[i].most, uniform_weight, &ratio,
                                    problem)) {
            return false;
        }
        expect_within(run, rows[i].uniform, .005, ratio, "%s; uniform", rows[i].policy);
        if (!granted_over_requested(run, rows[i].policy, 1, rows[i].most, exponential_weight,
                                    &ratio, problem)) {
            return false;
        }
        expect_within(run, rows[i].exponential, .01, ratio, "%s; exponential", rows[i].policy);
        if (isnan(rows[i].log_uniform)) {
            continue;
        }
        if (!granted_over_requested(run, rows[i].policy, rows[i].least + 1, rows[i].most,
                                    log_uniform_weight, &ratio, problem)) {
            return false;
        }
        expect_within(run, rows[i].log_uniform, .005, ratio, "%s; log-uniform", rows[i].policy);
    }
    return true;
}

const struct experiment experiment_buddy77 = {
    .name = "buddy77",
    .summary = "what buddy systems round up: binary 4/3, Fibonacci 1.236, weighted 7/6 if uniform",
    .source =
        "J. L. Peterson and T. A. Norman, CACM 20(6), 1977; D. L. Russell, SIAM J. Comp. 6, 1977",
    .run = run_buddy77,
};

/* ---- slab94 ---- */

struct slab_sum {
    size_t slack, meta;
};

static bool add_slab(const struct span *s, void *ctx)
{
    struct slab_sum *sum = ctx;
    sum->slack += s->kind == SPAN_SLACK ? s->bytes : 0;
    return true;
}

/* The share of one full slab of objects of n bytes that is its tail. */
static bool slab_tail(const struct experiment_run *run, size_t n, double *share, size_t *objects,
                      struct problem *problem)
{
    struct probe p;
    if (!probe_open(run, &p, "slab:classes=linear,large=8192,colour=0", (size_t)4 << 20, problem)) {
        return false;
    }
    size_t empty = region_footprint(&p.map.region), slab = 0;
    struct slab_sum sum = {0};
    *objects = 0;
    for (;;) {
        struct slab_sum now = {0};
        heap_alloc(p.heap, n);
        if (slab && region_footprint(&p.map.region) > empty + slab) {
            break;
        }
        slab = region_footprint(&p.map.region) - empty;
        ++*objects;
        p.heap->policy->walk(p.heap, add_slab, &now);
        sum = now;
    }
    *share = (double)sum.slack / (double)slab;
    region_map_close(&p.map);
    return true;
}

static bool run_slab94(struct experiment_run *run, struct problem *problem)
{
    double worst = 0;
    size_t fewest = SIZE_MAX;
    for (size_t n = 16; n <= 8192; n += 16) {
        double share;
        size_t objects;
        if (!slab_tail(run, n, &share, &objects, problem)) {
            return false;
        }
        worst = share > worst ? share : worst;
        fewest = objects < fewest ? objects : fewest;
    }
    expect_at_least(run, 8, (double)fewest, "objects in a slab; the fewest of any class");
    expect_at_most(run, 1. / 8, worst, "tail over slab; the most of any class");
    return true;
}

const struct experiment experiment_slab94 = {
    .name = "slab94",
    .summary = "a slab of at least eight objects wastes at most an eighth of itself at its end",
    .source = "J. Bonwick, USENIX Summer 1994, section 3",
    .run = run_slab94,
};

/* ---- tlsf ---- */

/* The smallest hole that serves a block of so many bytes, over that, minus 1. */
static bool tlsf_rounding(const struct experiment_run *run, size_t bytes, double *share,
                          struct problem *problem)
{
    enum { TAG = 8, STEP = 16 };
    for (size_t hole = bytes;; hole += STEP) {
        struct probe p;
        if (!probe_open(run, &p, "tlsf:search=above", (size_t)1 << 20, problem)) {
            return false;
        }
        void *block = heap_alloc(p.heap, hole - TAG);
        heap_alloc(p.heap, 1);
        heap_free(p.heap, block);
        bool served = heap_alloc(p.heap, bytes - TAG) == block;
        region_map_close(&p.map);
        if (served) {
            *share = (double)(hole - bytes) / (double)bytes;
            return true;
        }
    }
}

/* TLSF's waste less best-fit's on a real program, in points. */
static bool over_best_fit(const struct experiment_run *run, const char *name, double *points,
                          struct problem *problem)
{
    struct policy_spec tlsf, best;
    struct program_lives program;
    double waste[2];
    if (!experiment_policy(run, "tlsf", &tlsf, problem) ||
        !experiment_policy(run, "best-fit:index=tree", &best, problem) ||
        !lives_read(&program, name, problem)) {
        return false;
    }
    bool ok = lives_waste(&program, &tlsf, &waste[0], problem) &&
              lives_waste(&program, &best, &waste[1], problem);
    lives_release(&program);
    *points = 100 * (waste[0] - waste[1]);
    return ok;
}

static bool run_tlsf(struct experiment_run *run, struct problem *problem)
{
    double worst = 0;
    for (size_t bytes = 32; bytes < 100000; bytes += 16 + bytes / 7 / 16 * 16) {
        double share;
        if (!tlsf_rounding(run, bytes, &share, problem)) {
            return false;
        }
        worst = share > worst ? share : worst;
    }
    expect_at_most(run, 1. / 32, worst, "hole over request; minus 1; the most");
    for (size_t i = 0; i < PROGRAMS; i++) {
        double points;
        if (!over_best_fit(run, lives_programs[i], &points, problem)) {
            return false;
        }
        expect_between(run, 0, -.6, .6, points, "%s: tlsf less best-fit; points",
                       lives_programs[i]);
    }
    return true;
}

const struct experiment experiment_tlsf = {
    .name = "tlsf",
    .summary =
        "a good fit of 32 bins a doubling rounds by 1/32 and costs hardly more than best-fit",
    .source = "M. Masmano et al., ECRTS 2004",
    .run = run_tlsf,
};
