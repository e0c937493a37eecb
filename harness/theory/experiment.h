/* experiment.h - a published or derived result that is computed again, with the expected number
 * beside the observed one. */
#ifndef FITLAB_EXPERIMENT_H
#define FITLAB_EXPERIMENT_H

#include <stddef.h>

#include "theory/player.h"
#include "theory/stand_in.h"
#include "workloads/problem.h"

/* One number: it holds if low <= observed <= high. */
struct finding {
    char what[96];
    double expected; /* NAN: there is nothing to compare with, it is only shown */
    double low, high;
    double observed;
    char cause[96]; /* if it does not hold: the cause, as it is seen in what was measured */
};

enum verdict {
    VERDICT_HOLDS,
    VERDICT_FINDING, /* it does not hold, for a cause that lies in what was measured */
    VERDICT_DIFFERS, /* it does not hold, and nothing explains it */
};

enum verdict finding_verdict(const struct finding *);

struct experiment_run {
    struct finding *finding;
    size_t findings, capacity;
    bool out_of_memory;
    const struct stand_in *stand_in; /* NULL: none */
};

/* The policy of a spec, or the one that stands in for it. */
bool experiment_policy(const struct experiment_run *, const char *spec, struct policy_spec *,
                       struct problem *);

struct experiment {
    const char *name;
    const char *summary; /* one line: what is claimed */
    const char *source;
    /* False and a problem if it cannot be run at all. */
    bool (*run)(struct experiment_run *, struct problem *);
    const char *figure; /* its script in plots/; NULL: the one that all share, reproduce.gp */
};

/* In the order of `fitlab reproduce --all`; ends with NULL. */
extern const struct experiment *const experiments[];

/* NULL and a problem that suggests a name. */
const struct experiment *experiment_find(const char *name, struct problem *);

/* Adds a number; the name is printf-like and comes last. */
void expect_between(struct experiment_run *, double expected, double low, double high,
                    double observed, const char *what, ...) __attribute__((format(printf, 6, 7)));
void expect_exactly(struct experiment_run *, double expected, double observed, const char *what,
                    ...) __attribute__((format(printf, 4, 5)));
/* tolerance is a share of the expected value. */
void expect_within(struct experiment_run *, double expected, double tolerance, double observed,
                   const char *what, ...) __attribute__((format(printf, 5, 6)));
void expect_at_least(struct experiment_run *, double bound, double observed, const char *what, ...)
    __attribute__((format(printf, 4, 5)));
void expect_at_most(struct experiment_run *, double bound, double observed, const char *what, ...)
    __attribute__((format(printf, 4, 5)));
void just_show(struct experiment_run *, double observed, const char *what, ...)
    __attribute__((format(printf, 3, 4)));

/* Explains why the number added last need not hold; printed only if it does not. */
void explain(struct experiment_run *, const char *cause, ...) __attribute__((format(printf, 2, 3)));

void experiment_run_release(struct experiment_run *);

/* The four sequential fits, with the index that is fastest and finds the same hole. */
enum { FITS = 4 };
extern const char *const fit_names[FITS];
extern const char *const fit_specs[FITS];      /* grow=exact */
extern const char *const fit_list_specs[FITS]; /* as linear lists, whose probes are counted */

#endif
