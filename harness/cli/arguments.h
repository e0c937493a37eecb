/* arguments.h - how commands read the words of their command lines. A word that is not what it
 * should be ends the program with one line, which says what to give instead. */
#ifndef FITLAB_ARGUMENTS_H
#define FITLAB_ARGUMENTS_H

#include <argp.h>
#include <stddef.h>
#include <stdio.h>

#include "theory/op_meter.h"

/* argp_parse, after a look at the options: one that is unknown, may be several, or lacks its value
 * is told in one line with what was meant or what to do, and ends the program with EXIT_USAGE. */
void arguments_parse(const struct argp *, int argc, char **argv, unsigned flags, void *input);

/* The same for commands whose last words, after so many of their own, are another command with
 * options of its own. */
void arguments_parse_before(const struct argp *, int argc, char **argv, int words, void *input);

/* Prints "fitlab COMMAND: TEXT" on standard error and exits with EXIT_USAGE. */
__attribute__((format(printf, 2, 3))) _Noreturn void argument_wrong(const struct argp_state *,
                                                                    const char *format, ...);

/* The value of --option=arg: a whole number, K, M and G allowed. */
long argument_number(struct argp_state *, const char *option, const char *arg, long least,
                     long most);

/* The value of --bits=arg, as a set of enum policy_bits. */
unsigned argument_bits(struct argp_state *, const char *arg);

/* The same for an answer that is for one size of pointers: both at once are a mistake. */
unsigned argument_one_bits(struct argp_state *, const char *arg);

/* The value of --option=arg: seconds, such as 0.5, 90, 60s, 2m or 1h. */
double argument_seconds(struct argp_state *, const char *option, const char *arg, double least);

/* The one word that a command takes, such as its folder: arg, if there is none before it. */
const char *argument_only(struct argp_state *, const char *noun, const char *before,
                          const char *arg);

/* The same of a results folder: the case of ARGP_KEY_ARG, and of ARGP_KEY_NO_ARGS with its arg of
 * NULL, which is a mistake. */
const char *argument_folder(struct argp_state *, const char *before, const char *arg);

/* An argp help filter's answer: a heading and the entries that `list` prints, before the text that
 * follows the options; for all other keys the text as it is. */
char *argument_help_list(int key, const char *text, const char *heading, void (*list)(FILE *));

/* For commands that take --live and --largest, in units: a message if the largest block is larger
 * than everything that is live, which no workload can have. */
void argument_units(const struct argp_state *, long live, long largest);

/* The value of --cost=arg: probes or accesses. */
enum measure argument_cost(const struct argp_state *, const char *arg);

/* Adds arg to a list of words, of which there may be so many. */
void argument_append(struct argp_state *, const char *nouns, const char **list, size_t *count,
                     size_t most, const char *arg);

#endif
