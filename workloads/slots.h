/* slots.h - which slots are in use, and the lowest one that is not.
 *
 * A set of dense numbers as a bitmap under 64-ary summaries: finding the lowest free slot
 * costs a few instructions, however full the set is. What recorders, importers, generators
 * and the trace codec share, so that all of them reuse the lowest slot first.
 */
#ifndef FITLAB_SLOTS_H
#define FITLAB_SLOTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SLOTS_LEVELS 6 /* 64^6 > 2^32 */

struct slots {
    uint64_t *level[SLOTS_LEVELS]; /* a set bit: free, or a free one below it */
    size_t levels;                 /* the last one is a single word */
    uint32_t lowest;               /* see slots_lowest; may be one past the bitmap */
    uint32_t capacity;             /* slots that the bitmap covers */
    uint32_t used;                 /* how many are in use now */
    uint32_t bound;                /* every slot that was ever in use is below this */
};

/* An empty set; it grows as needed. */
void slots_open(struct slots *);
void slots_close(struct slots *);

/* The rare parts of take and give: a bitmap that grows, a word of the first summary that fills up
 * or has room again. */
bool slots_grow(struct slots *, uint32_t slot);
void slots_summary_is_full(struct slots *, uint32_t slot);
void slots_summary_has_room(struct slots *, uint32_t slot);

/* The lowest slot not in use; it may be == bound. */
static inline uint32_t slots_lowest(const struct slots *s)
{
    return s->lowest;
}

/* Marks a slot that is not in use. False: no memory for the bitmap, or slot is 2^32 - 1. */
static inline bool slots_take(struct slots *s, uint32_t slot)
{
    if (slot >= s->capacity && !slots_grow(s, slot)) {
        return false;
    }
    uint64_t rest = s->level[0][slot / 64] &= ~(UINT64_C(1) << (slot % 64));
    s->used++;
    s->bound = slot >= s->bound ? slot + 1 : s->bound;
    if (rest) {
        if (slot == s->lowest) {
            s->lowest = slot / 64 * 64 + (uint32_t)__builtin_ctzll(rest);
        }
        return true;
    }
    uint64_t words = s->level[1][slot / 4096] &= ~(UINT64_C(1) << (slot / 64 % 64));
    if (!words) {
        slots_summary_is_full(s, slot);
    } else if (slot == s->lowest) {
        uint32_t word = slot / 4096 * 64 + (uint32_t)__builtin_ctzll(words);
        s->lowest = word * 64 + (uint32_t)__builtin_ctzll(s->level[0][word]);
    }
    return true;
}

/* Unmarks a slot that is in use. */
static inline void slots_give(struct slots *s, uint32_t slot)
{
    uint64_t words = s->level[1][slot / 4096];
    s->level[0][slot / 64] |= UINT64_C(1) << (slot % 64);
    s->level[1][slot / 4096] = words | UINT64_C(1) << (slot / 64 % 64);
    s->used--;
    s->lowest = slot < s->lowest ? slot : s->lowest;
    if (!words) {
        slots_summary_has_room(s, slot);
    }
}

static inline bool slots_in_use(const struct slots *s, uint32_t slot)
{
    return slot < s->bound && !(s->level[0][slot / 64] >> (slot % 64) & 1);
}

#endif
