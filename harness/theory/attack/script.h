/* script.h - a workload that can be mutated: which blocks to allocate and which of them to free, in
 * units.
 *
 * Any sequence of steps is a script. Steps that cannot be played (a free of a block that is not
 * live, more than may be live) are left out when it is played, so every mutation gives a script
 * again. */
#ifndef FITLAB_SCRIPT_H
#define FITLAB_SCRIPT_H

#include <gsl/gsl_rng.h>

#include "theory/unit_heap.h"
#include "workloads/event.h"

struct step {
    uint32_t block; /* a name that is used for one allocation only */
    uint32_t units; /* size; 0: free the block */
};

struct script {
    struct step *step;
    size_t count, room;
    uint32_t blocks; /* names are below this */
};

/* A script as long as this is not made longer. What an adversary played may be. */
enum { SCRIPT_STEPS_MOST = 1 << 16 };

/* The rules of the game: no more than `live` units at once, none larger than `largest`; and what is
 * judged. */
struct rules {
    unsigned live, largest;
    enum measure measure;
};

/* How bad a script is for a policy. */
struct script_cost {
    size_t value; /* the high-water mark in units, or what the costliest operation costs */
    size_t waste; /* most units below the break and not live */
};

struct script_heap; /* a policy's heap and a table of blocks, to play scripts on */

struct script_heap *script_heap_open(const struct policy_spec *, const struct rules *,
                                     struct problem *);
void script_heap_close(struct script_heap *);

/* Plays a script on an empty heap. With `played` not NULL, also writes there, as events, what
 * was really played: at most script->count; their number is returned in *events. */
struct script_cost script_heap_play(struct script_heap *, const struct script *,
                                    struct event *played, size_t *events);

/* Names blocks anew, without gaps. False: no memory. */
bool script_rename(struct script *);

void script_release(struct script *);
bool script_copy(struct script *to, const struct script *from);

/* The script of events that were recorded from a heap with this header (unit_heap.h). */
bool script_from_events(struct script *, const struct event *, size_t n, size_t granule,
                        size_t header);

/* A random script of so many steps. */
bool script_random(struct script *, const struct rules *, size_t steps, gsl_rng *);

/* Changes it a little: sizes, deletions, insertions, moves, or another end. False: no memory. */
bool script_mutate(struct script *, const struct rules *, gsl_rng *);

#endif
