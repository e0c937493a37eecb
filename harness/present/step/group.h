/* group.h - several policies that step through one timeline together. */
#ifndef FITLAB_STEP_GROUP_H
#define FITLAB_STEP_GROUP_H

#include "present/step/story.h"
#include "present/step/text.h"

enum { STEP_POLICIES_MOST = 8 };

struct step_member {
    struct policy_spec spec;
    struct stepper stepper;
    struct step step;
    struct story story;
};

struct step_group {
    struct timeline *timeline;
    uint64_t base; /* added to each address that is told */
    struct step_member *member;
    struct step_view view[STEP_POLICIES_MOST]; /* of the step that was shown last */
    size_t n;
};

struct step_group_setup {
    const char *const *policy;
    size_t policies; /* at most STEP_POLICIES_MOST */
    const struct region_spec *region;
    uint64_t base;
    bool goes_back; /* see stepper_setup */
};

/* False and a problem that names the policy; nothing is then left to close. */
bool step_group_open(struct step_group *, struct timeline *, const struct step_group_setup *,
                     struct problem *);

/* Brings all to a step and tells it: the views are then of this step. */
bool step_group_show(struct step_group *, uint64_t number, struct problem *);

/* The first step at which the footprints are furthest apart: the largest less the smallest; 0 if
 * they never are. Takes one replay of all. */
bool step_group_parting(struct step_group *, uint64_t *step, struct problem *);

void step_group_close(struct step_group *);

#endif
