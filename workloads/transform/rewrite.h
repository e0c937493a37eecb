/* rewrite.h - a part of a trace as a trace: a window, some of its blocks, other sizes.
 *
 * A block is kept or dropped whole, all its events with it; slots are given anew, lowest first.
 * Times and call sites stay with their events, and the time between dropped events is kept.
 */
#ifndef FITLAB_REWRITE_H
#define FITLAB_REWRITE_H

#include "workloads/trace/trace_reader.h"
#include "workloads/trace/trace_writer.h"

struct rewrite {
    uint64_t from, to;           /* events [from, to) */
    bool with_live;              /* blocks live at `from` are allocated first, else dropped */
    long thread;                 /* keep what this thread allocated; -1: any */
    uint64_t min_size, max_size; /* keep blocks allocated with sizes in this range */
    uint64_t scale_pct;          /* of every size */
};

/* The options that change nothing. */
void rewrite_init(struct rewrite *);

/* Reads the whole trace; the writer needs the reader's columns. */
bool trace_rewrite(struct trace_reader *, struct trace_writer *, const struct rewrite *,
                   struct problem *);

#endif
