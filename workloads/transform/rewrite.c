#include "workloads/transform/rewrite.h"

#include <stdlib.h>

#include "workloads/slots.h"

#define DROPPED UINT32_MAX

/* The state of the block in a slot of the input. */
struct fate {
    uint32_t slot;      /* in the output, or DROPPED */
    bool waits;         /* it is live before the window, to be allocated at its start */
    struct event birth; /* of a block that waits: how it must be allocated */
};

struct rewriting {
    const struct rewrite *how;
    struct trace_writer *out;
    struct problem *problem;
    struct fate *fate;
    uint64_t slots, drain;
    struct slots taken; /* in the output */
    uint64_t index;     /* of the event at hand */
    uint64_t gap_ns;    /* since the last event that was written */
};

void rewrite_init(struct rewrite *r)
{
    *r = (struct rewrite){.to = UINT64_MAX, .thread = -1, .max_size = UINT64_MAX, .scale_pct = 100};
}

static uint64_t scaled(const struct rewriting *w, uint64_t size)
{
    uint64_t pct = w->how->scale_pct;
    return size / 100 * pct + size % 100 * pct / 100;
}

static bool is_wanted(const struct rewriting *w, const struct event *e)
{
    return (w->how->thread < 0 || e->thread == w->how->thread) && e->size >= w->how->min_size &&
           e->size <= w->how->max_size;
}

static bool put(struct rewriting *w, struct event e, uint32_t site)
{
    struct trace_run run = {.events = &e, .times = &w->gap_ns, .sites = &site, .count = 1};
    if (e.kind != EVENT_FREE) {
        e.size = scaled(w, e.size);
    }
    bool ok = trace_append(w->out, &run, w->problem);
    w->gap_ns = 0;
    return ok;
}

static bool allocate(struct rewriting *w, struct fate *f, struct event e, uint32_t site)
{
    f->slot = slots_lowest(&w->taken);
    f->waits = false;
    e.slot = f->slot;
    return slots_take(&w->taken, e.slot) ? put(w, e, site)
                                         : problem_set(w->problem, "no memory for slots");
}

static bool born(struct rewriting *w, const struct event *e, uint32_t site)
{
    struct fate *f = &w->fate[e->slot];
    *f = (struct fate){.slot = DROPPED};
    if (!is_wanted(w, e)) {
        return true;
    }
    if (w->index < w->how->from) {
        f->waits = w->how->with_live;
        f->birth = *e;
        return true;
    }
    return allocate(w, f, *e, site);
}

static bool apply(struct rewriting *w, const struct event *e, uint32_t site)
{
    struct fate *f = &w->fate[e->slot];
    struct event written = *e;
    written.slot = f->slot;
    switch (e->kind) {
    case EVENT_FREE:
        f->waits = false;
        if (f->slot == DROPPED) {
            return true;
        }
        slots_give(&w->taken, f->slot);
        f->slot = DROPPED;
        return put(w, written, site);
    case EVENT_REALLOC:
        f->birth.size = e->size;
        return f->slot == DROPPED || put(w, written, site);
    default:
        return born(w, e, site);
    }
}

/* The blocks that the window finds live, in the order of their slots. */
static bool start_window(struct rewriting *w)
{
    w->gap_ns = 0;
    for (uint64_t slot = 0; slot < w->slots; slot++) {
        struct fate *f = &w->fate[slot];
        if (f->waits && !allocate(w, f, f->birth, 0)) {
            return false;
        }
    }
    return true;
}

static bool rewrite_run(struct rewriting *w, const struct trace_run *run)
{
    for (size_t i = 0; i < run->count && w->index < w->how->to; i++, w->index++) {
        w->gap_ns += run->times[i];
        if (w->index == w->how->from && !start_window(w)) {
            return false;
        }
        if (w->index == w->drain) {
            trace_mark_drain(w->out);
        }
        if (!apply(w, &run->events[i], run->sites[i])) {
            return false;
        }
    }
    return true;
}

static bool rewrite_all(struct rewriting *w, struct trace_reader *in)
{
    struct trace_run run = {
        .events = malloc(EVENT_CHUNK * sizeof *run.events),
        .times = malloc(EVENT_CHUNK * sizeof *run.times),
        .sites = malloc(EVENT_CHUNK * sizeof *run.sites),
        .count = EVENT_CHUNK,
    };
    bool ok = (run.events && run.times && run.sites) ||
              problem_set(w->problem, "no memory for a chunk of events");
    while (ok && run.count > 0 && w->index < w->how->to) {
        run.count = EVENT_CHUNK;
        ok = trace_read(in, &run, w->problem) && rewrite_run(w, &run);
    }
    free(run.events);
    free(run.times);
    free(run.sites);
    return ok;
}

bool trace_rewrite(struct trace_reader *in, struct trace_writer *out, const struct rewrite *how,
                   struct problem *problem)
{
    const struct trace_totals *totals = trace_totals(in);
    struct rewriting w = {
        .how = how,
        .out = out,
        .problem = problem,
        .fate = calloc(totals->slots + 1, sizeof *w.fate),
        .slots = totals->slots,
        .drain = totals->drain < totals->events ? totals->drain : UINT64_MAX,
    };
    slots_open(&w.taken);
    bool ok = w.fate ? rewrite_all(&w, in)
                     : problem_set(problem, "no memory for the live blocks of the trace");
    slots_close(&w.taken);
    free(w.fate);
    return ok;
}
