/* exp_programs.c - real programs, and what becomes of their fragmentation when the order of
 * their requests is lost. */
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>

#include "experiment.h"
#include "programs.h"

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

static bool wastes(const struct program *p, double pct[POLICIES], struct problem *problem)
{
    for (size_t i = 0; i < POLICIES; i++) {
        if (!program_waste(p, policies[i].spec, &pct[i], problem)) {
            return false;
        }
        pct[i] *= 100;
    }
    return true;
}

static bool run_jw98(struct experiment_run *run, struct problem *problem)
{
    double segregated[PROGRAMS];
    for (size_t i = 0; i < PROGRAMS; i++) {
        struct program p;
        double pct[POLICIES];
        if (!program_read(&p, program_names[i], problem)) {
            return false;
        }
        bool ok = wastes(&p, pct, problem);
        program_release(&p);
        if (!ok) {
            return false;
        }
        segregated[i] = pct[SEGREGATED];
        for (size_t k = 0; k < POLICIES; k++) {
            const char *name = policies[k].label;
            if (k == FIRST || k == BEST || k == TLSF) {
                expect_at_most(run, 10, pct[k], "%s; %s; pct", program_names[i], name);
            } else {
                just_show(run, pct[k], "%s; %s; pct", program_names[i], name);
            }
        }
    }
    gsl_sort(segregated, 1, PROGRAMS);
    expect_at_least(run, 20, gsl_stats_median_from_sorted_data(segregated, 1, PROGRAMS),
                    "the median program; segregated; pct");
    return true;
}

const struct experiment experiment_jw98 = {
    .name = "jw98",
    .summary = "on real programs, good policies waste next to nothing beyond headers and rounding",
    .source = "M. S. Johnstone and P. R. Wilson, ISMM 1998",
    .run = run_jw98,
};

static bool run_zorn94(struct experiment_run *run, struct problem *problem)
{
    double largest = 0, smallest = 1e9;
    for (size_t i = 0; i < PROGRAMS; i++) {
        struct program p;
        double actual[POLICIES], shuffled[POLICIES], independent[POLICIES];
        if (!program_read(&p, program_names[i], problem)) {
            return false;
        }
        bool ok = wastes(&p, actual, problem);
        program_shuffle(&p, 1);
        ok = ok && wastes(&p, shuffled, problem);
        program_make_independent(&p, 1);
        ok = ok && wastes(&p, independent, problem);
        program_release(&p);
        if (!ok) {
            return false;
        }
        for (size_t k = 0; k < POLICIES; k++) {
            double change = shuffled[k] - actual[k];
            largest = change > largest ? change : largest;
            smallest = change < smallest ? change : smallest;
            just_show(run, actual[k], "%s; %s; actual; pct", program_names[i], policies[k].label);
            just_show(run, shuffled[k], "%s; %s; shuffled; pct", program_names[i],
                      policies[k].label);
            just_show(run, independent[k], "%s; %s; independent; pct", program_names[i],
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
