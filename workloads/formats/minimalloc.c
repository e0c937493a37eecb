/* minimalloc.c - the CSV of the MiniMalloc packer: buffers with known lifetimes.
 *
 * `id,lower,upper,size`: a buffer of size bytes that lives in [lower, upper). As a trace, time
 * is nothing but an order: at each, what ends is freed before what begins is allocated. Such a
 * problem is offline, so all of it is read before the first event; it is small.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "workloads/array.h"
#include "workloads/formats/csv_rows.h"
#include "workloads/formats/exporter.h"
#include "workloads/formats/importer.h"
#include "workloads/trace/trace.h"

enum { ID, LOWER, UPPER, SIZE };

static const char *const names[] = {"id", "lower", "upper", "size"};
static const struct csv_wanted wanted = {names, 4, 4};

/* One end of a buffer. */
struct turn {
    uint64_t time, buffer, size;
    bool begins;
};

struct turns {
    struct turn *turn;
    size_t count, room;
};

static bool minimalloc_read(const char *const *cell, void *context, struct problem *problem)
{
    struct turns *t = context;
    uint64_t lower, upper, size;
    if (!csv_number(cell[LOWER], "lower", INT64_MAX, &lower, problem) ||
        !csv_number(cell[UPPER], "upper", INT64_MAX, &upper, problem) ||
        !csv_number(cell[SIZE], "size", TRACE_MOST_BYTES, &size, problem)) {
        return false;
    }
    if (upper <= lower) {
        return problem_set(problem, "buffer '%.40s' ends at %" PRIu64 ", before it has lived",
                           cell[ID], upper);
    }
    struct turn *turn = array_reserve(t->turn, &t->room, t->count + 2, sizeof *turn);
    if (!turn) {
        return problem_set(problem, "no memory for that many buffers");
    }
    t->turn = turn;
    uint64_t buffer = t->count / 2;
    turn[t->count++] = (struct turn){lower, buffer, size, true};
    turn[t->count++] = (struct turn){upper, buffer, size, false};
    return true;
}

static int earlier(const void *a, const void *b)
{
    const struct turn *x = a, *y = b;
    if (x->time != y->time) {
        return x->time < y->time ? -1 : 1;
    }
    if (x->begins != y->begins) {
        return x->begins ? 1 : -1;
    }
    return x->buffer < y->buffer ? -1 : 1;
}

static bool minimalloc_import(struct source *in, struct sink *out, struct problem *problem)
{
    struct turns t = {0};
    bool ok = csv_rows_read(in, &wanted, minimalloc_read, &t, problem);
    if (ok && t.count > 0) {
        qsort(t.turn, t.count, sizeof *t.turn, earlier);
    }
    for (size_t i = 0; ok && i < t.count; i++) {
        const struct turn *turn = &t.turn[i];
        ok = turn->begins ? sink_allocate(out, EVENT_MALLOC, turn->buffer, turn->size, 0, problem)
                          : sink_free(out, turn->buffer, problem);
    }
    free(t.turn);
    return ok && sink_flush(out, problem);
}

static bool minimalloc_recognise(const unsigned char *head, size_t bytes, bool all)
{
    (void)all;
    return csv_rows_recognise(head, bytes, &wanted);
}

const struct importer import_minimalloc = {
    .name = "minimalloc",
    .summary = "buffers with lifetimes: id,lower,upper,size",
    .lost = "threads, times, alignments; all but the order of events",
    .recognise = minimalloc_recognise,
    .import = minimalloc_import,
};

struct buffer {
    uint64_t id, lower, size;
    bool live;
};

static void put_buffer(FILE *out, struct buffer *b, uint64_t upper)
{
    if (b->live) {
        fprintf(out, "%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",%" PRIu64 "\n", b->id, b->lower, upper,
                b->size);
    }
    b->live = false;
}

/* A row when a buffer ends; a resize ends one and begins another. What is left ends last. */
static bool minimalloc_export(struct export_source *in, FILE *out, struct problem *problem)
{
    struct buffer *live = calloc(in->totals.slots + 1, sizeof *live);
    uint64_t time = 0, ids = 0, gap;
    if (!live) {
        return problem_set(problem, "no memory for the live blocks of the trace");
    }
    fputs("id,lower,upper,size\n", out);
    for (const struct event *e; (e = export_next(in, &gap, problem)); time++) {
        put_buffer(out, &live[e->slot], time);
        if (e->kind != EVENT_FREE) {
            live[e->slot] = (struct buffer){ids++, time, e->size, true};
        }
    }
    for (uint64_t slot = 0; slot < in->totals.slots; slot++) {
        put_buffer(out, &live[slot], time);
    }
    free(live);
    return !problem->text[0];
}

const struct exporter export_minimalloc = {
    .name = "minimalloc",
    .summary = "buffers with lifetimes in events: id,lower,upper,size",
    .lost = "threads, times, alignments, that a block was resized and not another",
    .write = minimalloc_export,
};
