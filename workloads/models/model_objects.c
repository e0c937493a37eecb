#include "workloads/models/model_objects.h"

#include <stdlib.h>

#include "workloads/array.h"
#include "workloads/event.h"
#include "workloads/trace/trace_reader.h"

enum { NOT_LIVE = 0 };

struct reading {
    struct objects *objects;
    size_t *live; /* a slot's object + 1 */
    struct problem *problem;
};

static void end_object(struct reading *r, uint32_t slot)
{
    if (r->live[slot] != NOT_LIVE) {
        size_t i = r->live[slot] - 1;
        r->objects->object[i].life = r->objects->count - i;
        r->live[slot] = NOT_LIVE;
    }
}

static bool apply(struct reading *r, const struct event *e)
{
    struct objects *o = r->objects;
    end_object(r, e->slot);
    if (e->kind == EVENT_FREE) {
        return true;
    }
    struct object *grown = array_reserve(o->object, &o->room, o->count + 1, sizeof *grown);
    if (!grown) {
        return problem_set(r->problem, "no memory for %zu objects", o->count + 1);
    }
    o->object = grown;
    o->object[o->count++] = (struct object){.size = e->size, .life = OBJECT_STAYS};
    r->live[e->slot] = o->count;
    return true;
}

static bool read_all(struct reading *r, struct trace_reader *in, struct event *events)
{
    uint64_t done = 0, drain = trace_totals(in)->drain;
    struct trace_run run = {.events = events, .count = EVENT_CHUNK};
    while (trace_read(in, &run, r->problem)) {
        for (size_t i = 0; i < run.count && done + i < drain; i++) {
            if (!apply(r, &events[i])) {
                return false;
            }
        }
        if (run.count == 0) {
            return true;
        }
        done += run.count;
        run.count = EVENT_CHUNK;
    }
    return false;
}

bool objects_read(struct objects *o, const char *path, struct problem *problem)
{
    *o = (struct objects){0};
    struct trace_reader *in = trace_open(path, TORN_REFUSE, problem);
    if (!in) {
        return false;
    }
    struct reading r = {
        .objects = o,
        .live = calloc(trace_totals(in)->slots + 1, sizeof *r.live),
        .problem = problem,
    };
    struct event *events = malloc(EVENT_CHUNK * sizeof *events);
    bool ok = r.live && events ? read_all(&r, in, events)
                               : problem_set(problem, "%s: no memory to read it", path);
    free(r.live);
    free(events);
    trace_close(in);
    return ok;
}

void objects_free(struct objects *o)
{
    free(o->object);
}
