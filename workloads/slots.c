#include "slots.h"

#include <stdlib.h>
#include <string.h>

void slots_open(struct slots *s)
{
    memset(s, 0, sizeof *s);
}

void slots_close(struct slots *s)
{
    for (size_t l = 0; l < SLOTS_LEVELS; l++) {
        free(s->level[l]);
    }
    memset(s, 0, sizeof *s);
}

/* New words are all ones: every slot that they cover is free. */
static bool grow_level(struct slots *s, size_t l, size_t words)
{
    uint64_t *bits = realloc(s->level[l], words * sizeof *bits);
    if (!bits) {
        return false;
    }
    memset(bits + s->words[l], 0xff, (words - s->words[l]) * sizeof *bits);
    s->level[l] = bits;
    s->words[l] = words;
    return true;
}

static bool grow(struct slots *s, uint32_t slot)
{
    size_t words = s->words[0] ? s->words[0] : 16;
    while (words <= slot / 64) {
        words *= 2;
    }
    for (size_t l = 0; l < SLOTS_LEVELS; l++, words = (words + 63) / 64) {
        if (words > s->words[l] && !grow_level(s, l, words)) {
            return false;
        }
    }
    return true;
}

uint32_t slots_lowest(const struct slots *s)
{
    if (s->used == s->bound) {
        return s->bound;
    }
    size_t at = 0;
    for (size_t l = SLOTS_LEVELS; l-- > 0;) {
        at = at * 64 + (size_t)__builtin_ctzll(s->level[l][at]);
    }
    return (uint32_t)at;
}

bool slots_take(struct slots *s, uint32_t slot)
{
    if (slot == UINT32_MAX || (slot / 64 >= s->words[0] && !grow(s, slot))) {
        return false;
    }
    size_t at = slot;
    for (size_t l = 0; l < SLOTS_LEVELS; l++, at /= 64) {
        s->level[l][at / 64] &= ~(UINT64_C(1) << (at % 64));
        if (s->level[l][at / 64]) {
            break;
        }
    }
    s->used++;
    if (slot >= s->bound) {
        s->bound = slot + 1;
    }
    return true;
}

void slots_give(struct slots *s, uint32_t slot)
{
    size_t at = slot;
    for (size_t l = 0; l < SLOTS_LEVELS; l++, at /= 64) {
        uint64_t before = s->level[l][at / 64];
        s->level[l][at / 64] = before | UINT64_C(1) << (at % 64);
        if (before) {
            break;
        }
    }
    s->used--;
}
