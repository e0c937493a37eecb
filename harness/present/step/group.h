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
    bool goes_back, unwatched; /* see stepper_setup */
};

/* Where the footprints of policies are furthest apart: the largest less the smallest. */
struct step_parting {
    uint64_t step;  /* the first such step; 0: they never are apart */
    uint64_t bytes; /* how far */
};

/* False and a problem that names the policy; nothing is then left to close. */
bool step_group_open(struct step_group *, struct timeline *, const struct step_group_setup *,
                     struct problem *);

/* Brings all to a step and tells it: the views are then of this step. */
bool step_group_show(struct step_group *, uint64_t number, struct problem *);

/* Replays a timeline under all policies, in heaps of its own, to find where they part most among
 * the steps at which at most this many blocks are live in each. False and a problem as above. */
bool step_group_parting(struct timeline *, const struct step_group_setup *, uint64_t blocks_most,
                        struct step_parting *, struct problem *);

void step_group_close(struct step_group *);

#endif
