/* trace_layout.h - the head and the footer of a trace file, read and checked (trace.h). */
#ifndef FITLAB_TRACE_LAYOUT_H
#define FITLAB_TRACE_LAYOUT_H

#include <stddef.h>

#include "workloads/problem.h"
#include "workloads/trace/provenance.h"
#include "workloads/trace/trace.h"

/* How the messages of a reader end: what to do about damage. */
#define TRACE_REMEDY                                                                               \
    "copy or record it again, or read the whole frames before it with "                            \
    "'trace:torn=accept,path=%s'"

struct trace_layout {
    int fd;
    const char *path; /* borrowed */
    uint64_t file_bytes;
    unsigned columns;
    struct provenance provenance;
    uint64_t frames_start, frames_end; /* offsets; the end is the footer's */
    struct trace_totals totals;
    uint64_t *index; /* offsets of the frames; NULL without a footer */
    size_t frames;
};

/* Opens the file and checks the head. False and a problem if it is no trace; close in either
 * case. */
bool trace_layout_open(struct trace_layout *, const char *path, struct problem *);

/* Checks the footer, and fills totals and index. False and a problem if there is no whole one. */
bool trace_layout_footer(struct trace_layout *, struct problem *);

void trace_layout_close(struct trace_layout *);

/* Reads n bytes at offset. False and a problem if they are not there. */
bool trace_layout_read(const struct trace_layout *, uint64_t offset, void *to, size_t n,
                       struct problem *);

#endif
