#include "theory/prove/state_set.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST_ROOM = 1 << 12, ENTRY = sizeof(struct state) + sizeof(struct state_hash) };

bool state_set_open(struct state_set *s)
{
    *s = (struct state_set){.room = FIRST_ROOM, .buckets = 2 * FIRST_ROOM};
    s->state = malloc(s->room * sizeof *s->state);
    s->hash = malloc(s->room * sizeof *s->hash);
    s->bucket = calloc(s->buckets, sizeof *s->bucket);
    return s->state && s->hash && s->bucket;
}

void state_set_release(struct state_set *s)
{
    free(s->state);
    free(s->hash);
    free(s->bucket);
    *s = (struct state_set){0};
}

/* The bucket that holds the hash, or the free one where it belongs. */
static uint32_t *find(const struct state_set *s, struct state_hash h)
{
    uint32_t at = (uint32_t)h.low & (s->buckets - 1);
    while (s->bucket[at]) {
        const struct state_hash *known = &s->hash[s->bucket[at] - 1];
        if (known->low == h.low && known->high == h.high) {
            break;
        }
        at = (at + 1) & (s->buckets - 1);
    }
    return &s->bucket[at];
}

static bool grow(struct state_set *s)
{
    if (s->room >= UINT32_MAX / 4) {
        return false;
    }
    uint32_t room = 2 * s->room;
    struct state *state = realloc(s->state, room * sizeof *state);
    s->state = state ? state : s->state;
    struct state_hash *hash = realloc(s->hash, room * sizeof *hash);
    s->hash = hash ? hash : s->hash;
    uint32_t *bucket = calloc(2 * (size_t)room, sizeof *bucket);
    if (!state || !hash || !bucket) {
        free(bucket);
        return false;
    }
    free(s->bucket);
    s->bucket = bucket;
    s->room = room;
    s->buckets = 2 * room;
    for (uint32_t i = 0; i < s->count; i++) {
        *find(s, s->hash[i]) = i + 1;
    }
    return true;
}

bool state_set_add(struct state_set *s, struct state_hash h, struct state state, bool *added)
{
    uint32_t *bucket = find(s, h);
    *added = *bucket == 0;
    if (!*added) {
        return true;
    }
    if (s->count == s->room) {
        if (!grow(s)) {
            return false;
        }
        bucket = find(s, h);
    }
    s->state[s->count] = state;
    s->hash[s->count] = h;
    *bucket = ++s->count;
    return true;
}

static size_t bytes_for(size_t room)
{
    return room * (ENTRY + 2 * sizeof(uint32_t));
}

size_t state_set_bytes(const struct state_set *s)
{
    return bytes_for(s->room);
}

size_t state_set_bytes_with(const struct state_set *s, uint32_t more)
{
    /* while it grows, the old buckets are there as well */
    return s->count + (size_t)more <= s->room
               ? bytes_for(s->room)
               : bytes_for(2 * (size_t)s->room) + s->buckets * sizeof(uint32_t);
}
