#include "workloads/generators/schedule.h"

#include <string.h>

enum { LIVE, SIZES, LIFETIME = SIZES + SIZE_CHOICE_ROWS, GENERATOR = LIFETIME + LIFETIME_ROWS };
enum { MOST_OWN = 4 };

struct schedule {
    struct generator core;
    struct size_law law;
    struct live_set blocks;
    schedule_curve *curve;
    long own[MOST_OWN];
    double live;
    bool replacing; /* a block died to make room for the next */
};

static void birth(struct schedule *s, struct event *e)
{
    live_set_add(&s->blocks, generator_malloc(&s->core, e, size_law_draw(&s->law, s->core.rng)));
}

static void schedule_make(struct generator *g, struct event *e)
{
    struct schedule *s = (struct schedule *)g;
    double part = (double)g->made / (double)g->budget;
    size_t want = (size_t)(s->live * s->curve(part, s->own));
    size_t have = s->blocks.count;
    if (s->replacing || have < want || have == 0) {
        s->replacing = false;
        birth(s, e);
    } else {
        s->replacing = have == want;
        generator_free(g, e, live_set_take(&s->blocks));
    }
}

static void schedule_release(struct generator *g)
{
    live_set_close(&((struct schedule *)g)->blocks);
}

struct workload *schedule_open(schedule_curve *curve, const long *own, size_t own_rows,
                               const long *rows, struct problem *problem)
{
    struct size_law law = size_law_chosen(rows + SIZES);
    if (!size_law_check(&law, problem)) {
        return NULL;
    }
    uint32_t most =
        (uint32_t)rows[LIVE] + 1; /* at least one block is kept where the curve asks for none */
    struct schedule *s =
        (struct schedule *)generator_open(sizeof *s, rows + GENERATOR, most, problem);
    if (!s) {
        return NULL;
    }
    s->core.make = schedule_make;
    s->core.release = schedule_release;
    s->law = law;
    s->curve = curve;
    s->live = (double)rows[LIVE];
    memcpy(s->own, own, own_rows * sizeof *own);
    if (!live_set_open(&s->blocks, rows + LIFETIME, most, s->core.rng)) {
        return generator_no_memory(&s->core, problem);
    }
    return &s->core.head;
}
