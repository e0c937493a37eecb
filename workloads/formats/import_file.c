#include "workloads/formats/import_file.h"

#include <stdlib.h>
#include <string.h>

static const struct importer *find_format(const char *name, struct source *in,
                                          struct problem *problem)
{
    if (!strcmp(name, "auto")) {
        return importer_recognise(in, problem);
    }
    const struct importer *found = importer_find(name);
    if (!found) {
        problem_set(problem, "unknown format '%s': see 'fitlab import --help'", name);
    }
    return found;
}

static bool import_into(const struct import_file *job, struct source *in, struct sink *sink,
                        struct import_result *result, struct problem *problem)
{
    const struct importer *format = result->format;
    struct provenance provenance = {.text = ""};
    provenance_add(&provenance, "source", "%s (%s)", in->name, format->name);
    provenance_add(&provenance, "importer", "%s", job->program);
    provenance_add(&provenance, "lost", "%s", format->lost);
    struct trace_writer *out =
        trace_create(job->out, &provenance, importer_columns(format, in), problem);
    sink->out = out;
    if (!out || !format->import(in, sink, problem)) {
        trace_abort(out);
        return false;
    }
    return trace_finish(out, &result->totals, problem);
}

bool import_file(const struct import_file *job, struct import_result *result,
                 struct problem *problem)
{
    struct source *in = malloc(sizeof *in);
    struct sink *sink = malloc(sizeof *sink);
    bool ok = false;
    if (!in || !sink) {
        problem_set(problem, "no memory to import a trace");
    } else {
        bool opened = source_open(in, job->in, problem);
        result->format = opened ? find_format(job->format, in, problem) : NULL;
        bool sunk = sink_open(sink, NULL) || problem_set(problem, "no memory to import a trace");
        sink->warner = job->warner;
        sink->warner_context = job->warner_context;
        ok = result->format && sunk && import_into(job, in, sink, result, problem);
        result->warnings = sink->warnings;
        sink_close(sink);
        source_close(in);
    }
    free(in);
    free(sink);
    return ok;
}

bool import_file_is_known(const char *path)
{
    struct problem unused;
    struct source *in = malloc(sizeof *in);
    bool known = false;
    if (in) {
        known = source_open(in, path, &unused) && importer_recognise(in, &unused);
        source_close(in);
    }
    free(in);
    return known;
}
