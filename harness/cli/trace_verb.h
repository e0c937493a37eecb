/* trace_verb.h - what the verbs of `fitlab trace` share. */
#ifndef FITLAB_TRACE_VERB_H
#define FITLAB_TRACE_VERB_H

#include <argp.h>

#include "spec/workload_spec.h"
#include "workloads/trace/trace_reader.h"
#include "workloads/trace/trace_writer.h"

/* The words of the command line as they were before argp put them in another order. */
enum { VERB_WORDS = 128 };
struct verb_words {
    char *word[VERB_WORDS];
    int count;
};
struct verb_words verb_keep(int argc, char **argv);

/* Opens a trace by its path or its name in the corpus. */
struct trace_reader *verb_open(const char *text, struct problem *);

/* The path of a trace that is named so. */
bool verb_path(const char *text, char *path, size_t size, struct problem *);

/* Creates a trace that was made from another: its provenance, and then the command line. */
struct trace_writer *verb_create(const char *path, const struct provenance *, unsigned columns,
                                 int argc, char **argv, struct problem *);

/* A whole percentage, its sign given or not; ends the program with a message at another word. */
long verb_percent(struct argp_state *, const char *option, const char *text, long min, long max);

/* The verbs in cmd_trace_repeat.c and cmd_trace_shrink.c. */
int run_repeat(int argc, char **argv);
int run_shrink(int argc, char **argv);

#endif
