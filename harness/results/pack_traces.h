/* pack_traces.h - the traces that the workloads of a results folder are made from. */
#ifndef FITLAB_PACK_TRACES_H
#define FITLAB_PACK_TRACES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "spec/workload_spec.h"

struct pack_trace {
    char word[SPEC_MAX_TEXT]; /* as specs have it */
    char path[SPEC_MAX_TEXT]; /* of the file; "": it is not here */
    uint64_t digest;          /* of its events; 0: not known */
};

struct pack_traces {
    struct pack_trace *trace; /* in the order of their words */
    size_t count;
};

/* Reads summary.csv. Free with pack_traces_free in either case, from a zeroed one. */
bool pack_traces_find(struct pack_traces *, const char *folder, struct problem *);
void pack_traces_free(struct pack_traces *);

/* The digest of a trace's events, or 0: it cannot be read. */
uint64_t pack_trace_digest(const char *word);

/* Lets workloads take traces from the folder `traces` of an unpacked archive, if it has one. */
void pack_traces_use(const char *folder);

#endif
