/* tune.h - what the parameters of a policy are worth: all combinations that are better than every
 * other one in memory, time or worst case, and how much each parameter matters. */
#ifndef FITLAB_TUNE_H
#define FITLAB_TUNE_H

#include <stdio.h>

#include "advise/study.h"

/* By how much the results differ at most between two candidates that differ in this parameter
 * alone. */
struct effect {
    const struct policy *policy;
    const char *parameter;
    size_t pairs;                /* that were compared */
    double pool, accesses, most; /* the larger over the smaller, less 1 */
};

struct tuning {
    struct study study;
    double share;          /* of the workloads that the comparison saw, from their beginning */
    bool *on_front;        /* one a candidate: no other is as good in all three and better in one */
    bool *exact;           /* one a candidate: its pool is known to the granule, on the whole */
    size_t *front, fronts; /* their numbers, by pool */
    struct effect *effect;
    size_t effects;
    double peak_live_bytes;
};

/* Measures the combinations of the wish's policies. Rows of those on the front go to the sink, if
 * there is one. Close it in either case. */
bool tuning_find(struct tuning *, const struct wish *, const char *const *words, size_t n,
                 struct cell_sink *sink, struct problem *);
void tuning_close(struct tuning *);

/* Whether a parameter changed nothing in any comparison. */
bool effect_is_none(const struct effect *);

void tuning_print(const struct tuning *, FILE *);

/* front.csv: every candidate that was measured. False and a problem if the file cannot be written.
 */
bool tuning_write(const struct tuning *, const char *folder, struct problem *);

#endif
