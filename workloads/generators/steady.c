#include "workloads/generators/steady.h"

#include <gsl/gsl_randist.h>

enum { UNIT, HEADER, LIVE, LIFETIME, GENERATOR = LIFETIME + LIFETIME_ROWS };

struct steady {
    struct generator core;
    struct size_law law;
    struct live_set blocks;
    size_t live;
    size_t dying; /* deaths left in this burst */
};

static void steady_make(struct generator *g, struct event *e)
{
    struct steady *s = (struct steady *)g;
    if (s->dying == 0 && s->blocks.count == s->live) {
        s->dying = 1;
        if (s->blocks.rule == LIFETIME_LIFO) {
            s->dying = gsl_ran_geometric(g->rng, 1 / (1 + (double)s->live / 8));
        }
        if (s->dying > s->live) {
            s->dying = s->live;
        }
    }
    if (s->dying > 0) {
        s->dying--;
        generator_free(g, e, live_set_take(&s->blocks));
    } else {
        live_set_add(&s->blocks, generator_malloc(g, e, size_law_draw(&s->law, g->rng)));
    }
}

static void steady_release(struct generator *g)
{
    live_set_close(&((struct steady *)g)->blocks);
}

struct workload *steady_open(struct size_law law, const long *rows, struct problem *problem)
{
    law.unit = rows[UNIT];
    law.header = rows[HEADER];
    if (!size_law_check(&law, problem)) {
        return NULL;
    }
    size_t live = (size_t)rows[LIVE];
    struct steady *s =
        (struct steady *)generator_open(sizeof *s, rows + GENERATOR, (uint32_t)live, problem);
    if (!s) {
        return NULL;
    }
    s->core.make = steady_make;
    s->core.release = steady_release;
    s->law = law;
    s->live = live;
    if (!live_set_open(&s->blocks, rows + LIFETIME, live, s->core.rng)) {
        return generator_no_memory(&s->core, problem);
    }
    return &s->core.head;
}
