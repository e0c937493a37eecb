/* command.h - a sub-command of fitlab: one file, one entry in the table of main.c.
 *
 * A command parses its own arguments with argp, does its work and returns the exit status:
 * 0 done, 1 a result says no, 2 usage or bad input, 3 the answer is not known.
 */
#ifndef FITLAB_COMMAND_H
#define FITLAB_COMMAND_H

#include <stdio.h>

#include "workloads/problem.h"

enum exit_status { EXIT_DONE = 0, EXIT_NO = 1, EXIT_USAGE = 2, EXIT_UNKNOWN = 3 };

struct command {
    const char *name;
    const char *summary;               /* one line for `fitlab --help` */
    int (*run)(int argc, char **argv); /* argv[0] is "fitlab NAME", for argp's messages */
};

/* One a line, in the order of `fitlab --help`. */
/* clang-format off */
#define FITLAB_COMMANDS(X) \
    X(list)                \
    X(run)                 \
    X(minheap)             \
    X(sweep)               \
    X(plot)                \
    X(report)              \
    X(step)                \
    X(check)               \
    X(count)               \
    X(generate)            \
    X(import)              \
    X(export)              \
    X(info)                \
    X(trace)               \
    X(offline)             \
    X(play)                \
    X(reproduce)           \
    X(prove)               \
    X(attack)              \
    X(exec)                \
    X(programs)            \
    X(record)              \
    X(merge)               \
    X(verify)              \
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
