/* advice.h - which policy, which parameters and how large a pool for recorded programs, and the
 * evidence.
 *
 *     struct advice a;
 *     advice_open(&a, &wish);
 *     if (advice_find(&a, words, n, together, &sink, &problem)) ...    then print it
 *     advice_close(&a);
 *
 * The policy, its parameters and the pool follow from the workloads and the wish alone: the
 * workloads like them that decide the margin are the same each time. The seed draws those on which
 * the pool is tried afterwards. */
#ifndef FITLAB_ADVICE_H
#define FITLAB_ADVICE_H

#include <stdio.h>

#include "advise/margin.h"
#include "advise/search.h"

/* The most accesses of a single operation in any heap that a program can make, proven for so few
 * units live that all of these heaps can be visited. Unless it grows with them, it is the worst
 * case that a program of any size is likely to meet. */
struct proven_cost {
    bool known;
    unsigned live[2], largest; /* units; a small and a larger M, and n */
    uint64_t most[2];
};

/* Proves it if that is quickly done, else it is not known. */
void proven_cost_find(struct proven_cost *, const struct policy_spec *);

/* What was measured of one of the last candidates, on the whole and exactly. */
struct finalist {
    size_t number; /* of the candidate */
    bool judged;   /* the margin is known */
    struct margin margin;
    double advised_bytes; /* the pool with its margin */
};

/* So many are judged by their margins, and more only while none of them keeps to the budget. */
enum { FINALISTS = 3, FINALISTS_MOST = 8 };

/* Machine code of the policy for a processor. */
struct code_bytes {
    const char *processor; /* NULL: the list ends */
    size_t bytes;          /* 0: not known */
};

enum { CODE_BYTES_MOST = 4 };

struct advice {
    struct study study;
    struct search search;
    struct finalist finalist[FINALISTS_MOST];
    size_t finalists;
    size_t best;       /* of the finalists */
    bool found;        /* the best is within the budget and all other limits */
    size_t runner_up;  /* a candidate of another policy; candidates.count: there is none */
    double pool_bytes; /* advised, rounded up to the alignment */
    double peak_live_bytes, largest_bytes;
    bool fits_itself; /* the workloads themselves were replayed in the pool to the end */
    size_t fresh, fresh_served;
    unsigned seed;
    struct proven_cost cost;
    struct code_bytes code[CODE_BYTES_MOST]; /* of the answer; who prints it fills this in */
    double bound_bytes; /* proven for any workload with such peaks; 0: nothing is */
    const char *bound_theorem;
};

void advice_open(struct advice *, const struct wish *);

/* fresh: on how many workloads like these to try the pool at the end. */
bool advice_find(struct advice *, const char *const *words, size_t n, bool together, size_t fresh,
                 unsigned seed, struct cell_sink *, struct problem *);

void advice_close(struct advice *);

const struct candidate *advice_best(const struct advice *);

/* What payloads of the answer are aligned to. */
int advice_align(const struct advice *);

/* Ten lines for people. */
void advice_print(const struct advice *, FILE *);

void advice_print_json(const struct advice *, FILE *);

/* As what a build takes. command: the words of the command line. */
enum advice_form { ADVICE_HEADER, ADVICE_KCONFIG, ADVICE_MALLOC_CONF, ADVICE_FORMS };

extern const char *const advice_form_names[ADVICE_FORMS + 1]; /* ends with NULL */

/* False and a problem if the answer has no such form. */
bool advice_print_as(const struct advice *, enum advice_form, const char *command, FILE *,
                     struct problem *);

#endif
