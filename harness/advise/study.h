/* study.h - what candidates cost on the workloads, measured by deterministic passes alone, and
 * which of them is better. */
#ifndef FITLAB_STUDY_H
#define FITLAB_STUDY_H

#include "advise/advised_programs.h"
#include "advise/candidate.h"
#include "advise/cell_batch.h"

/* What is to be as small as possible: the pool, the accesses of an operation in the mean, or those
 * of the costliest operation. */
enum goal { GOAL_MEMORY, GOAL_TIME, GOAL_WORST, GOALS };

extern const char *const goal_names[GOALS + 1]; /* ends with NULL */

struct wish {
    enum goal goal;
    double budget_bytes;       /* the pool may not be larger; 0: it may */
    double max_accesses;       /* of a single operation; 0: any number */
    const char *const *policy; /* as on the command line; none given: all */
    size_t policies;
    unsigned bits; /* POLICY_BITS_32: heaps of 32 bits; else those of this program */
    size_t jobs;
    bool quiet;
};

struct study {
    const struct wish *wish;
    struct programs programs;
    struct candidates candidates;
    bool resident; /* memory is compared by resident pages, as mallocs of real systems are among the
                      candidates, which take no pool */
    size_t cells;  /* run so far */
    size_t
        most_bytes; /* the largest region that candidates are compared in; 0: there is no limit */
    char unavailable[400]; /* why some candidate cannot be run here; empty: all can */
};

/* Where the memory of a candidate is read: of which pass, and which metric of it. */
enum cell_pass study_memory_pass(const struct study *);
enum metric_id study_memory_metric(const struct study *);

/* How exactly the smallest region is searched for while candidates are compared: to one part in so
 * many of the peak live bytes. */
enum { STUDY_PARTS = 256 };

/* A policy whose pool is larger than the smallest by more than this is no answer where the goal is
 * not memory and there is no budget. */
#define STUDY_ROOM 1.25

/* Adds the candidates of the wish: all that are built in, or those of its policies. */
bool study_add_candidates(struct study *, struct problem *);

/* From now on candidates are not compared in regions that are no answer: of more than four times
 * what is live at once, with what a block costs at most, and more than the budget. Those that
 * never join holes would search them for minutes. */
bool study_limit_regions(struct study *, struct problem *);

/* Measures the candidates with these numbers on the workloads, as many as there are programs, and
 * sets their scores. parts: as in struct cell. sink: where rows go, with those of the memory pass;
 * or NULL. */
bool study_measure(struct study *, const size_t *number, size_t n,
                   const struct workload_spec *workload, unsigned parts, struct cell_sink *sink,
                   const char *what, struct problem *);

/* Sets the problem where no candidate serves every request: `otherwise`, unless it is that they
 * cannot be run here. Returns false. */
bool study_none_serves(const struct study *, const char *otherwise, struct problem *);

/* Whether a candidate can be the answer, if the smallest pool of all is `least`. */
bool study_allows(const struct wish *, const struct score *, double least);

/* The smallest pool of these. */
double study_least(const struct study *, const size_t *number, size_t n);

/* Sorts them: first what can be the answer, the best first. */
void study_rank(const struct study *, size_t *number, size_t n);

#endif
