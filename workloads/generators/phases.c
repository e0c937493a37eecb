/* phases.c - a program in phases: each has sizes of its own, and its data dies with it.
 *
 * Wilson et al. 1995: blocks allocated together are alike and die together. In a phase the
 * live blocks rise to `live`; at its end all die but a part, which dies with the next phase.
 * A phase's mean size is drawn log-uniformly from min..max; its sizes are lognormal about it.
 */
#include <math.h>

#include "workloads/generators/generator.h"
#include "workloads/generators/live_set.h"
#include "workloads/generators/size_law.h"

enum { PHASES, LIVE, SURVIVE, MIN, MAX, CV, UNIT, HEADER, GENERATOR };

static const struct param params[] = {
    {.name = "phases", .help = "how many phases", .init = 10, .min = 1, .max = 1 << 20},
    {.name = "live",
     .help = "how many blocks a phase builds up",
     .unit = "blocks",
     .init = 5000,
     .min = 1,
     .max = 1 << 29},
    {.name = "survive",
     .help = "part of a phase's blocks that outlives it by one phase",
     .unit = "pct",
     .init = 10,
     .min = 0,
     .max = 100},
    {.name = "min",
     .help = "smallest mean size of a phase",
     .unit = "units",
     .init = 16,
     .min = 1,
     .max = 1 << 30},
    {.name = "max",
     .help = "largest mean size of a phase",
     .unit = "units",
     .init = 2048,
     .min = 1,
     .max = 1 << 30},
    {.name = "cv",
     .help = "standard deviation over mean of the sizes in a phase",
     .unit = "pct",
     .init = 50,
     .min = 1,
     .max = 10000},
    SIZE_UNIT_PARAMS,
    GENERATOR_PARAMS(200000),
    PARAM_END,
};

struct phases {
    struct generator core;
    struct size_law law;
    struct live_set blocks, survivors, chosen; /* of this phase, of the last, for the next */
    long lowest, highest;                      /* means */
    double live, survive;
    uint64_t phase_events, phase_start;
    bool ending, replacing;
};

static void start_phase(struct phases *p)
{
    double low = log((double)p->lowest), high = log((double)p->highest);
    p->law.mean = exp(low + (high - low) * gsl_rng_uniform(p->core.rng));
    p->phase_start = p->core.made;
    p->ending = false;
    struct live_set empty = p->survivors;
    p->survivors = p->chosen;
    p->chosen = empty;
}

/* Writes the next death of a phase that ends; false: there is none, it has ended. */
static bool end_phase(struct phases *p, struct event *e)
{
    if (p->survivors.count > 0) {
        generator_free(&p->core, e, live_set_take(&p->survivors));
        return true;
    }
    while (p->blocks.count > 0) {
        uint32_t slot = live_set_take(&p->blocks);
        if (gsl_rng_uniform(p->core.rng) >= p->survive) {
            generator_free(&p->core, e, slot);
            return true;
        }
        live_set_add(&p->chosen, slot);
    }
    return false;
}

static void phases_make(struct generator *g, struct event *e)
{
    struct phases *p = (struct phases *)g;
    /* A phase's own deaths count as its events, so it starts to end in time for them. */
    uint64_t done = g->made - p->phase_start;
    uint64_t building = p->phase_events - p->phase_events / 4;
    p->ending = p->ending || done >= building;
    if (p->ending && !p->replacing) {
        if (end_phase(p, e)) {
            return;
        }
        start_phase(p);
        done = 0;
    }
    size_t want = 1 + (size_t)((p->live - 1) * (double)done / (double)building);
    if (p->replacing || p->blocks.count < want) {
        p->replacing = false;
        live_set_add(&p->blocks, generator_malloc(g, e, size_law_draw(&p->law, g->rng)));
    } else {
        p->replacing = true;
        generator_free(g, e, live_set_take(&p->blocks));
    }
}

static void phases_release(struct generator *g)
{
    struct phases *p = (struct phases *)g;
    live_set_close(&p->blocks);
    live_set_close(&p->survivors);
    live_set_close(&p->chosen);
}

static struct workload *phases_open(const struct workload_args *args, struct problem *problem)
{
    const long *v = args->number;
    static const long random_order[LIFETIME_ROWS] = {LIFETIME_RANDOM, 100};
    struct size_law law = {.shape = SIZES_LOGNORMAL,
                           .cv = (double)v[CV] / 100,
                           .min = 1 + v[HEADER] / v[UNIT],
                           .max = 1L << 30,
                           .unit = v[UNIT],
                           .header = v[HEADER]};
    if (v[MIN] > v[MAX]) {
        problem_set(problem, "workload phases: min=%ld is above max=%ld", v[MIN], v[MAX]);
        return NULL;
    }
    uint32_t most = 2 * (uint32_t)v[LIVE];
    struct phases *p = (struct phases *)generator_open(sizeof *p, v + GENERATOR, most, problem);
    if (!p) {
        return NULL;
    }
    p->core.make = phases_make;
    p->core.release = phases_release;
    p->law = law;
    p->lowest = v[MIN];
    p->highest = v[MAX];
    p->live = (double)v[LIVE];
    p->survive = (double)v[SURVIVE] / 100;
    p->phase_events = p->core.budget / (uint64_t)v[PHASES];
    p->phase_events = p->phase_events < 4 ? 4 : p->phase_events;
    if (!live_set_open(&p->blocks, random_order, most, p->core.rng) ||
        !live_set_open(&p->survivors, random_order, most, p->core.rng) ||
        !live_set_open(&p->chosen, random_order, most, p->core.rng)) {
        return generator_no_memory(&p->core, problem);
    }
    start_phase(p);
    return &p->core.head;
}

const struct workload_kind phases = {
    .name = "phases",
    .summary = "phases with sizes of their own, whose data dies with them",
    .params = params,
    .open = phases_open,
    .next = generator_next,
    .close = generator_close,
};
