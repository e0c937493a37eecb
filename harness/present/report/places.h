/* places.h - who is the fastest on each workload, as far as the noise lets one tell. */
#ifndef FITLAB_REPORT_PLACES_H
#define FITLAB_REPORT_PLACES_H

#include <stdbool.h>
#include <stddef.h>

#include "measure/comparison.h"
#include "workloads/problem.h"

struct results_reader;

/* One workload on which places by time can be given. */
struct contest {
    size_t workload;
    struct place *place; /* of each policy of the reader */
    double noise_pct;    /* the widest of its regions */
};

struct contests {
    struct results_reader *reader;
    struct contest *contest;
    size_t count;
};

/* The workloads that were timed often enough, and whose A/A interval includes 1. False and a
 * problem if the folder cannot be used. Free with contests_free in either case. */
bool contests_read(struct results_reader *, struct contests *, struct problem *);
void contests_free(struct contests *);

/* Whether two policies can be told apart on one of the workloads at least. */
bool contests_part(const struct contests *, size_t a, size_t b);

#endif
