#include "present/step/group.h"

#include <stdlib.h>

static bool open_member(struct step_group *g, const char *policy,
                        const struct step_group_setup *setup, struct problem *problem)
{
    struct step_member *m = &g->member[g->n];
    const struct stepper_setup own = {
        .region = setup->region, .goes_back = setup->goes_back, .number = (unsigned)g->n};
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

bool step_group_parting(struct step_group *g, uint64_t *step, struct problem *problem)
{
    uint64_t widest = 0;
    *step = 0;
    for (uint64_t i = 0; i <= g->timeline->events; i++) {
        uint64_t least = UINT64_MAX, most = 0;
        for (size_t k = 0; k < g->n; k++) {
            struct stepper *s = &g->member[k].stepper;
            if (!stepper_go(s, i, problem)) {
                return false;
            }
            uint64_t bytes = region_footprint(&s->map.region);
            least = bytes < least ? bytes : least;
            most = bytes > most ? bytes : most;
        }
        if (most - least > widest) {
            widest = most - least;
            *step = i;
        }
    }
    return true;
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
