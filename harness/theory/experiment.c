#include "theory/experiment.h"

#include "base/words.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *const fit_names[FITS] = {"first-fit", "best-fit", "worst-fit", "next-fit"};
const char *const fit_specs[FITS] = {"first-fit:index=tree", "best-fit:index=tree",
                                     "worst-fit:index=tree", "next-fit:index=tree"};
const char *const fit_list_specs[FITS] = {"first-fit", "best-fit", "worst-fit", "next-fit"};

/* clang-format off */
#define EXPERIMENTS(X)  \
    X(robson)           \
    X(buddy_killer)     \
    X(best_fit_killer)  \
    X(sweep)            \
    X(class_sweep)      \
    X(comb)             \
    X(worst_cases)      \
    X(luby96)           \
    X(fifty)            \
    X(fifty_fifo)       \
    X(unused)           \
    X(steady_frag)      \
    X(probes)           \
    X(shore75)          \
    X(bays77)           \
    X(buddy77)          \
    X(buddy77_total)    \
    X(slab94)           \
    X(tlsf)             \
    X(jw98)             \
    X(zorn94)           \
    X(compaction)       \
    X(buchsbaum)
/* clang-format on */

#define X(name) extern const struct experiment experiment_##name;
EXPERIMENTS(X)
#undef X

#define X(name) &experiment_##name,
const struct experiment *const experiments[] = {EXPERIMENTS(X) NULL};
#undef X

const struct experiment *experiment_find(const char *name, struct problem *problem)
{
    enum { COUNT = sizeof experiments / sizeof *experiments - 1 };
    const char *names[COUNT];
    for (size_t i = 0; i < COUNT; i++) {
        names[i] = experiments[i]->name;
        if (!strcmp(names[i], name)) {
            return experiments[i];
        }
    }
    words_unknown("result", name, names, COUNT, "see 'fitlab reproduce --help'", problem);
    return NULL;
}

bool experiment_policy(const struct experiment_run *run, const char *spec, struct policy_spec *out,
                       struct problem *problem)
{
    return run->stand_in && stand_in_serves(run->stand_in, spec)
               ? stand_in_resolve(run->stand_in, spec, out, problem)
               : policy_spec_parse(spec, out, problem);
}

static void add(struct experiment_run *run, struct finding f, const char *what, va_list args)
{
    if (run->findings == run->capacity) {
        size_t more = run->capacity ? 2 * run->capacity : 32;
        struct finding *grown = realloc(run->finding, more * sizeof *grown);
        if (!grown) {
            run->out_of_memory = true;
            return;
        }
        run->finding = grown;
        run->capacity = more;
    }
    vsnprintf(f.what, sizeof f.what, what, args);
    run->finding[run->findings++] = f;
}

#define ADD(wanted, least, most, seen)                                                             \
    do {                                                                                           \
        va_list args;                                                                              \
        va_start(args, what);                                                                      \
        add(run,                                                                                   \
            (struct finding){                                                                      \
                .expected = (wanted), .low = (least), .high = (most), .observed = (seen)},         \
            what, args);                                                                           \
        va_end(args);                                                                              \
    } while (0)

void expect_between(struct experiment_run *run, double expected, double low, double high,
                    double observed, const char *what, ...)
{
    ADD(expected, low, high, observed);
}

void expect_exactly(struct experiment_run *run, double expected, double observed, const char *what,
                    ...)
{
    ADD(expected, expected, expected, observed);
}

void expect_within(struct experiment_run *run, double expected, double tolerance, double observed,
                   const char *what, ...)
{
    double spread = fabs(expected) * tolerance;
    ADD(expected, expected - spread, expected + spread, observed);
}

void expect_at_least(struct experiment_run *run, double bound, double observed, const char *what,
                     ...)
{
    ADD(bound, bound, INFINITY, observed);
}

void expect_at_most(struct experiment_run *run, double bound, double observed, const char *what,
                    ...)
{
    ADD(bound, -INFINITY, bound, observed);
}

void just_show(struct experiment_run *run, double observed, const char *what, ...)
{
    ADD(NAN, -INFINITY, INFINITY, observed);
}

void explain(struct experiment_run *run, const char *cause, ...)
{
    if (run->findings == 0) {
        return;
    }
    va_list args;
    va_start(args, cause);
    struct finding *f = &run->finding[run->findings - 1];
    vsnprintf(f->cause, sizeof f->cause, cause, args);
    va_end(args);
}

enum verdict finding_verdict(const struct finding *f)
{
    if (f->low <= f->observed && f->observed <= f->high) {
        return VERDICT_HOLDS;
    }
    return f->cause[0] ? VERDICT_FINDING : VERDICT_DIFFERS;
}

void experiment_run_release(struct experiment_run *run)
{
    free(run->finding);
}
