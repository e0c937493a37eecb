/* trace_reader.h - reading a trace file (trace.h), frame by frame, in constant memory.
 *
 * Nothing in the file is trusted: wrong magic, a newer version, a bad hash, a frame cut short,
 * a slot out of range, a free of an empty slot, absurd counts are each a problem that names
 * the file, the offset and what to do.
 */
#ifndef FITLAB_TRACE_READER_H
#define FITLAB_TRACE_READER_H

#include "workloads/problem.h"
#include "workloads/trace/provenance.h"
#include "workloads/trace/trace.h"
#include "workloads/trace/trace_codec.h"

/* What to do with a file that is damaged or was cut short. */
enum trace_torn {
    TORN_REFUSE, /* a problem */
    TORN_ACCEPT  /* read up to the last whole frame before the damage */
};

struct trace_reader;

/* Opens a file and checks all but its frames. Without a whole footer (TORN_ACCEPT), it reads
 * the frames once to find out the totals. NULL and a problem if the file is no good. */
struct trace_reader *trace_open(const char *path, enum trace_torn, struct problem *);

/* Fills the arrays of run with up to run->count events and sets run->count to how many there
 * were; 0 at the end. times and sites may be NULL; they are zeroed if the file has none.
 * False, and a problem, at damage. */
bool trace_read(struct trace_reader *, struct trace_run *, struct problem *);

void trace_close(struct trace_reader *);

const struct trace_totals *trace_totals(const struct trace_reader *);
const struct provenance *trace_provenance(const struct trace_reader *);
unsigned trace_columns(const struct trace_reader *); /* a mask of enum trace_column */

/* Why the file was read only in part; NULL if it is whole. */
const char *trace_torn_why(const struct trace_reader *);

/* Bytes of the file, of its frames before and after compression. */
struct trace_weight {
    uint64_t file_bytes, raw_bytes, packed_bytes;
    size_t frames;
};

/* The totals of what was read so far. */
struct trace_weight trace_weigh(const struct trace_reader *);

#endif
