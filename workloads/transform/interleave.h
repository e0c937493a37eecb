/* interleave.h - several traces in one heap, as if their programs were threads of one.
 *
 * The next turn goes to the trace of which the smallest part has been played, so that all end
 * together. Threads get numbers of their own in order of first appearance; drains are left out;
 * times and call sites are not kept. */
#ifndef FITLAB_INTERLEAVE_H
#define FITLAB_INTERLEAVE_H

#include "workloads/trace/trace_reader.h"
#include "workloads/trace/trace_writer.h"

enum { INTERLEAVE_MOST = 64 };

/* turn: how many events a trace has at a time, at least 1. The readers stay open. */
bool trace_interleave(struct trace_reader *const *, size_t count, uint64_t turn,
                      struct trace_writer *, struct problem *);

#endif
