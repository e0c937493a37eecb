#include "imports.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "workloads/trace/trace_reader.h"

static void keep_warning(const char *text, void *context)
{
    struct imported *r = context;
    size_t used = strlen(r->warnings);
    snprintf(r->warnings + used, sizeof r->warnings - used, "%s\n", text);
}

/* Reads what was written back, all of it into the tally. */
static void read_back(struct imported *r, const char *path)
{
    struct trace_reader *in = trace_open(path, TORN_REFUSE, &r->problem);
    assert_non_null(in);
    struct event *events = malloc(EVENT_CHUNK * sizeof *events);
    struct trace_run run = {.events = events, .count = EVENT_CHUNK};
    while (trace_read(in, &run, &r->problem) && run.count > 0) {
        for (size_t i = 0; i < run.count && r->count < 64; i++) {
            r->events[r->count++] = events[i];
        }
        assert_true(tally_add(&r->tally, events, run.count, &r->problem));
        run.count = EVENT_CHUNK;
    }
    assert_string_equal(r->problem.text, "");
    r->tally.totals.drain = trace_totals(in)->drain;
    trace_close(in);
    free(events);
}

static void import_source(struct imported *r, const char *format, struct source *in)
{
    char path[64];
    const struct importer *importer = importer_find(format);
    struct provenance p = {.text = ""};
    struct sink *sink = malloc(sizeof *sink);
    assert_non_null(importer);
    snprintf(path, sizeof path, "./fitlab-import-%d", (int)getpid());
    struct trace_writer *out = trace_create(path, &p, importer_columns(importer, in), &r->problem);
    assert_true(sink_open(sink, out));
    assert_true(tally_open(&r->tally));
    sink->warner = keep_warning;
    sink->warner_context = r;
    r->ok = importer->import(in, sink, &r->problem);
    if (r->ok) {
        assert_true(trace_finish(out, NULL, &r->problem));
        read_back(r, path);
    } else {
        trace_abort(out);
    }
    sink_close(sink);
    free(sink);
    unlink(path);
}

struct imported import_bytes(const char *format, const void *bytes, size_t n)
{
    struct imported r = {.ok = false};
    struct source *in = malloc(sizeof *in);
    source_open_bytes(in, "NAME", bytes, n);
    import_source(&r, format, in);
    source_close(in);
    free(in);
    return r;
}

struct imported import_text(const char *format, const char *text)
{
    return import_bytes(format, text, strlen(text));
}

struct imported import_file(const char *format, const char *path)
{
    struct imported r = {.ok = false};
    struct source *in = malloc(sizeof *in);
    assert_true(source_open(in, path, &r.problem));
    assert_ptr_equal(importer_recognise(in, &r.problem), importer_find(format));
    import_source(&r, format, in);
    source_close(in);
    free(in);
    return r;
}
