/* program_matrix.h - real programs on policies and on other mallocs, timed side by side.
 *
 * A matrix of programs x policies. Each program runs in a folder of its own on an input made once.
 * One run of each pair tells whether the program does the same as on the C library's malloc, its
 * peak resident set and, of a policy, its heap; hyperfine times the rest, in shuffled passes.
 */
#ifndef FITLAB_PROGRAMS_H
#define FITLAB_PROGRAMS_H

#include <stddef.h>
#include <stdint.h>

#include "allocators/policy.h"
#include "programs/exec/exec.h"

enum { PROGRAM_MOST_WORDS = 64, PROGRAM_NAME_BYTES = 64 };

/* A program to run: of the corpus, or as the spec says. Strings belong to the spec's document or
 * to text. */
struct program {
    char name[PROGRAM_NAME_BYTES];
    const char *input;                           /* shell lines that make the input; NULL: none */
    const char *command[PROGRAM_MOST_WORDS + 1]; /* empty: a program of the corpus */
    const char *environment[PROGRAM_MOST_WORDS + 1];
    double scale;          /* of its input, if it is of the corpus; 0: as the spec says for all */
    char folder[PATH_MAX]; /* where it runs */
    char *text;            /* what the corpus said, cut into command and environment; or NULL */
};

struct programs_spec {
    struct program *program;
    size_t programs, program_room;
    struct exec_choice *choice;
    size_t choices, choice_room;
    double scale; /* of the corpus's inputs */
    long passes, runs, warmups, seed;
    void *document; /* owns the strings */
};

/* Reads SPEC.yaml; see specs/default.yaml for all of it. False and a problem that says where. */
bool programs_spec_read(const char *path, struct programs_spec *, struct problem *);
void programs_spec_free(struct programs_spec *);

/* What a program did in one run. */
struct program_run {
    char status[32];          /* ok, differs, exit-N, signal-N, not-loaded */
    uint64_t peak_rss_bytes;  /* of the largest process */
    bool told;                /* the policy wrote its statistics: the following fields are known */
    uint64_t peak_heap_bytes; /* of the process with the largest heap */
    struct counters count;    /* of that process */
};

/* Makes the program's folder below work, its input, and the command. */
bool program_prepare(struct program *, double scale, const char *work, struct problem *);

/* Runs it once. Its output is kept as the reference if `reference` is set, else compared to it. */
bool program_run_once(const struct program *, const struct exec_choice *, bool reference,
                      struct program_run *, struct problem *);

/* Times of one run, as hyperfine tells them. */
struct program_time {
    double wall_s, user_s, system_s;
};

/* Times up to most runs after warm-ups; false and a problem if hyperfine or the program fails. */
bool program_time(const struct program *, const struct exec_choice *, long warmups, long runs,
                  struct program_time *, struct problem *);

/* Runs all of it and writes programs.csv and runs.csv into the folder, which must exist. Progress
 * goes to standard error unless quiet. A pair that fails is a row that says so, and counted. */
bool programs_measure(struct programs_spec *, const char *folder, bool quiet, size_t *failed,
                      struct problem *);

#endif
