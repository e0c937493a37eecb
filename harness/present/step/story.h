/* story.h - what a step did, in words: which holes were looked at, which was taken and why, what
 * was split, joined, grown and given back.
 *
 * All of it follows from the two pictures of the step, the counters and the loads that were
 * reported, so it is there for any policy that keeps the contract. Why a hole was taken is said by
 * facts that hold for it ("the smallest hole that holds 24 + 8"): the one that the policy's own
 * summary names, or all of them if it names none.
 */
#ifndef FITLAB_STORY_H
#define FITLAB_STORY_H

#include "present/step/stepper.h"

enum { STORY_TEXT = 480, STORY_LINES = 12 };

struct story_line {
    const char *topic; /* "looked at", "took", "because", "split", "joined", ... */
    char text[STORY_TEXT];
};

/* A hole that the policy looked at before it took one. */
struct story_look {
    const struct picture_span *hole; /* of the picture before */
    bool fits;
};

struct story {
    const struct step *step;
    char operation[OPERATION_TEXT]; /* "p = alloc(10)"; step 0: "the empty heap" */
    char result[64];                /* "returned 224", "refused", ... */
    struct story_line line[STORY_LINES];
    size_t lines;
    struct story_look *look; /* in the order in which they were looked at */
    size_t looks, look_room;
    bool looks_known;                   /* false: the policy's loads are not reported */
    const char *rule;                   /* the policy's summary, or NULL */
    const struct picture_span *taken;   /* of the picture before: where the block came from */
    const struct picture_span *changed; /* of the picture after: the block, or what it became */
};

/* Replaces what the story holds. base is added to each address that is told. False and a problem:
 * no memory. */
bool story_tell(struct story *, const struct stepper *, const struct step *, uint64_t base,
                struct problem *);

void story_release(struct story *);

#endif
