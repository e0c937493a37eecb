/* stepper.h - one policy's heap that moves along a timeline, forward and back.
 *
 * The policy's own code runs in a real region. Back is exact: the bytes of the region were copied
 * at some events on the way, the nearest copy is put back, and the events from there on are
 * played again. (Policies that keep state outside of the region are opened anew instead.) A
 * policy that is built in runs as the copy of it that reports its loads and stores
 * (measure/lines.h).
 */
#ifndef FITLAB_STEPPER_H
#define FITLAB_STEPPER_H

#include "measure/lines.h"
#include "present/step/heap_picture.h"
#include "present/step/timeline.h"
#include "region/region_map.h"
#include "spec/policy_spec.h"

/* What one event did. The pictures belong to the stepper. */
struct step {
    uint64_t number; /* events played, this one included; 0: the empty heap, nothing was done */
    struct event event;
    enum ledger_outcome outcome;
    uint64_t old_payload, payload;        /* offsets of the block before and after, or NOWHERE */
    uint64_t old_asked;                   /* bytes that the block before was asked for */
    const struct picture *before, *after; /* step 0: the same one */
    const struct lines_access *access;    /* what the policy loaded and stored, in order */
    size_t accesses;
    bool watched; /* false: the policy is not compiled to report its accesses */
};

struct stepper_copy;

struct stepper {
    const struct policy_spec *spec;
    const struct policy *policy; /* the watched one, if there is one */
    struct timeline *timeline;
    struct region_map map;
    bool fixed;
    struct heap *heap;
    struct ledger ledger; /* ledger.events is where the stepper stands */
    struct picture picture[2];
    unsigned now;  /* which of them is the latest */
    bool pictured; /* it shows the heap as it is */
    struct lines_log log;
    struct stepper_copy *copy; /* in the order of their events */
    size_t copies, copy_room;
    uint64_t copy_every, copied_bytes;
    bool goes_back;
    uint64_t
        origin; /* the offset of the first payload ever, from which those of policies with headers
                   and tables of their own can be compared; NOWHERE before there is one */
};

struct stepper_setup {
    const struct region_spec *region;
    bool goes_back; /* false: saves the copies; stepper_go then plays from the start to go back */
    bool unwatched; /* runs the policy as it is measured: faster, but what it looks at is unknown */
    unsigned number; /* regions of steppers that are open at once have different numbers */
};

/* Opens the heap at step 0. False and a problem if the policy cannot be opened or keeps its memory
 * elsewhere. */
bool stepper_open(struct stepper *, const struct policy_spec *, struct timeline *,
                  const struct stepper_setup *, struct problem *);

/* Moves to where `step` events have been played, forward or back; at most timeline->events. */
bool stepper_go(struct stepper *, uint64_t step, struct problem *);

/* Plays the next event and tells what it did. At the end of the timeline: false and a problem. */
bool stepper_next(struct stepper *, struct step *, struct problem *);

/* Step 0: the empty heap, as a step. The stepper must stand there. */
bool stepper_first(struct stepper *, struct step *, struct problem *);

/* The same for any step: goes to the one before it and plays it. */
bool stepper_show(struct stepper *, uint64_t number, struct step *, struct problem *);

void stepper_close(struct stepper *);

#endif
