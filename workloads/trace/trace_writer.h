/* trace_writer.h - writing a trace file (trace.h), frame by frame, in constant memory.
 *
 *   struct trace_writer *w = trace_create(path, &provenance, 0, &problem);
 *   trace_append(w, &(struct trace_run){.events = events, .count = n}, &problem); ...
 *   trace_finish(w, NULL, &problem)
 *
 * The file has a temporary name beside its own until it is finished, so that a trace which is
 * there is whole. What a crash leaves under the temporary name (PATH.part) is readable up to
 * its last whole frame.
 */
#ifndef FITLAB_TRACE_WRITER_H
#define FITLAB_TRACE_WRITER_H

#include "workloads/problem.h"
#include "workloads/trace/provenance.h"
#include "workloads/trace/trace.h"
#include "workloads/trace/trace_codec.h"

struct trace_writer;

/* Opens the temporary file (path "-": standard output) and writes its head. columns is a mask
 * of enum trace_column. NULL and a problem: the file cannot be written, or no memory. */
struct trace_writer *trace_create(const char *path, const struct provenance *, unsigned columns,
                                  struct problem *);

/* Appends any number of events; times and sites must be there if, and only if, the columns
 * say so. False, and a problem that names the event, if one makes no sense (tally.h), or the
 * file if writing failed; the writer can then only be aborted. */
bool trace_append(struct trace_writer *, const struct trace_run *, struct problem *);

/* From here on, events only free what the program left: a drain. */
void trace_mark_drain(struct trace_writer *);

/* What was written stays under the temporary name if the writer fails or is aborted: for what
 * cannot be written again, such as a recording. */
void trace_keep_unfinished(struct trace_writer *);

/* Calls the run of frees at the end a drain, if there is one and it leaves nothing live. */
void trace_mark_trailing_frees(struct trace_writer *);

/* Compresses harder: for traces that are kept. 1..19; the default is 3. */
void trace_set_level(struct trace_writer *, int level);

/* Writes the rest and the footer, renames the file to its path, fills totals (unless NULL) and
 * closes the writer; on failure it aborts, and returns false and a problem. */
bool trace_finish(struct trace_writer *, struct trace_totals *, struct problem *);

/* Removes the temporary files of all writers but those that are to be kept: for the handler of a
 * signal that ends the process. */
void trace_remove_unfinished(void);

/* Closes the writer and removes the temporary file, unless that is to be kept. NULL is let pass. */
void trace_abort(struct trace_writer *);

#endif
