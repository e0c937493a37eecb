#include "measure/comparison.h"

#include <math.h>
#include <stdlib.h>

static double value_of(const struct comparison *c, size_t policy, size_t repetition)
{
    return c->value[policy * c->repetitions + repetition];
}

/* Adds a value unless it is unknown; returns the new count. */
static size_t append(double *values, size_t n, double value)
{
    if (!isnan(value)) {
        values[n++] = value;
    }
    return n;
}

static struct interval judge(double *values, size_t n)
{
    struct interval i = bootstrap_median(values, values ? n : 0);
    free(values);
    return i;
}

struct interval comparison_median(const struct comparison *c, size_t policy)
{
    double *values = malloc((c->repetitions + 1) * sizeof *values);
    size_t n = 0;
    for (size_t r = 0; values && r < c->repetitions; r++) {
        n = append(values, n, value_of(c, policy, r));
    }
    return judge(values, n);
}

struct interval comparison_ratio(const struct comparison *c, size_t policy)
{
    double *values = malloc((c->repetitions + 1) * sizeof *values);
    size_t n = 0;
    for (size_t r = 0; values && r < c->repetitions; r++) {
        n = append(values, n, value_of(c, policy, r) / value_of(c, c->baseline, r));
    }
    return judge(values, n);
}

struct interval comparison_aa(const struct comparison *c)
{
    double *values = malloc((c->policies * c->repetitions + 1) * sizeof *values);
    size_t n = 0;
    for (size_t p = 0; values && p < c->policies; p++) {
        for (size_t r = 0; r + 1 < c->repetitions; r += 2) {
            n = append(values, n, value_of(c, p, r) / value_of(c, p, r + 1));
        }
    }
    return judge(values, n);
}

double comparison_noise_pct(const struct interval *aa)
{
    if (isnan(aa->low)) {
        return INFINITY;
    }
    return 100 * fmax(fabs(aa->low - 1), fabs(aa->high - 1));
}

bool comparison_within_noise(const struct interval *ratio, const struct interval *aa)
{
    return interval_includes(ratio, 1) || 100 * fabs(ratio->median - 1) <= comparison_noise_pct(aa);
}

void comparison_places(const struct comparison *all, const struct interval *aa, struct place *place)
{
    struct comparison c = *all;
    size_t measured = 0;
    for (size_t p = 0; p < c.policies; p++) {
        bool known = !isnan(comparison_median(&c, p).median);
        measured += known;
        place[p] = known ? (struct place){1, 0} : (struct place){0, 0};
    }
    for (size_t p = 0; p < c.policies; p++) {
        c.baseline = p;
        place[p].worst = place[p].best ? measured : 0;
        for (size_t other = 0; place[p].best && other < c.policies; other++) {
            struct interval ratio = comparison_ratio(&c, other);
            if (other == p || isnan(ratio.median) || comparison_within_noise(&ratio, aa)) {
                continue;
            }
            place[p].best += ratio.median < 1;
            place[p].worst -= ratio.median > 1;
        }
    }
}
