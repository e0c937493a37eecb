/* bench_traces.c - what a trace file costs to load and to keep, beside the formats of others.
 *
 *     bench_traces                      every trace of the corpus
 *     bench_traces TRACE.fltrace...     these
 *
 *   load      every event decoded and checked, over the same events as a .rep text, read as the
 *             driver of the malloc lab does: a line an operation by fscanf into an array
 *   raw       bytes an event before compression
 *   packed    the file over the same events as a gzipped protocol buffer
 *
 * Files are in the page cache; the least of interleaved rounds.
 */
#include <glob.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <zlib.h>

#include "base/temporary.h"
#include "spec/workload_spec.h"
#include "workloads/formats/exporter.h"
#include "workloads/trace/trace_reader.h"

enum { ROUNDS = 9 };

static const double load_goal = 0.1, raw_goal = 1.6, packed_goal = 1.0 / 3;

static _Noreturn void give_up(const char *why)
{
    fprintf(stderr, "bench_traces: %s\n", why);
    exit(2);
}

static double now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

static double load_ns(const char *path, struct trace_totals *totals, struct trace_weight *weight)
{
    static struct event events[EVENT_CHUNK];
    struct problem problem;
    struct trace_run run = {.events = events};
    double start = now_ns();
    struct trace_reader *r = trace_open(path, TORN_REFUSE, &problem);
    if (!r) {
        give_up(problem.text);
    }
    do {
        run.count = EVENT_CHUNK;
        if (!trace_read(r, &run, &problem)) {
            give_up(problem.text);
        }
    } while (run.count > 0);
    *totals = *trace_totals(r);
    *weight = trace_weigh(r);
    trace_close(r);
    return (now_ns() - start) / (double)totals->events;
}

/* The events of a trace as another format, in a file without a name. */
static FILE *exported(const char *path, const char *format)
{
    struct problem problem = {.text = ""};
    struct export_source source;
    struct trace_reader *reader = trace_open(path, TORN_REFUSE, &problem);
    FILE *file = temporary_stream(&problem);
    size_t i = 0;
    while (exporters[i] && strcmp(exporters[i]->name, format) != 0) {
        i++;
    }
    if (!reader || !file || !exporters[i] || !export_open(&source, NULL, reader, &problem)) {
        give_up(problem.text[0] ? problem.text : "no temporary file");
    }
    source.totals = *trace_totals(reader);
    if (!exporters[i]->write(&source, file, &problem) || fflush(file) != 0) {
        give_up(problem.text[0] ? problem.text : "cannot write a temporary file");
    }
    export_close(&source);
    return file;
}

struct operation {
    enum { ALLOCATE, FREE, RESIZE } kind;
    int index;
    size_t size;
};

/* One operation, or false at the end. */
static bool scan_operation(FILE *file, struct operation *op)
{
    char kind[16];
    unsigned index, size;
    if (fscanf(file, "%15s", kind) != 1) {
        return false;
    }
    switch (kind[0]) {
    case 'a':
    case 'r':
        op->kind = kind[0] == 'a' ? ALLOCATE : RESIZE;
        if (fscanf(file, "%u %u", &index, &size) != 2) {
            give_up("the exported text is no .rep");
        }
        op->size = size;
        break;
    default:
        op->kind = FREE;
        if (fscanf(file, "%u", &index) != 1) {
            give_up("the exported text is no .rep");
        }
    }
    op->index = (int)index;
    return true;
}

static double scan_ns(FILE *file)
{
    unsigned header[4], operations = 0;
    rewind(file);
    double start = now_ns();
    for (size_t i = 0; i < 4; i++) {
        if (fscanf(file, "%u", &header[i]) != 1) {
            give_up("the exported text is no .rep");
        }
    }
    struct operation *ops = malloc(header[2] * sizeof *ops);
    if (!ops) {
        give_up("no memory");
    }
    while (operations < header[2] && scan_operation(file, &ops[operations])) {
        operations++;
    }
    double ns = (now_ns() - start) / operations;
    free(ops);
    return ns;
}

static uint64_t gzipped_bytes(FILE *file)
{
    static unsigned char in[1 << 16], out[1 << 16];
    z_stream z = {0};
    if (deflateInit2(&z, Z_DEFAULT_COMPRESSION, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) !=
        Z_OK) {
        give_up("no memory");
    }
    rewind(file);
    int flush = Z_NO_FLUSH;
    while (flush != Z_FINISH) {
        z.next_in = in;
        z.avail_in = (unsigned)fread(in, 1, sizeof in, file);
        flush = feof(file) ? Z_FINISH : Z_NO_FLUSH;
        do {
            z.next_out = out;
            z.avail_out = sizeof out;
            deflate(&z, flush);
        } while (z.avail_out == 0);
    }
    uint64_t bytes = z.total_out;
    deflateEnd(&z);
    return bytes;
}

static double least(double a, double b)
{
    return a < b ? a : b;
}

static void row(const char *what, const char *trace, double value, double goal, const char *note)
{
    printf("%-8s %-28s %8.3f goal %5.2f  %-6s %s\n", what, trace, value, goal,
           value <= goal ? "met" : "MISSED", note);
}

static void bench(const char *path)
{
    struct trace_totals totals;
    struct trace_weight weight;
    FILE *rep = exported(path, "rep"), *protobuf = exported(path, "protobuf");
    double load = 1e9, scan = 1e9;
    for (int i = 0; i < ROUNDS; i++) {
        load = least(load, load_ns(path, &totals, &weight));
        scan = least(scan, scan_ns(rep));
    }
    double events = (double)totals.events;
    uint64_t gzipped = gzipped_bytes(protobuf);
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;
    char note[96];
    snprintf(note, sizeof note, "%.1f ns/event, text %.1f", load, scan);
    row("load", name, load / scan, load_goal, note);
    snprintf(note, sizeof note, "%.2f bytes/event, file %.2f", (double)weight.raw_bytes / events,
             (double)weight.file_bytes / events);
    row("raw", name, (double)weight.raw_bytes / events, raw_goal, note);
    snprintf(note, sizeof note, "%" PRIu64 " bytes, protobuf.gz %" PRIu64, weight.file_bytes,
             gzipped);
    row("packed", name, (double)weight.file_bytes / (double)gzipped, packed_goal, note);
    fclose(rep);
    fclose(protobuf);
}

static void bench_corpus(void)
{
    char pattern[4096];
    glob_t traces;
    snprintf(pattern, sizeof pattern, "%s/*.fltrace", workload_corpus());
    if (glob(pattern, 0, NULL, &traces) != 0) {
        give_up("the corpus has no traces here: name a trace file, such as my.fltrace");
    }
    for (size_t i = 0; i < traces.gl_pathc; i++) {
        bench(traces.gl_pathv[i]);
    }
    globfree(&traces);
}

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        bench(argv[i]);
    }
    if (argc < 2) {
        bench_corpus();
    }
    return 0;
}
