/* model.c - a recorded program, remade by a model of it: as many objects, less structure.
 *
 * All objects are in memory while it runs, 24 bytes each.
 */
#include <stdlib.h>

#include "workloads/models/model_laws.h"
#include "workloads/slots.h"
#include "workloads/workload.h"

enum { KIND, TRACE, PHASES, SEED };

static const struct param params[] = {
    {.name = "kind",
     .help = "what the model keeps of the program",
     .init = MODEL_SHUFFLED,
     .max = MODEL_PHASES,
     .choices = model_kind_names},
    {.name = "trace",
     .help = "the recorded program: a trace file, or a name of the corpus",
     .text = true},
    {.name = "phases",
     .help = "kind=phases: stretches that keep their own objects",
     .init = 32,
     .min = 1,
     .max = 1 << 20},
    {.name = "seed", .help = "of the random numbers", .init = 1, .min = 0, .max = 0x7fffffff},
    PARAM_END,
};

#define NOBODY UINT32_MAX

struct model {
    struct workload head;
    struct objects objects;
    struct slots slots;
    uint32_t *slot;   /* of each object that is live */
    uint32_t *dying;  /* at each time, the first object to die then, or NOBODY */
    uint32_t *beside; /* for each object, another that dies when it does */
    size_t now;       /* the object to be born next */
};

static void model_close(struct workload *w)
{
    struct model *m = (struct model *)w;
    objects_free(&m->objects);
    slots_close(&m->slots);
    free(m->slot);
    free(m->dying);
    free(m->beside);
    free(m);
}

/* When an object dies; count or more: never. */
static uint64_t death_of(const struct objects *o, size_t i)
{
    uint64_t life = o->object[i].life;
    return life < o->count - i ? i + life : o->count;
}

/* Goes through the births and deaths without making events, to find the numbers of the head. An
 * object that never dies counts as dying at the end, which is never reached. */
static void foresee(struct model *m)
{
    const struct objects *o = &m->objects;
    uint64_t live = 0, live_bytes = 0, deaths = 0;
    for (size_t t = 0; t <= o->count; t++) {
        m->dying[t] = NOBODY;
    }
    for (size_t i = 0; i < o->count; i++) {
        uint64_t death = death_of(o, i);
        m->beside[i] = m->dying[death];
        m->dying[death] = (uint32_t)i;
        deaths += death < o->count;
    }
    for (size_t t = 0; t < o->count; t++) {
        for (uint32_t d = m->dying[t]; d != NOBODY; d = m->beside[d]) {
            live--;
            live_bytes -= o->object[d].size;
        }
        live++;
        live_bytes += o->object[t].size;
        m->head.slots = live > m->head.slots ? (uint32_t)live : m->head.slots;
        m->head.peak_live_bytes =
            live_bytes > m->head.peak_live_bytes ? live_bytes : m->head.peak_live_bytes;
    }
    m->head.events = m->head.drain = o->count + deaths;
}

static bool get_memory(struct model *m)
{
    size_t n = m->objects.count;
    m->slot = malloc((n + 1) * sizeof *m->slot);
    m->dying = malloc((n + 1) * sizeof *m->dying);
    m->beside = malloc((n + 1) * sizeof *m->beside);
    return m->slot && m->dying && m->beside;
}

static bool make(struct model *m, const struct workload_args *args, struct problem *problem)
{
    if (!objects_read(&m->objects, args->text[TRACE], problem)) {
        return false;
    }
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    gsl_rng_set(rng, (unsigned long)args->number[SEED]);
    bool ok = m->objects.count < NOBODY &&
              model_apply((enum model_kind)args->number[KIND], &m->objects,
                          (size_t)args->number[PHASES], rng) &&
              get_memory(m);
    gsl_rng_free(rng);
    if (!ok) {
        return problem_set(problem, "%s: no memory for a model of %zu objects", args->text[TRACE],
                           m->objects.count);
    }
    foresee(m);
    return true;
}

static struct workload *model_open(const struct workload_args *args, struct problem *problem)
{
    struct model *m = calloc(1, sizeof *m);
    if (!m) {
        problem_set(problem, "no memory for a workload");
        return NULL;
    }
    slots_open(&m->slots);
    if (!make(m, args, problem)) {
        model_close(&m->head);
        return NULL;
    }
    return &m->head;
}

static bool next_event(struct model *m, struct event *e, struct problem *problem)
{
    uint32_t dead = m->dying[m->now];
    if (dead != NOBODY) {
        m->dying[m->now] = m->beside[dead];
        slots_give(&m->slots, m->slot[dead]);
        *e = (struct event){.kind = EVENT_FREE, .slot = m->slot[dead]};
        return true;
    }
    uint32_t slot = slots_lowest(&m->slots);
    if (!slots_take(&m->slots, slot)) {
        return problem_set(problem, "no memory for the live blocks of a model");
    }
    m->slot[m->now] = slot;
    *e = (struct event){
        .kind = EVENT_MALLOC, .slot = slot, .size = m->objects.object[m->now++].size};
    return true;
}

static size_t model_next(struct workload *w, struct event *events, size_t most,
                         struct problem *problem)
{
    struct model *m = (struct model *)w;
    size_t n = 0;
    while (n < most && m->now < m->objects.count && next_event(m, &events[n], problem)) {
        n++;
    }
    return problem->text[0] ? 0 : n;
}

const struct workload_kind model = {
    .name = "model",
    .summary = "a recorded program remade by a model: mean, cdf, markov, shuffled, phases",
    .params = params,
    .open = model_open,
    .next = model_next,
    .close = model_close,
};
