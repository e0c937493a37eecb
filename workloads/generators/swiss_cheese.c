/* swiss_cheese.c - fill, free every other block, ask for larger ones: no hole fits.
 *
 * Half of the memory is free, and none of it is of use to a policy that cannot have placed
 * the blocks otherwise. As many bytes are asked for as were freed; then all is freed, and the
 * next round starts.
 */
#include "workloads/generators/generator.h"

enum { LIVE, SIZE, LARGER, GENERATOR };

static const struct param params[] = {
    {.name = "live",
     .help = "how many blocks the fill makes",
     .unit = "blocks",
     .init = 10000,
     .min = 2,
     .max = 1 << 30},
    {.name = "size", .help = "their size", .unit = "bytes", .init = 64, .min = 1, .max = 1 << 30},
    {.name = "larger",
     .help = "size of the blocks asked for then, of the first ones' size",
     .unit = "pct",
     .init = 200,
     .min = 100,
     .max = 10000},
    GENERATOR_PARAMS(200000),
    PARAM_END,
};

enum stage { FILL, PIERCE, LARGE, CLEAR, STAGES };

struct swiss_cheese {
    struct generator core;
    uint64_t size, larger;
    uint32_t stage_events[STAGES]; /* CLEAR: how many slots to look at */
    enum stage stage;
    uint32_t done; /* events of this stage */
};

static void next_stage(struct swiss_cheese *s)
{
    s->done = 0;
    s->stage = (s->stage + 1) % STAGES;
}

static void swiss_cheese_make(struct generator *g, struct event *e)
{
    struct swiss_cheese *s = (struct swiss_cheese *)g;
    while (s->done == s->stage_events[s->stage] || (s->stage == CLEAR && g->slots.used == 0)) {
        next_stage(s);
    }
    switch (s->stage) {
    case FILL:
    case LARGE:
        generator_malloc(g, e, s->stage == FILL ? s->size : s->larger);
        break;
    case PIERCE:
        generator_free(g, e, 2 * s->done);
        break;
    default:
        while (!slots_in_use(&g->slots, s->done)) {
            s->done++;
        }
        generator_free(g, e, s->done);
    }
    s->done++;
}

static struct workload *swiss_cheese_open(const struct workload_args *args, struct problem *problem)
{
    const long *v = args->number;
    uint32_t live = (uint32_t)v[LIVE];
    struct swiss_cheese *s =
        (struct swiss_cheese *)generator_open(sizeof *s, v + GENERATOR, live, problem);
    if (!s) {
        return NULL;
    }
    s->core.make = swiss_cheese_make;
    s->size = (uint64_t)v[SIZE];
    s->larger = s->size * (uint64_t)v[LARGER] / 100;
    uint64_t large = live / 2 * s->size / s->larger;
    s->stage_events[FILL] = live;
    s->stage_events[PIERCE] = live / 2;
    s->stage_events[LARGE] = (uint32_t)(large ? large : 1);
    s->stage_events[CLEAR] = live;
    return &s->core.head;
}

const struct workload_kind swiss_cheese = {
    .name = "swiss-cheese",
    .summary = "fill, free every other block, ask for larger ones",
    .params = params,
    .open = swiss_cheese_open,
    .next = generator_next,
    .close = generator_close,
};
