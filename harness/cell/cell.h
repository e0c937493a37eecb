/* cell.h - one cell of a comparison, run in its own process.
 *
 * A cell is a policy spec x workload spec x region spec x seed x pass x repetition. Its child
 * process writes into memory shared with the parent, so that what was measured before a crash,
 * and how far the replay came, is there to read; the parent alone writes CSV rows. Results that
 * do not add up, as when a policy has written over them, are a crash, and so are processes that a
 * policy leaves behind: they are ended.
 *
 *     struct cell_process process;
 *     if (!cell_start(&cell, &process, &problem)) ...      the machine has no process or memory
 *     cell_wait(&process);                                 or: cell_end once the process has ended
 *     rows_add(rows, &cell, key, &process.result)           results/rows.h
 *     cell_release(&process);                              the result is gone
 *
 * Whatever the policy does, cell_wait leaves a result with a status.
 */
#ifndef FITLAB_CELL_H
#define FITLAB_CELL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "cell/curve.h"
#include "cell/metric.h"
#include "cell/passes/passes.h"
#include "measure/clock.h"
#include "measure/histogram.h"
#include "region/region_map.h"
#include "replay/release_rule.h"
#include "replay/sample.h"
#include "replay/touch.h"
#include "workloads/problem.h"
#include "workloads/workload.h"

struct policy_spec;
struct workload_spec;

/* A pass by its place in CELL_PASSES (passes/passes.h); pass_kind.h says what a pass is. */
enum cell_pass {
#define X(symbol, kind) PASS_##symbol,
    CELL_PASSES(X)
#undef X
        CELL_PASS_COUNT
};

/* X(symbol, name, meaning) */
#define CELL_STATUSES(X)                                                                           \
    X(OK, "ok", "completed, and every request was served")                                         \
    X(OOM, "oom", "completed, but the policy refused requests")                                    \
    X(CRASH, "crash", "the process died of a signal; detail names it and the event")               \
    X(TIMEOUT, "timeout", "the time limit ran out")                                                \
    X(MEMORY_LIMIT, "memory-limit", "the resident set outgrew the memory limit")                   \
    X(CORRUPT, "corrupt", "a payload, an overlap, an alignment or the policy's own check failed")  \
    X(VIOLATION, "violation", "the walk law, the space identity or a theorem's bound is broken")   \
    X(UNAVAILABLE, "unavailable", "the policy, the machine or the region cannot do this")          \
    X(ERROR, "error", "the harness could not do its part, such as a damaged trace")

enum cell_status {
#define X(symbol, name, meaning) CELL_##symbol,
    CELL_STATUSES(X)
#undef X
        CELL_STATUS_COUNT
};

const char *cell_pass_name(enum cell_pass);
const char *cell_status_name(enum cell_status);
bool cell_pass_is_timed(enum cell_pass);
bool cell_pass_names_timed(const char *name); /* of a timed pass; false: or of none */
bool cell_pass_parse(const char *text, enum cell_pass *, struct problem *);

struct cell {
    const struct policy_spec *policy;
    const struct workload_spec *workload;
    struct region_spec region;
    enum cell_pass pass;
    enum touch touch;            /* of the timed passes; TOUCH_NONE in the others */
    struct release_rule release; /* of the pages pass and the timed ones; see cell_set_release */
    unsigned threads;            /* that replay: 1 but in timed passes that are asked for more */
    uint64_t
        seed; /* of the layout: base colour and stack offset; a workload has a seed of its own */
    unsigned rep;     /* 0 for the deterministic passes */
    unsigned samples; /* memory, pages, check and map pass: walks, spread over the events */
    unsigned parts;   /* minheap pass: 0: all that it measures; else the size alone, which is too
                         large by at most one in so many parts of the peak live bytes */
    bool peaks_only; /* of the series over time only the samples at the peaks are kept */
    bool no_holes;   /* no holes by size are kept */
    double time_limit_seconds;
    size_t memory_limit_bytes; /* of the resident set */
    int cpu; /* pinned to this one; -1: anywhere; several threads choose their own */
};

/* A cell with the defaults of the command line: growable region, memory pass, 200 samples,
 * 600 s, 3/4 of the machine's memory. */
void cell_init(struct cell *, const struct policy_spec *, const struct workload_spec *);

/* Gives the cell a rule of release as far as it suits: the policy and the pass are set before. NULL
 * is the default: trim in the pages pass, never in a timed one. Other passes never release, and a
 * malloc of somebody else's keeps to its own rule. */
void cell_set_release(struct cell *, const struct release_rule *);

enum { CELL_KEY_SIZE = 17, CELL_DETAIL_SIZE = 256 };

/* False and a problem if a cell makes no sense, such as a policy that takes its whole region at the
 * start in a region that has practically no end. */
bool cell_sound(const struct cell *, struct problem *);

/* To be increased when rows of the same cell change their meaning: another definition of a metric,
 * another replay. Old results then count as missing. */
#define CELL_SCHEMA 2

/* The identity of a cell: 16 hexadecimal digits of a hash of all that selects it, the content
 * of a trace file and the policy's code (code_digest.h) included. Equal keys mean the same
 * measurement; limits are not part of it. */
bool cell_key(const struct cell *, char key[CELL_KEY_SIZE], struct problem *);

/* Sizes of blocks, in bytes requested, by which latencies are kept apart: band b holds sizes up
 * to latency_band_most(b); the last has no end. */
enum { LATENCY_BANDS = 6 };
uint64_t latency_band_most(size_t band);

/* What the latency pass measured, in clock ticks, as read: see replay.h for the schemes. */
struct latency {
    struct histogram chained[EVENT_KINDS][LATENCY_BANDS]; /* one operation each */
    struct histogram blocks;                              /* REPLAY_BLOCK operations each */
    struct histogram sampled;                             /* one operation in REPLAY_STRIDE */
    struct histogram null[EVENT_KINDS]; /* chained, of bump in the same cell; empty: not known */
};

/* All operations of the chained scheme in one histogram. */
void latency_all(const struct latency *, struct histogram *all);

/* All operations of the null distribution in one. */
void latency_null(const struct latency *, struct histogram *all);

struct heap_map;
struct thread_sample;

struct cell_result {
    enum cell_status status;
    char detail[CELL_DETAIL_SIZE]; /* one line for a person; "" when there is nothing to say */
    uint64_t workload_digest;      /* of the events replayed; 0: the replay did not end */
    struct metrics metrics;
    const struct sample *samples; /* in event order; NULL in the timed passes */
    size_t sample_count;
    const struct latency *latency;          /* NULL in the other passes */
    const struct clock *clock;              /* that of its ticks */
    const struct heap_map *map;             /* heap_map.h; NULL in the other passes */
    const struct page_sample *page_samples; /* pages pass, in event order */
    size_t page_sample_count;
    const struct hole_moment *holes; /* memory pass, some of the samples */
    size_t hole_moments;
    const struct thread_sample *thread_samples; /* memory pass, where several threads act */
    size_t thread_sample_count;
    const struct curve_point *curve; /* minheap pass */
    size_t curve_points;
};

struct shared_results;

/* Where what is in the memory that a cell shares; in bytes from its start. */
struct shared_layout {
    enum cell_pass pass;
    int fd;                     /* of the memory: a program started by the child maps it again */
    _Alignas(8) uint64_t bytes; /* in 8 bytes in programs of 32 bits, too */
    uint64_t grid_samples, sample_most;
    uint64_t own_at; /* of the results that are the pass's own */
};

struct cell_process {
    struct cell cell;
    pid_t pid;
    struct shared_results *shared; /* as the child has it now: only its progress is to be read */
    struct shared_layout layout;
    uint64_t seed;               /* of the digest of the results */
    struct shared_results *copy; /* of the results, once the child has ended */
    const struct policy *policy;
    size_t memory_limit_bytes;
    double deadline;           /* when the child's own alarm must have ended it */
    enum cell_status killed;   /* why cell_watch did it; CELL_OK: it did not */
    struct cell_result result; /* valid after cell_end or cell_wait */
};

/* Forks the child. False and a problem if the system refuses; then no process and no memory is
 * left. */
bool cell_start(const struct cell *, struct cell_process *, struct problem *);

/* Kills a child that, with all that it has started, has outgrown its memory limit, or outlived its
 * time limit because it holds off the alarm. To be called some times a second by whoever does not
 * use cell_wait. */
void cell_watch(struct cell_process *);

/* Kills it now, as nobody wants the result. cell_end is still to be called. */
void cell_kill(const struct cell_process *);

/* Waits for the child without watching it, ends what it has left behind, and makes the result. */
void cell_end(struct cell_process *);

/* The same, watching the child meanwhile. */
void cell_wait(struct cell_process *);

/* How many events this process has replayed so far, for a progress bar. */
uint64_t cell_progress(const struct cell_process *);

void cell_release(struct cell_process *);

#endif
