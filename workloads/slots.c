#include "workloads/slots.h"

#include <stdlib.h>
#include <string.h>

void slots_open(struct slots *s)
{
    memset(s, 0, sizeof *s);
}

void slots_close(struct slots *s)
{
    for (size_t l = 0; l < s->levels; l++) {
        free(s->level[l]);
    }
    memset(s, 0, sizeof *s);
}

/* Replaces a level by one of more words; the new ones are all free. */
static bool grow_level(struct slots *s, size_t l, size_t old_words, size_t words)
{
    uint64_t *bits = realloc(s->level[l], words * sizeof *bits);
    if (!bits) {
        return false;
    }
    memset(bits + old_words, 0xff, (words - old_words) * sizeof *bits);
    s->level[l] = bits;
    return true;
}

/* A summary's bit says whether the word below it has any; words that are not there have none. */
static void summarise(struct slots *s, size_t l, size_t words_below)
{
    memset(s->level[l], 0, (words_below + 63) / 64 * sizeof *s->level[l]);
    for (size_t w = 0; w < words_below; w++) {
        if (s->level[l - 1][w]) {
            s->level[l][w / 64] |= UINT64_C(1) << (w % 64);
        }
    }
}

bool slots_grow(struct slots *s, uint32_t slot)
{
    if (slot == UINT32_MAX) {
        return false;
    }
    size_t old = s->capacity / 64, words = old ? old : 16;
    while (words <= slot / 64) {
        words *= 2;
    }
    if (words > UINT32_MAX / 64) {
        words = UINT32_MAX / 64 + 1;
    }
    size_t w = words, levels = 0;
    for (size_t l = 0; l == 0 || w > 1; l++) {
        size_t below = w;
        w = l ? (w + 63) / 64 : w;
        if (!grow_level(s, l, l ? w : old, w)) {
            return false;
        }
        if (l) {
            summarise(s, l, below);
        }
        levels = l + 1;
        s->levels = levels > s->levels ? levels : s->levels;
    }
    s->capacity = words == UINT32_MAX / 64 + 1 ? UINT32_MAX : (uint32_t)(words * 64);
    return true;
}

static uint32_t find_lowest(const struct slots *s)
{
    if (!s->level[s->levels - 1][0]) {
        return s->capacity;
    }
    size_t at = 0;
    for (size_t l = s->levels; l-- > 0;) {
        at = at * 64 + (size_t)__builtin_ctzll(s->level[l][at]);
    }
    return (uint32_t)at;
}

void slots_summary_is_full(struct slots *s, uint32_t slot)
{
    size_t at = slot / 4096;
    for (size_t l = 2; l < s->levels; l++, at /= 64) {
        s->level[l][at / 64] &= ~(UINT64_C(1) << (at % 64));
        if (s->level[l][at / 64]) {
            break;
        }
    }
    if (slot == s->lowest) {
        s->lowest = find_lowest(s);
    }
}

void slots_summary_has_room(struct slots *s, uint32_t slot)
{
    size_t at = slot / 4096;
    for (size_t l = 2; l < s->levels; l++, at /= 64) {
        uint64_t before = s->level[l][at / 64];
        s->level[l][at / 64] = before | UINT64_C(1) << (at % 64);
        if (before) {
            break;
        }
    }
}
