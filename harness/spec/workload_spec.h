/* workload_spec.h - from the words of the command line to a workload and its arguments.
 *
 * A text is, in this order:
 *   NAME or NAME:key=value,...   a kind that `fitlab list workloads` shows
 *   a path                       a trace file: the text has a '/', or ends in .fltrace, or a file
 *                                has that name; also of another tool, as 'fitlab import auto' knows
 *                                it (imported.h)
 *   -                            the same from standard input
 *   a bare name                  a trace of the corpus, such as `perl`: NAME.fltrace in the folder
 *                                that FITLAB_CORPUS names, else in the one that came with fitlab;
 *                                one that ends in -large lies in the folder large/ there, once
 *                                the corpus's script has recorded it
 */
#ifndef FITLAB_WORKLOAD_SPEC_H
#define FITLAB_WORKLOAD_SPEC_H

#include <glob.h>

#include "spec/spec.h"
#include "workloads/problem.h"
#include "workloads/workload.h"

enum { WORKLOAD_TRACES = 2 }; /* the most that a workload is made from */

struct workload_spec {
    const struct workload_kind *kind;
    struct spec_values values;
    char full[SPEC_MAX_TEXT];  /* canonical, every parameter: what rows and keys carry */
    char label[SPEC_MAX_TEXT]; /* only what differs from the defaults; a trace's bare name */
    char trace[WORKLOAD_TRACES]
              [SPEC_MAX_TEXT]; /* paths of the traces that the parameters `trace`,
                                  `by` and `of` name, or ""; values points to them */
};

/* Resolves a text; a trace is not opened yet, but its file is known to be there. The full
 * spec gives the same workload when it is parsed again in the same folder. */
bool workload_spec_parse(const char *text, struct workload_spec *, struct problem *);

/* The same with this seed, if the workload has a seed and the text does not set it. *took says
 * whether the seed was used. */
bool workload_spec_seed(const char *text, long seed, struct workload_spec *, bool *took,
                        struct problem *);

/* The folder of the corpus; it need not be there. */
const char *workload_corpus(void);

/* Whether a trace of the corpus has this bare name. */
bool workload_in_corpus(const char *name);

/* Visits the bare names of the corpus's traces, in order, and of the large ones that are here. */
void workload_each_in_corpus(void (*visit)(const char *name, void *ctx), void *ctx);

/* The path of a trace of the corpus or of the large recordings; false: there is none. */
bool workload_trace_path(const char *name, char *path, size_t size);

/* The name of the file, in a folder of traces to be given away, that stands for what a spec calls
 * `word`: a path or a bare name. False: it is too long. */
bool workload_trace_stand_in_name(const char *word, char *name, size_t size);

/* The file that a spec's word for a trace means: where the environment variable FITLAB_TRACES names
 * a folder that has a stand-in for it, that one, else a path as it is, or a trace of the corpus.
 * False: it is none of these, or a path to nothing. */
bool workload_trace_find(const char *word, char *path, size_t size);

/* The names of the corpus's traces that a pattern of glob matches, in order. Large recordings are
 * among them only if the pattern says "-large", so that "*" means the same on every machine. False:
 * there are none. Free with globfree in either case, from a zeroed one. */
bool workload_names(const char *pattern, glob_t *);

/* Opens what was resolved, at its first event. NULL and a problem if that fails. */
struct workload *workload_spec_open(const struct workload_spec *, struct problem *);

#endif
