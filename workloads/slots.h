/* slots.h - which slots are in use, and the lowest one that is not.
 *
 * A set of dense numbers as a bitmap under 64-ary summaries: every operation costs a few
 * instructions a level, however full the set is. What recorders, importers, generators and
 * the trace codec share, so that all of them reuse the lowest slot first.
 */
#ifndef FITLAB_SLOTS_H
#define FITLAB_SLOTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SLOTS_LEVELS 6 /* 64^6 > 2^32 */

struct slots {
    uint64_t *level[SLOTS_LEVELS]; /* a set bit: free, or a free one below it */
    size_t words[SLOTS_LEVELS];
    uint32_t used;  /* how many are in use now */
    uint32_t bound; /* every slot that was ever in use is below this */
};

/* An empty set; it grows as needed. Close it even if it was never used. */
void slots_open(struct slots *);
void slots_close(struct slots *);

/* The lowest slot not in use, which may be == bound. */
uint32_t slots_lowest(const struct slots *);

/* Marks a slot that is not in use. False: no memory for the bitmap (or slot is 2^32 - 1). */
bool slots_take(struct slots *, uint32_t slot);

/* Unmarks a slot that is in use. */
void slots_give(struct slots *, uint32_t slot);

static inline bool slots_in_use(const struct slots *s, uint32_t slot)
{
    return slot < s->bound && !(s->level[0][slot / 64] >> (slot % 64) & 1);
}

#endif
