/* exp_programs.c - real programs, and how their fragmentation changes when the order of their
 * requests is lost. */
#include <glob.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "spec/workload_spec.h"
#include "theory/experiment.h"
#include "theory/program_lives.h"

static const struct {
    const char *label, *spec;
} policies[] = {{"first-fit", "first-fit:index=tree"},
                {"best-fit", "best-fit:index=tree"},
                {"next-fit", "next-fit:index=tree"},
                {"worst-fit", "worst-fit:index=tree"},
                {"tlsf", "tlsf"},
                {"buddy", "buddy"},
                {"segregated", "segregated"},
                {"slab", "slab:classes=linear"}};

enum { POLICIES = sizeof policies / sizeof *policies };
enum { FIRST = 0, BEST = 1, TLSF = 4, SEGREGATED = 6 }; /* in that order */

static bool waste(const struct experiment_run *run, const struct program_lives *p, size_t policy,
                  double *pct, struct problem *problem)
{
    struct policy_spec spec;
    bool ok = experiment_policy(run, policies[policy].spec, &spec, problem) &&
              lives_waste(p, &spec, pct, problem);
    *pct *= 100;
    return ok;
}

static bool wastes(const struct experiment_run *run, const struct program_lives *p,
                   double pct[POLICIES], struct problem *problem)
{
    bool ok = true;
    for (size_t i = 0; ok && i < POLICIES; i++) {
        ok = waste(run, p, i, &pct[i], problem);
    }
    return ok;
}

/* The limit that Johnstone and Wilson (1998) state for every real program. */
enum { FITS_WASTE_MOST = 10, CLASSES_WASTE_LEAST = 20 };

/* A real program, replayed with every policy. */
struct replayed {
    char name[64];
    struct lives_shape shape;
    double pct[POLICIES];
    double pct_even[POLICIES]; /* without its very large blocks; NAN: not replayed */
};

static bool is_judged_fit(size_t policy)
{
    return policy == FIRST || policy == BEST || policy == TLSF;
}

/* If a fit wastes more than is claimed, and the program has blocks that alone are more than that
 * share of its peak, replays it once more without them. This shows whether they are the cause. */
static bool replay_even(const struct experiment_run *run, struct program_lives *p,
                        struct replayed *r, struct problem *problem)
{
    bool ok = true;
    p->most = (uint32_t)(r->shape.peak * FITS_WASTE_MOST / 100);
    for (size_t k = 0; ok && k < POLICIES; k++) {
        r->pct_even[k] = NAN;
        if (is_judged_fit(k) && r->pct[k] > FITS_WASTE_MOST && r->shape.largest > p->most) {
            ok = waste(run, p, k, &r->pct_even[k], problem);
        }
    }
    return ok;
}

static void judge_fit(struct experiment_run *run, const struct replayed *r, size_t k)
{
    const char *policy = policies[k].label;
    expect_at_most(run, FITS_WASTE_MOST, r->pct[k], "%s; %s; pct", r->name, policy);
    if (r->pct_even[k] <= FITS_WASTE_MOST) {
        explain(run, "one block is %.0f %% of the peak; without those above %d %%, it is %.1f",
                100. * (double)r->shape.largest / (double)r->shape.peak, FITS_WASTE_MOST,
                r->pct_even[k]);
    }
}

static void judge_classes(struct experiment_run *run, const struct replayed *r, size_t k)
{
    double rounding = 100. * ((double)r->shape.rounded / (double)r->shape.peak - 1);
    const char *policy = policies[k].label;
    expect_at_least(run, CLASSES_WASTE_LEAST, r->pct[k], "%s; %s; pct", r->name, policy);
    if (rounding < CLASSES_WASTE_LEAST) {
        explain(run, "the sizes live at the peak round up to powers of two by %.1f %%", rounding);
    }
    expect_at_least(run, rounding, r->pct[k], "%s; %s: at least what it rounds up; pct", r->name,
                    policy);
}

static void judge_program(struct experiment_run *run, const struct replayed *r)
{
    for (size_t k = 0; k < POLICIES; k++) {
        if (is_judged_fit(k)) {
            judge_fit(run, r, k);
        } else if (k == SEGREGATED) {
            judge_classes(run, r, k);
        } else {
            just_show(run, r->pct[k], "%s; %s; pct", r->name, policies[k].label);
        }
    }
}

static void name_of_trace(const char *path, char *name, size_t size)
{
    const char *last = strrchr(path, '/');
    snprintf(name, size, "%s", last ? last + 1 : path);
    name[strcspn(name, ".")] = '\0';
}

static bool replay_program(const struct experiment_run *run, const char *trace, struct replayed *r,
                           struct problem *problem)
{
    struct program_lives p;
    name_of_trace(trace, r->name, sizeof r->name);
    if (!lives_read(&p, trace, problem)) {
        return false;
    }
    bool ok = lives_look(&p, &r->shape, problem) && wastes(run, &p, r->pct, problem) &&
              replay_even(run, &p, r, problem);
    lives_release(&p);
    return ok;
}

/* Every trace of the corpus: each is a real program. */
static bool run_jw98(struct experiment_run *run, struct problem *problem)
{
    char pattern[PATH_MAX];
    glob_t traces;
    snprintf(pattern, sizeof pattern, "%s/*.fltrace", workload_corpus());
    if (glob(pattern, 0, NULL, &traces) != 0) {
        return problem_set(problem, "%s: no traces: see its script 'record'", workload_corpus());
    }
    bool ok = true;
    for (size_t i = 0; ok && i < traces.gl_pathc; i++) {
        struct replayed r;
        ok = replay_program(run, traces.gl_pathv[i], &r, problem);
        if (ok) {
            judge_program(run, &r);
        }
    }
    globfree(&traces);
    return ok;
}

const struct experiment experiment_jw98 = {
    .name = "jw98",
    .summary = "on real programs, good policies waste next to nothing beyond headers and rounding: "
               "the claim, on other programs than theirs",
    .source = "M. S. Johnstone and P. R. Wilson, ISMM 1998; not their table: their eight programs "
              "are not at hand, those of the corpus are",
    .run = run_jw98,
};

static bool run_zorn94(struct experiment_run *run, struct problem *problem)
{
    double largest = 0, smallest = 1e9;
    for (size_t i = 0; i < PROGRAMS; i++) {
        struct program_lives p;
        double actual[POLICIES], shuffled[POLICIES], independent[POLICIES];
        if (!lives_read(&p, lives_programs[i], problem)) {
            return false;
        }
        bool ok = wastes(run, &p, actual, problem);
        lives_shuffle(&p, 1);
        ok = ok && wastes(run, &p, shuffled, problem);
        lives_make_independent(&p, 1);
        ok = ok && wastes(run, &p, independent, problem);
        lives_release(&p);
        if (!ok) {
            return false;
        }
        for (size_t k = 0; k < POLICIES; k++) {
            double change = shuffled[k] - actual[k];
            largest = change > largest ? change : largest;
            smallest = change < smallest ? change : smallest;
            just_show(run, actual[k], "%s; %s; actual; pct", lives_programs[i], policies[k].label);
            just_show(run, shuffled[k], "%s; %s; shuffled; pct", lives_programs[i],
                      policies[k].label);
            just_show(run, independent[k], "%s; %s; independent; pct", lives_programs[i],
                      policies[k].label);
        }
    }
    expect_at_least(run, 10, largest, "the most that shuffling adds; points");
    expect_at_most(run, -1, smallest, "the most that shuffling takes away; points");
    return true;
}

const struct experiment experiment_zorn94 = {
    .name = "zorn94",
    .summary = "random models of a program mislead, and not to one side only",
    .source = "B. Zorn and D. Grunwald, ACM TOMACS 4(1), 1994; P. R. Wilson et al., IWMM 1995",
    .run = run_zorn94,
    .figure = "models",
};
