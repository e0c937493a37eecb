/* recording.h - one recorded process on its way into a trace file: addresses become slots. */
#ifndef FITLAB_RECORDING_H
#define FITLAB_RECORDING_H

#include "programs/record/collector.h"
#include "workloads/trace/trace_writer.h"

struct recording;

/* What was seen and is not in the trace. */
struct recording_counts {
    uint64_t strangers; /* frees and resizes of blocks from before the recording, left out */
    uint64_t
        implied; /* blocks that were allocated again without a visible free: a free was added */
};

/* Starts a trace file of the process at path. flags are of enum channel_flags, level is that of
 * compression, or 0. NULL and a problem: the file cannot be written, or no memory. */
struct recording *recording_open(const char *path, uint32_t flags, int level,
                                 const struct channel_process *, struct problem *);

/* Adds one call. False: the trace cannot be written. */
bool recording_add(struct recording *, const struct logged *, struct problem *);

/* Finishes the file, fills what is asked for, and closes the recording even on failure. */
bool recording_finish(struct recording *, struct trace_totals *, struct recording_counts *,
                      struct problem *);

/* Closes without a file. NULL is allowed. */
void recording_abort(struct recording *);

#endif
