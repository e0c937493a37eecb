/* csv.c - events as CSV: the format for anything that has no importer yet.
 *
 * A header row names the columns, in any order: op (malloc, calloc, realloc, aligned_alloc,
 * free), id and size; and, where they are known, align in bytes, thread and time_ns since some
 * start. id is any number that names a block while it lives. size may be empty for a free.
 */
#include <inttypes.h>
#include <string.h>

#include "workloads/formats/csv_rows.h"
#include "workloads/formats/exporter.h"
#include "workloads/formats/importer.h"
#include "workloads/trace/trace.h"

enum { OP, ID, SIZE, ALIGN, THREAD, TIME };

static const char *const names[] = {"op", "id", "size", "align", "thread", "time_ns"};
static const struct csv_wanted wanted = {names, 3, sizeof names / sizeof *names};

struct csv {
    struct sink *out;
    uint64_t last_ns;
    bool started;
};

static bool find_kind(const char *op, enum event_kind *kind, struct problem *problem)
{
    for (unsigned i = 0; i < EVENT_KINDS; i++) {
        if (!strcmp(event_kind_names[i], op)) {
            *kind = (enum event_kind)i;
            return true;
        }
    }
    return problem_set(problem, "'%.40s' is no op (malloc, calloc, realloc, aligned_alloc or free)",
                       op);
}

static bool read_time(struct csv *c, const char *cell, struct problem *problem)
{
    uint64_t now;
    if (!*cell) {
        return true;
    }
    if (!csv_number(cell, "time_ns", UINT64_MAX, &now, problem)) {
        return false;
    }
    if (c->started && now < c->last_ns) {
        return problem_set(problem, "time_ns goes back from %" PRIu64 " to %" PRIu64, c->last_ns,
                           now);
    }
    c->out->gap_ns = c->started ? now - c->last_ns : 0;
    c->last_ns = now;
    c->started = true;
    return true;
}

static bool read_align(const char *cell, unsigned *log2, struct problem *problem)
{
    uint64_t align = 1;
    if (*cell && !csv_number(cell, "align", UINT64_C(1) << 63, &align, problem)) {
        return false;
    }
    *log2 = align ? (unsigned)__builtin_ctzll(align) : 0;
    return (align && !(align & (align - 1))) ||
           problem_set(problem, "an align of %" PRIu64 " is no power of two", align);
}

static bool apply(struct csv *c, enum event_kind kind, uint64_t id, uint64_t size, unsigned log2,
                  struct problem *problem)
{
    bool live = sink_has(c->out, id);
    if (kind == EVENT_FREE) {
        return live ? sink_free(c->out, id, problem)
                    : problem_set(problem, "id %" PRIu64 " is freed, but is not live", id);
    }
    if (kind == EVENT_REALLOC && live) {
        return sink_resize(c->out, id, id, size, problem);
    }
    return live ? problem_set(problem, "id %" PRIu64 " is allocated, but is live", id)
                : sink_allocate(c->out, kind == EVENT_REALLOC ? EVENT_MALLOC : kind, id, size, log2,
                                problem);
}

static bool csv_read(const char *const *cell, void *context, struct problem *problem)
{
    struct csv *c = context;
    enum event_kind kind = EVENT_KINDS;
    uint64_t id, size = 0, thread = 0;
    unsigned log2;
    if (!find_kind(cell[OP], &kind, problem) ||
        !csv_number(cell[ID], "id", UINT64_MAX - 1, &id, problem) ||
        ((*cell[SIZE] || kind != EVENT_FREE) &&
         !csv_number(cell[SIZE], "size", TRACE_MOST_BYTES, &size, problem)) ||
        !read_align(cell[ALIGN], &log2, problem) ||
        (*cell[THREAD] && !csv_number(cell[THREAD], "thread", UINT16_MAX, &thread, problem)) ||
        !read_time(c, cell[TIME], problem)) {
        return false;
    }
    c->out->thread = (uint16_t)thread;
    return apply(c, kind, id, size, kind == EVENT_ALIGNED ? log2 : 0, problem);
}

static bool csv_import(struct source *in, struct sink *out, struct problem *problem)
{
    struct csv c = {.out = out};
    return csv_rows_read(in, &wanted, csv_read, &c, problem) && sink_flush(out, problem);
}

static bool csv_recognise(const unsigned char *head, size_t bytes, bool all)
{
    (void)all;
    return csv_rows_recognise(head, bytes, &wanted);
}

static unsigned csv_columns(const unsigned char *head, size_t bytes)
{
    const struct csv_wanted time = {&names[TIME], 1, 1};
    return csv_rows_recognise(head, bytes, &time) ? TRACE_TIMES : 0;
}

const struct importer import_csv = {
    .name = "csv",
    .summary = "events as CSV: op,id,size[,align,thread,time_ns]",
    .lost = "the alignment, thread and time of events where the file has no such columns, call sites",
    .recognise = csv_recognise,
    .columns = csv_columns,
    .import = csv_import,
};

/* The slot is the id: it names a block while that lives. */
static bool csv_export(struct export_source *in, FILE *out, struct problem *problem)
{
    uint64_t now = 0;
    const struct event *e;
    fputs(in->has_times ? "op,id,size,align,thread,time_ns\n" : "op,id,size,align,thread\n", out);
    for (uint64_t gap; (e = export_next(in, &gap, problem));) {
        bool is_free = e->kind == EVENT_FREE, aligned = e->kind == EVENT_ALIGNED;
        fprintf(out, "%s,%" PRIu32 ",", event_kind_names[e->kind], e->slot);
        if (!is_free) {
            fprintf(out, "%" PRIu64, e->size);
        }
        fputc(',', out);
        if (aligned) {
            fprintf(out, "%" PRIu64, UINT64_C(1) << e->align_log2);
        }
        fprintf(out, ",%u", e->thread);
        now += gap;
        if (in->has_times) {
            fprintf(out, ",%" PRIu64, now);
        }
        fputc('\n', out);
    }
    return !problem->text[0];
}

const struct exporter export_csv = {
    .name = "csv",
    .summary = "events as CSV: op,id,size,align,thread[,time_ns]",
    .lost = "call sites",
    .write = csv_export,
};
