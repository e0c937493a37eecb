/* opening.h - the three sentences that a report begins with: what was compared on what, what came
 * out, and what is unsure.
 */
#ifndef FITLAB_REPORT_OPENING_H
#define FITLAB_REPORT_OPENING_H

#include <stddef.h>

#include "workloads/problem.h"

struct contests;
struct results_reader;

enum { OPENING_SENTENCES = 3 };

/* NULL where there was no memory; free each. baseline as for the tables. */
struct opening {
    char *sentence[OPENING_SENTENCES];
};

/* False and a problem if the folder cannot be used. */
bool opening_make(struct results_reader *, size_t baseline, const struct contests *,
                  struct opening *, struct problem *);
void opening_free(struct opening *);

#endif
