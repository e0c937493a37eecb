#include "present/step/group.h"

#include <stdlib.h>

static bool open_member(struct step_group *g, const char *policy,
                        const struct step_group_setup *setup, struct problem *problem)
{
    struct step_member *m = &g->member[g->n];
    const struct stepper_setup own = {.region = setup->region,
                                      .goes_back = setup->goes_back,
                                      .unwatched = setup->unwatched,
                                      .number = (unsigned)g->n};
    if (!policy_spec_parse(policy, &m->spec, problem) ||
        !stepper_open(&m->stepper, &m->spec, g->timeline, &own, problem)) {
        return false;
    }
    g->view[g->n++] = (struct step_view){&m->stepper, &m->step, &m->story};
    return true;
}

bool step_group_open(struct step_group *g, struct timeline *t, const struct step_group_setup *setup,
                     struct problem *problem)
{
    *g = (struct step_group){.timeline = t, .base = setup->base};
    g->member = calloc(setup->policies ? setup->policies : 1, sizeof *g->member);
    bool ok = g->member || problem_set(problem, "out of memory for the policies");
    for (size_t i = 0; ok && i < setup->policies; i++) {
        ok = open_member(g, setup->policy[i], setup, problem);
    }
    if (!ok) {
        step_group_close(g);
    }
    return ok;
}

bool step_group_show(struct step_group *g, uint64_t number, struct problem *problem)
{
    for (size_t i = 0; i < g->n; i++) {
        struct step_member *m = &g->member[i];
        if (!stepper_show(&m->stepper, number, &m->step, problem) ||
            !story_tell(&m->story, &m->stepper, &m->step, g->base, problem)) {
            return false;
        }
    }
    return true;
}

/* Brings all to a step and says how far their footprints are apart; 0 if one has more live blocks
 * than are looked at. */
static bool apart_at(struct step_group *g, uint64_t step, uint64_t blocks_most, uint64_t *bytes,
                     struct problem *problem)
{
    uint64_t least = UINT64_MAX, most = 0, blocks = 0;
    for (size_t i = 0; i < g->n; i++) {
        struct stepper *s = &g->member[i].stepper;
        if (!stepper_go(s, step, problem)) {
            return false;
        }
        uint64_t footprint = region_footprint(&s->map.region);
        least = footprint < least ? footprint : least;
        most = footprint > most ? footprint : most;
        blocks = s->ledger.live_blocks > blocks ? s->ledger.live_blocks : blocks;
    }
    *bytes = blocks <= blocks_most && most > least ? most - least : 0;
    return true;
}

bool step_group_parting(struct timeline *t, const struct step_group_setup *setup,
                        uint64_t blocks_most, struct step_parting *parting, struct problem *problem)
{
    struct step_group_setup quick = *setup;
    struct step_group g;
    quick.goes_back = false;
    quick.unwatched = true;
    *parting = (struct step_parting){0};
    bool ok = step_group_open(&g, t, &quick, problem);
    for (uint64_t i = 0, bytes; ok && i <= t->events; i++) {
        ok = apart_at(&g, i, blocks_most, &bytes, problem);
        if (ok && bytes > parting->bytes) {
            *parting = (struct step_parting){i, bytes};
        }
    }
    step_group_close(&g);
    return ok;
}

void step_group_close(struct step_group *g)
{
    for (size_t i = 0; i < g->n; i++) {
        story_release(&g->member[i].story);
        stepper_close(&g->member[i].stepper);
    }
    free(g->member);
    *g = (struct step_group){0};
}
