/* run.h - `fitlab run`: its options, its cells, its table; internal to cmd_run.c and run_*.c. */
#ifndef FITLAB_RUN_H
#define FITLAB_RUN_H

#include "cell/cell.h"
#include "spec/policy_spec.h"
#include "spec/workload_spec.h"

/* The words of the command line. */
struct run_options {
    const char **policy, **workload;
    size_t policies, workloads;
    unsigned pass_set;                      /* bit p: pass p */
    unsigned bits;                          /* of enum policy_bits, of the policies that do not say */
    const char *region, *output, *baseline; /* NULL: none given */
    enum touch touch;
    struct release_rule release;
    bool release_given; /* else each pass has its default */
    long threads;       /* of timed replays */
    long seed, reps, max_reps, samples, cpu;
    double precision_pct; /* 0: reps and no more */
    double time_limit_seconds;
    size_t memory_limit_bytes; /* 0: the default */
    bool seeded, force, instructions, oversubscribe;
    int argc; /* the whole command line, for the manifest */
    char **argv;
};

/* A cell and its result. */
struct run_row {
    struct cell cell;
    char key[CELL_KEY_SIZE];
    enum cell_status status;
    char detail[CELL_DETAIL_SIZE];
    struct metrics metrics;
    double seconds; /* of the cell's process */
    bool ran;       /* false: repetitions ended sooner, the precision was reached */
};

struct run {
    struct policy_spec *policy;
    struct workload_spec *workload;
    size_t policies, workloads;
    size_t baseline;     /* a policy */
    struct run_row *row; /* workload by workload, pass by pass, repetition by repetition */
    size_t rows;
};

/* The whole of a command that runs cells. PASS_MEMORY: --pass and the other options of measuring
 * may choose something else; any other pass is all that the command measures, and it has no such
 * options. */
int run_command(int argc, char **argv, enum cell_pass, const char *doc);

/* Resolves every word; nothing has run yet. False and a problem for the first that is wrong. */
bool run_resolve(struct run *, const struct run_options *, struct problem *);

/* Runs all cells, each in its process, writes the results folder if one was asked for, and prints
 * the table of each workload and pass when its last cell is done. Rows that took long are printed
 * to standard error at once, so that nothing is lost if the rest is stopped. */
bool run_cells(struct run *, const struct run_options *, struct problem *);

/* Prints a row that was just run, and whose table is not complete, to standard error. */
void run_print_row(const struct run *, const struct run_row *);

/* Prints the warnings that concern all cells. */
void run_print_end(const struct run *);

/* The rows of one workload and pass. */
struct run_group {
    const struct run *run;
    const struct workload_spec *workload;
    enum cell_pass pass;
};

/* The row of a policy's repetition that ran, or NULL. */
const struct run_row *run_row_of(const struct run_group *, size_t policy, unsigned rep);

/* The median over the repetitions that know the metric; false: none does. */
bool run_median(const struct run_group *, size_t policy, enum metric_id, double *median);

/* The worst of a policy's repetitions. */
const struct run_row *run_worst(const struct run_group *, size_t policy);

/* Prints the table of one workload and pass, and what there is to say about it. */
void run_print_group(const struct run_group *);
void run_print_notes(const struct run_group *);

/* The metric by which a timed pass compares policies. */
enum metric_id run_judged(enum cell_pass);

/* The values of a metric, [policy][repetition], for comparison.h; free comparison->value. */
struct comparison;
bool run_compare(const struct run_group *, enum metric_id, struct comparison *);

/* Whether every cell is ok. */
bool run_all_ok(const struct run *);

void run_free(struct run *);

#endif
