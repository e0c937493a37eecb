/* memory_notes.h - what the memory pass does beside its two replays; internal to this room. */
#ifndef FITLAB_MEMORY_NOTES_H
#define FITLAB_MEMORY_NOTES_H

#include "cell/exact_peaks.h"

/* Replays the first `events` events, or fewer if the pass fails or the workload ends. */
void memory_replay_until(struct pass *, struct ledger *, struct heap *, uint64_t events);

/* What an allocator tells of itself, where the live bytes peak. All return false after pass_fail.
 */
bool memory_note_own(struct pass *, struct ledger *, uint64_t peak_live_event);

/* What the policy at the bottom of a stack of layers takes by itself. */
bool memory_note_bare(struct pass *, struct ledger *);

/* Whether the footprint that the meter has seen can hold what was live. */
bool memory_meter_sound(struct pass *, const struct ledger *, const struct exact_peaks *);

#endif
