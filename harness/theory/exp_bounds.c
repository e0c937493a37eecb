/* exp_bounds.c - worst cases: what theorems say and adversaries force. */
#include <math.h>

#include "theory/adversary.h"
#include "theory/experiment.h"

enum { GRANULE = 64 };

/* Plays the adversary; the high-water mark in units, and what was probed in the last request. */
static bool play(const struct experiment_run *run, const struct adversary *adversary,
                 const char *policy, size_t live, size_t largest, double *high, double *probes,
                 struct problem *problem)
{
    struct policy_spec spec;
    struct player p;
    struct player_setup setup = {.granule = GRANULE,
                                 .limit = adversary_region(live, largest, GRANULE)};
    if (!experiment_policy(run, policy, &spec, problem) ||
        !player_open(&p, &spec, &setup, problem)) {
        return false;
    }
    bool ok = adversary->play(&p, live, largest);
    *high = (double)player_high_water(&p);
    if (probes) {
        *probes = (double)p.last_probes;
    }
    player_close(&p);
    return ok || problem_set(problem, "%s: refused a request of %s at M = %zu, n = %zu", policy,
                             adversary->name, live, largest);
}

static bool run_robson(struct experiment_run *run, struct problem *problem)
{
    static const struct {
        size_t live, largest;
        double bound, buddy;
    } rows[] = {{8, 4, 13, 16},
                {64, 8, 153, 160},
                {256, 16, 753, 768},
                {1024, 32, 3553, 3584},
                {1024, 1024, 5121, 5632},
                {4096, 64, 16321, 16384},
                {16384, 256, 81665, 81920}};
    static const char *const others[] = {"tlsf", "segregated:mode=fits", "segregated", "slab"};
    for (size_t r = 0; r < sizeof rows / sizeof *rows; r++) {
        double high;
        for (size_t f = 0; f < FITS; f++) {
            if (!play(run, &adversary_robson, fit_specs[f], rows[r].live, rows[r].largest, &high,
                      NULL, problem)) {
                return false;
            }
            expect_exactly(run, rows[r].bound, high, "%s; M = %zu; n = %zu", fit_names[f],
                           rows[r].live, rows[r].largest);
        }
        for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
            if (!play(run, &adversary_robson, others[i], rows[r].live, rows[r].largest, &high, NULL,
                      problem)) {
                return false;
            }
            expect_at_least(run, rows[r].bound, high, "%s; M = %zu; n = %zu", others[i],
                            rows[r].live, rows[r].largest);
        }
    }
    return true;
}

const struct experiment experiment_robson = {
    .name = "robson",
    .summary =
        "an adversary forces M (log2(n)/2 + 1) - n + 1 on any policy, and the fits to no more",
    .source = "J. M. Robson, JACM 18(3), 1971; JACM 21(3), 1974",
    .run = run_robson,
};

static bool run_buddy_killer(struct experiment_run *run, struct problem *problem)
{
    static const size_t rows[][3] = {{8, 4, 16}, {64, 32, 224}, {1024, 512, 5632}};
    static const size_t short_rows[][3] = {{64, 8, 160}, {256, 16, 768}, {1024, 32, 3584}};
    double high;
    for (size_t i = 0; i < 6; i++) {
        const size_t *r = i < 3 ? short_rows[i] : rows[i - 3];
        if (!play(run, &adversary_buddy_killer, "buddy", r[0], r[1], &high, NULL, problem)) {
            return false;
        }
        expect_exactly(run, (double)r[2], high, "buddy; M = %zu; n = %zu", r[0], r[1]);
    }
    return true;
}

const struct experiment experiment_buddy_killer = {
    .name = "buddy-killer",
    .summary = "the binary buddy system can need M (1 + log2(n)/2)",
    .source = "J. M. Robson, JACM 18(3), 1971; K. C. Knowlton, CACM 8(10), 1965",
    .run = run_buddy_killer,
};

static bool run_best_fit_killer(struct experiment_run *run, struct problem *problem)
{
    static const struct {
        size_t live, largest;
        double expected[FITS];
    } rows[] = {{64, 8, {82, 266, 101, 266}},
                {256, 16, {298, 2874, 435, 2874}},
                {1024, 32, {1114, 27274, 2200, 27274}}};
    for (size_t r = 0; r < sizeof rows / sizeof *rows; r++) {
        size_t m = rows[r].live, n = rows[r].largest;
        for (size_t f = 0; f < FITS; f++) {
            double high;
            if (!play(run, &adversary_best_fit_killer, fit_specs[f], m, n, &high, NULL, problem)) {
                return false;
            }
            expect_exactly(run, rows[r].expected[f], high, "%s; M = %zu; n = %zu", fit_names[f], m,
                           n);
            if (f == 0) { /* log2(n) is not enough: the theorem's H_n / ln 2 */
                double harmonic = 0;
                for (size_t i = 1; i <= n; i++) {
                    harmonic += 1 / (double)i;
                }
                expect_at_most(run, floor((double)m * harmonic / log(2)), high,
                               "first-fit's bound M H(n) / ln 2; M = %zu; n = %zu", m, n);
            }
        }
    }
    return true;
}

const struct experiment experiment_best_fit_killer = {
    .name = "best-fit-killer",
    .summary = "best-fit can need about M n where first-fit needs hardly more than M",
    .source = "J. M. Robson, Computer Journal 20(3), 1977",
    .run = run_best_fit_killer,
};

static bool run_sweep(struct experiment_run *run, struct problem *problem)
{
    static const char *const arenas[] = {"worst-fit:index=tree,grow=arena",
                                         "next-fit:index=tree,grow=arena"};
    static const size_t rows[][3] = {{64, 8, 456}, {256, 16, 3856}, {1024, 32, 31776}};
    for (size_t r = 0; r < 3; r++) {
        double high;
        for (size_t i = 0; i < 2; i++) {
            if (!play(run, &adversary_sweep, arenas[i], rows[r][0], rows[r][1], &high, NULL,
                      problem)) {
                return false;
            }
            expect_exactly(run, (double)rows[r][2], high, "%s; M = %zu; n = %zu", fit_names[2 + i],
                           rows[r][0], rows[r][1]);
        }
        for (size_t f = 0; f < FITS; f++) {
            if (!play(run, &adversary_sweep, fit_specs[f], rows[r][0], rows[r][1], &high, NULL,
                      problem)) {
                return false;
            }
            expect_at_most(run, (double)rows[r][2], high, "%s:grow=exact; M = %zu; n = %zu",
                           fit_names[f], rows[r][0], rows[r][1]);
        }
    }
    return true;
}

const struct experiment experiment_sweep = {
    .name = "sweep",
    .summary = "next-fit and worst-fit in one large hole reach n (M - n + 1), the most there is",
    .source = "derived: a policy that grows only when nothing fits stays within it",
    .run = run_sweep,
};

static bool run_class_sweep(struct experiment_run *run, struct problem *problem)
{
    enum { LIVE = 1024, LARGEST = 32, CLASSES = 6 };
    double high;
    for (size_t f = 0; f < FITS; f++) {
        if (!play(run, &adversary_class_sweep, fit_specs[f], LIVE, LARGEST, &high, NULL, problem)) {
            return false;
        }
        expect_exactly(run, LIVE, high, "%s", fit_names[f]);
    }
    if (!play(run, &adversary_class_sweep, "buddy", LIVE, LARGEST, &high, NULL, problem)) {
        return false;
    }
    expect_exactly(run, LIVE, high, "buddy");
    if (!play(run, &adversary_class_sweep, "segregated", LIVE, LARGEST, &high, NULL, problem)) {
        return false;
    }
    expect_between(run, CLASSES * LIVE, CLASSES * LIVE, CLASSES * LIVE * 9. / 8, high,
                   "segregated; page headers and tails included");
    return true;
}

const struct experiment experiment_class_sweep = {
    .name = "class-sweep",
    .summary = "segregated storage without page return adds up over the classes",
    .source = "P. R. Wilson et al., IWMM 1995, section 3.6",
    .run = run_class_sweep,
};

static bool run_comb(struct experiment_run *run, struct problem *problem)
{
    static const char *const flat[] = {"tlsf", "segregated:mode=fits", "segregated", "slab"};
    double high, probes;
    for (size_t holes = 64; holes <= 4096; holes *= 4) {
        for (size_t f = 0; f < FITS; f++) {
            if (!play(run, &adversary_comb, fit_list_specs[f], 2 * holes, 2, &high, &probes,
                      problem)) {
                return false;
            }
            expect_exactly(run, (double)holes, probes, "%s; %zu holes", fit_list_specs[f], holes);
        }
        for (size_t i = 0; i < sizeof flat / sizeof *flat; i++) {
            if (!play(run, &adversary_comb, flat[i], 2 * holes, 2, &high, &probes, problem)) {
                return false;
            }
            expect_at_most(run, 8, probes, "%s; %zu holes", flat[i], holes);
        }
    }
    return true;
}

const struct experiment experiment_comb = {
    .name = "comb",
    .summary = "a linear list of K holes that do not fit is looked at K times",
    .source = "D. E. Knuth, TAOCP vol. 1, section 2.5",
    .run = run_comb,
    .figure = "comb",
};
