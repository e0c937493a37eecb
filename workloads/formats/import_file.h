/* import_file.h - a whole file of another tool, read into one of fitlab's traces. */
#ifndef FITLAB_IMPORT_FILE_H
#define FITLAB_IMPORT_FILE_H

#include "workloads/formats/importer.h"

struct import_file {
    const char *in;      /* a path, or "-": standard input; may be compressed with gzip */
    const char *format;  /* a name, or "auto": whichever recognises the start */
    const char *out;     /* of the trace to write, as for trace_create */
    const char *program; /* who imports, for the trace's provenance, such as "fitlab 0.1" */
    sink_warner *warner; /* called for each oddity that was accepted; may be NULL */
    void *warner_context;
};

struct import_result {
    const struct importer *format;
    struct trace_totals totals;
    uint64_t warnings;
};

/* False and a problem that names the file and the line or offset; nothing is left of out then. */
bool import_file(const struct import_file *, struct import_result *, struct problem *);

/* Whether some importer knows what the file begins with. False as well if it cannot be read. */
bool import_file_is_known(const char *path);

#endif
