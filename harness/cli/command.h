/* command.h - a sub-command of fitlab: one file, and one line in the list below.
 *
 * A command parses its own arguments with argp, does its work and returns the exit status:
 * 0 done, 1 a result says no, 2 usage or bad input, 3 the answer is not known.
 */
#ifndef FITLAB_COMMAND_H
#define FITLAB_COMMAND_H

#include <stdio.h>

#include "workloads/problem.h"

enum exit_status { EXIT_DONE = 0, EXIT_NO = 1, EXIT_USAGE = 2, EXIT_UNKNOWN = 3 };

/* The headings of `fitlab --help`. X(symbol, heading) */
#define FITLAB_COMMAND_GROUPS(X)                                                                   \
    X(START, "Start")                                                                              \
    X(EXPERIMENTS, "Experiments")                                                                  \
    X(WORKLOADS, "Workloads")                                                                      \
    X(THEORY, "Theory")                                                                            \
    X(PROGRAMS, "Programs")                                                                        \
    X(POLICIES, "Policies")                                                                        \
    X(PLUMBING, NULL) /* for scripts and other commands: not shown */

enum command_group {
#define X(symbol, heading) GROUP_##symbol,
    FITLAB_COMMAND_GROUPS(X)
#undef X
        COMMAND_GROUPS
};

struct command {
    const char *name;
    enum command_group group;
    const char *summary;               /* one line for `fitlab --help` */
    int (*run)(int argc, char **argv); /* argv[0] is "fitlab NAME", for argp's messages */
};

/* One a line, in the order in which a group of `fitlab --help` has them. */
/* clang-format off */
#define FITLAB_COMMANDS(X) \
    X(list)                \
    X(run)                 \
    X(info)                \
    X(step)                \
    X(sweep)               \
    X(plot)                \
    X(report)              \
    X(compare)             \
    X(merge)               \
    X(verify)              \
    X(pack)                \
    X(minheap)             \
    X(advise)              \
    X(tune)                \
    X(record)              \
    X(generate)            \
    X(import)              \
    X(export)              \
    X(trace)               \
    X(prove)               \
    X(attack)              \
    X(play)                \
    X(offline)             \
    X(reproduce)           \
    X(emit)                \
    X(exec)                \
    X(programs)            \
    X(check)               \
    X(count)               \
    X(complete)
/* clang-format on */

#define X(name) extern const struct command command_##name;
FITLAB_COMMANDS(X)
#undef X

/* All of them, in that order; ends with NULL. */
extern const struct command *const commands[];

/* Prints "fitlab: TEXT" on standard error and returns EXIT_USAGE. */
int command_fail(const struct problem *);

/* A line of a list in --help, NAME and what it is, wrapped below itself as argp wraps options. */
void command_entry(FILE *, const char *name, const char *text);

/* The words of a command line in one line, for captions; free it. */
char *command_words(int argc, char *const argv[]);

#endif
