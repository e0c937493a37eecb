/* perturbed.c - a recording as it might have been: events come a little later, sizes are a little
 * larger or smaller. What a heap needs for it is what it would need if the program were not quite
 * the same.
 *
 * All events are in memory while it runs, 32 bytes each.
 */
#include <gsl/gsl_rng.h>
#include <math.h>
#include <stdlib.h>

#include "workloads/slots.h"
#include "workloads/trace/trace_reader.h"
#include "workloads/transform/foreseen.h"
#include "workloads/workload.h"

enum { TRACE, WINDOW, SIZES, RESIZE, SEED };

enum resize { RESIZE_EVENT, RESIZE_SIZE };

static const char *const resize_names[] = {"event", "size", NULL};

static const struct param params[] = {
    {.name = "trace", .help = "the recording: a trace file, or a name of the corpus", .text = true},
    {.name = "window",
     .help = "an event comes at most so much later; the events of one block keep their order",
     .unit = "events",
     .init = 16,
     .min = 0,
     .max = 1 << 20},
    {.name = "sizes",
     .help = "by how much a size becomes smaller or larger at most",
     .unit = "%",
     .init = 3,
     .min = 0,
     .max = 90},
    {.name = "resize",
     .help = "whether each event draws a new size, or equal sizes stay equal",
     .init = RESIZE_EVENT,
     .max = RESIZE_SIZE,
     .choices = resize_names},
    {.name = "seed", .help = "of the random numbers", .init = 1, .min = 0, .max = 0x7fffffff},
    PARAM_END,
};

/* An event and when it comes, in events of the recording. Its slot is the number of its block. */
struct moved {
    struct event event;
    double time;
    uint64_t index;
};

struct perturbed_trace {
    struct workload head;
    struct moved *moved; /* in the order in which they come */
    size_t count, given;
    uint32_t *slot; /* of each block, while it is live */
    size_t blocks;
    struct slots taken;
};

/* What is drawn, and the state of the recording while it is read. */
struct reading {
    gsl_rng *rng;
    double window, share;
    enum resize resize;
    uint64_t seed;
    uint32_t *block; /* of each slot of the recording */
    double *last;    /* of each slot: when the last event of its block comes */
};

static bool no_memory(struct problem *problem)
{
    return problem_set(problem, "no memory for the events of a perturbed trace");
}

/* From -1 to 1, the same for the same size. */
static double draw_of_size(uint64_t size, uint64_t seed)
{
    uint64_t x = size + UINT64_C(0x9E3779B97F4A7C15) * (seed + 1);
    x = (x ^ x >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    x = (x ^ x >> 27) * UINT64_C(0x94D049BB133111EB);
    return (double)((x ^ x >> 31) >> 11) * 0x1p-52 - 1;
}

static uint64_t resized(const struct reading *r, uint64_t size)
{
    double drawn = 2 * gsl_rng_uniform(r->rng) -
                   1; /* drawn in any case, so that times do not depend on `resize` */
    drawn = r->resize == RESIZE_SIZE ? draw_of_size(size, r->seed) : drawn;
    double now = nearbyint((double)size * (1 + r->share * drawn));
    return size == 0 ? 0 : now < 1 ? 1 : (uint64_t)now;
}

static void perturb(struct perturbed_trace *t, struct reading *r, const struct event *from)
{
    struct moved *m = &t->moved[t->count];
    uint32_t slot = from->slot;
    bool born = from->kind != EVENT_FREE && from->kind != EVENT_REALLOC;
    double time = (double)t->count + r->window * gsl_rng_uniform(r->rng);
    if (born) {
        r->block[slot] = (uint32_t)t->blocks++;
    } else {
        time = fmax(time, r->last[slot]);
    }
    r->last[slot] = time;
    *m = (struct moved){.event = *from, .time = time, .index = t->count++};
    m->event.slot = r->block[slot];
    if (from->kind != EVENT_FREE) {
        m->event.size = resized(r, from->size);
    }
}

/* All events before the drain. */
static bool read_all(struct perturbed_trace *t, struct reading *r, struct trace_reader *in,
                     struct problem *problem)
{
    const uint64_t most = trace_totals(in)->drain;
    struct event *chunk = malloc(EVENT_CHUNK * sizeof *chunk);
    if (!chunk) {
        return no_memory(problem);
    }
    struct trace_run run = {.events = chunk, .count = EVENT_CHUNK};
    while (t->count < most && trace_read(in, &run, problem) && run.count) {
        for (size_t i = 0; i < run.count && t->count < most; i++) {
            perturb(t, r, &chunk[i]);
        }
        run.count = EVENT_CHUNK;
    }
    free(chunk);
    return !problem->text[0];
}

static int by_time(const void *a, const void *b)
{
    const struct moved *x = a, *y = b;
    if (x->time != y->time) {
        return x->time < y->time ? -1 : 1;
    }
    return (x->index > y->index) - (x->index < y->index);
}

/* The event at `given`, with a slot in the place of its block. */
static bool next_event(struct perturbed_trace *t, struct event *e)
{
    *e = t->moved[t->given].event;
    uint32_t *slot = &t->slot[e->slot];
    if (e->kind != EVENT_FREE && e->kind != EVENT_REALLOC) {
        *slot = slots_lowest(&t->taken);
        if (!slots_take(&t->taken, *slot)) {
            return false;
        }
    }
    e->slot = *slot;
    if (e->kind == EVENT_FREE) {
        slots_give(&t->taken, *slot);
    }
    t->given++;
    return true;
}

static size_t take(void *state, struct event *events, size_t most, struct problem *problem)
{
    struct perturbed_trace *t = state;
    size_t n = 0;
    for (; n < most && t->given < t->count; n++) {
        if (!next_event(t, &events[n])) {
            no_memory(problem);
            return 0;
        }
    }
    return n;
}

static void rewind_to_first(struct perturbed_trace *t)
{
    slots_close(&t->taken);
    slots_open(&t->taken);
    t->given = 0;
}

static bool load(struct perturbed_trace *t, const struct workload_args *args,
                 struct trace_reader *in, struct problem *problem)
{
    const struct trace_totals *totals = trace_totals(in);
    struct reading r = {.rng = gsl_rng_alloc(gsl_rng_mt19937),
                        .window = (double)args->number[WINDOW],
                        .share = (double)args->number[SIZES] / 100,
                        .resize = (enum resize)args->number[RESIZE],
                        .seed = (uint64_t)args->number[SEED],
                        .block = calloc(totals->slots + 1, sizeof *r.block),
                        .last = calloc(totals->slots + 1, sizeof *r.last)};
    t->moved = malloc((totals->drain + 1) * sizeof *t->moved);
    bool ok = (r.rng && r.block && r.last && t->moved) || no_memory(problem);
    if (ok) {
        gsl_rng_set(r.rng, (unsigned long)r.seed);
        ok = read_all(t, &r, in, problem);
    }
    if (ok) {
        t->slot = malloc((t->blocks + 1) * sizeof *t->slot);
        ok = t->slot || no_memory(problem);
    }
    if (r.rng) {
        gsl_rng_free(r.rng);
    }
    free(r.block);
    free(r.last);
    return ok;
}

static void perturbed_close(struct workload *w)
{
    struct perturbed_trace *t = (struct perturbed_trace *)w;
    slots_close(&t->taken);
    free(t->moved);
    free(t->slot);
    free(t);
}

static struct workload *perturbed_open(const struct workload_args *args, struct problem *problem)
{
    problem->text[0] = '\0';
    struct trace_reader *in = trace_open(args->text[TRACE], TORN_REFUSE, problem);
    struct perturbed_trace *t = in ? calloc(1, sizeof *t) : NULL;
    if (!t) {
        if (in) {
            no_memory(problem);
        }
        trace_close(in);
        return NULL;
    }
    slots_open(&t->taken);
    bool ok = load(t, args, in, problem);
    trace_close(in);
    if (ok) {
        qsort(t->moved, t->count, sizeof *t->moved, by_time);
        ok = foreseen_fill(&t->head, take, t, problem);
        rewind_to_first(t);
    }
    if (!ok) {
        perturbed_close(&t->head);
        return NULL;
    }
    return &t->head;
}

static size_t perturbed_next(struct workload *w, struct event *events, size_t most,
                             struct problem *problem)
{
    return take(w, events, most, problem);
}

const struct workload_kind perturbed = {
    .name = "perturbed",
    .summary = "a recording with events a little later and sizes a little different, at random",
    .params = params,
    .open = perturbed_open,
    .next = perturbed_next,
    .close = perturbed_close,
};
