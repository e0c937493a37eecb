/* sweep_spec.h - what a sweep compares, read from a YAML file and checked to the last word.
 *
 *   policies:            names, specs, or names with parameter grids; every combination is one
 *     - first-fit
 *     - best-fit: {order: [address, lifo], split_min: [32, 64]}
 *     - ./my_fit.so
 *   workloads:           the same; also traces: a name or a glob of the corpus, or a path
 *     - perl
 *     - 'sql*'
 *     - uniform: {live: [1M, 16M]}
 *   bits: [32, 64]                     of a pointer, for which each policy is compiled; default 64
 *   given: beside                      what -p names is added to the policies here; default
 * instead: it takes their place regions: [grow, 64M, 1.5x]         default grow; see region_map.h
 *   seeds: [1, 2, 3]                   of every workload that has a seed and does not set it
 *   passes: [memory, latency]          default memory
 *   touch: [none, all]                 of timed passes; default none
 *   release: [trim, now, decay:10000]  of the pages pass and timed ones; default trim and never
 *   threads: [1, 2]           that replay in timed passes; default 1
 *   oversubscribe: true       allows more threads than processors
 *   samples: 200                       of the heap over time, in the memory pass
 *   repetitions: 10                    of timed passes; default 5; or {throughput: 5, latency: 1}
 *   untimed: [next-fit]                policies that the timed passes leave out; default none
 *   precision: 2%                      stop repeating sooner, once this is reached
 *   limits: {time: 60s, memory: 2G}    of one cell
 *   outputs: {fragmentation: peaks, holes: no, compress: yes}    what is kept of each cell; see
 * sweep_keep figures: [pareto, latency]         to draw when all is done; default all; or none
 *   formats: [pdf, svg, png]           of them
 *
 * Relative paths start from the file's own folder.
 */
#ifndef FITLAB_SWEEP_SPEC_H
#define FITLAB_SWEEP_SPEC_H

#include "cell/cell.h"
#include "spec/policy_spec.h"
#include "spec/workload_spec.h"

struct sweep_workload {
    struct workload_spec spec;
    char text[SPEC_MAX_TEXT]; /* a text that gives the same when it is parsed again */
};

/* Whether rows over time, of fragmentation.csv and pages.csv, are kept whole or at the peaks alone;
 * and whether those of holes.csv are kept. By default all is kept, but of more than
 * SWEEP_SERIES_MOST cells only what a cell needs 2 KB for. `compress` says in the same words
 * whether all tables but summary.csv are compressed in the end; it changes no cell. */
enum sweep_keep { SWEEP_KEEP_DEFAULT, SWEEP_KEEP_LITTLE, SWEEP_KEEP_ALL };
enum { SWEEP_SERIES_MOST = 2000 };

struct sweep_spec {
    const char *path;
    struct policy_spec *policy;
    struct sweep_workload *workload;
    struct region_spec *region;
    long *seed;
    const char **figure; /* names of the figures to draw; none given: all */
    size_t policies, workloads, regions, seeds, figures;
    struct policy_spec *untimed; /* of the policies, those that timed passes leave out */
    size_t untimed_policies;
    unsigned bits;                /* of enum policy_bits, of the policies that do not say */
    unsigned pass_set, touch_set; /* bit p: pass p */
    struct release_rule *release; /* of the pages pass and timed ones; none: the defaults */
    size_t releases;
    unsigned *threads; /* of timed passes; none: 1 */
    size_t threads_count;
    bool oversubscribe;
    unsigned repetitions[CELL_PASS_COUNT]; /* 1 for the deterministic passes */
    unsigned samples;
    size_t max_cells; /* of the grid */
    enum sweep_keep fragmentation, holes, compress;
    double precision_pct; /* 0: all repetitions */
    double time_limit_seconds;
    size_t memory_limit_bytes;
    bool no_figures;
    bool given_beside; /* policies of the command line are added, not put in the place of others */
    char formats[16];  /* "pdf,svg"; "": the default ones */
};

/* Lists from the command line that replace the file's. An empty list replaces nothing. Paths are
 * relative to the current folder. */
struct sweep_replacement {
    const char *const *policy, *const *workload;
    size_t policies, workloads;
    unsigned bits;    /* of enum policy_bits; none: the file's */
    size_t max_cells; /* a larger grid is refused; 0: SWEEP_MOST_CELLS */
};

enum { SWEEP_MOST_CELLS = 1000000 };

/* Reads and checks the file. False and a problem "FILE:LINE:COLUMN: ..." if anything in it is
 * wrong; nothing is left to free then. The path must outlive the spec. */
bool sweep_spec_read(const char *path, const struct sweep_replacement *, struct sweep_spec *,
                     struct problem *);

/* Whether cells of this policy in this pass are part of the sweep. */
bool sweep_spec_has(const struct sweep_spec *, size_t policy, enum cell_pass);

void sweep_spec_free(struct sweep_spec *);

#endif
