#include "workloads/tally.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

bool tally_open(struct tally *t)
{
    *t = (struct tally){.hash = XXH64_createState()};
    if (t->hash) {
        XXH64_reset(t->hash, 0);
        t->totals.digest = XXH64_digest(t->hash);
    }
    return t->hash;
}

void tally_close(struct tally *t)
{
    free(t->size);
    XXH64_freeState(t->hash);
}

static bool make_room(struct tally *t, uint32_t slot)
{
    size_t capacity = t->capacity ? t->capacity : 1024;
    while (capacity <= slot) {
        capacity *= 2;
    }
    uint64_t *size = realloc(t->size, capacity * sizeof *size);
    if (!size) {
        return false;
    }
    memset(size + t->capacity, 0, (capacity - t->capacity) * sizeof *size);
    t->size = size;
    t->capacity = capacity;
    return true;
}

/* NULL, or what is wrong with the event in the state that the ones before it left. */
static const char *wrong(const struct tally *t, const struct event *e)
{
    bool full = e->slot < t->capacity && t->size[e->slot];
    switch (e->kind) {
    case EVENT_FREE:
        return !full ? "frees a slot that holds no block" : e->size ? "frees a size" : NULL;
    case EVENT_REALLOC:
        return !full                                        ? "resizes a slot that holds no block"
               : e->size > TRACE_MOST_BYTES - t->live_bytes ? "asks for more than 2^62 bytes in all"
                                                            : NULL;
    case EVENT_MALLOC:
    case EVENT_CALLOC:
        break;
    case EVENT_ALIGNED:
        if (e->align_log2 > 63) {
            return "asks for an alignment above 2^63";
        }
        break;
    default:
        return "is of an unknown kind";
    }
    if (e->size > TRACE_MOST_BYTES - t->live_bytes) {
        return "asks for more than 2^62 bytes in all";
    }
    return full                        ? "allocates in a slot that holds a block"
           : e->slot > t->totals.slots ? "allocates in a slot that leaves a gap: slots are dense"
                                       : NULL;
}

static void count(struct tally *t, const struct event *e)
{
    uint64_t *size = &t->size[e->slot];
    t->kinds[e->kind]++;
    if (*size) {
        t->live_bytes -= *size - 1;
        t->live_blocks--;
        *size = 0;
    }
    if (e->kind == EVENT_FREE) {
        return;
    }
    *size = e->size + 1;
    t->live_bytes += e->size;
    t->live_blocks++;
    struct trace_totals *sum = &t->totals;
    sum->requested_bytes += e->size;
    if (t->live_bytes > sum->peak_live_bytes) {
        sum->peak_live_bytes = t->live_bytes;
    }
    if (t->live_blocks > sum->peak_live_blocks) {
        sum->peak_live_blocks = t->live_blocks;
    }
    if (e->slot >= sum->slots) {
        sum->slots = (uint64_t)e->slot + 1;
    }
}

bool tally_add(struct tally *t, const struct event *events, size_t n, struct problem *problem)
{
    for (size_t i = 0; i < n; i++) {
        const struct event *e = &events[i];
        uint64_t index = t->totals.events + i;
        const char *what = wrong(t, e);
        if (what) {
            return problem_set(problem, "event %" PRIu64 " (slot %" PRIu32 ") %s", index, e->slot,
                               what);
        }
        if (e->slot >= t->capacity && !make_room(t, e->slot)) {
            return problem_set(problem, "event %" PRIu64 ": no memory for slot %" PRIu32, index,
                               e->slot);
        }
        count(t, e);
        if (e->kind != EVENT_FREE) {
            t->last_ask = index + 1;
        }
    }
    XXH64_update(t->hash, events, n * sizeof *events);
    t->totals.events += n;
    t->totals.drain = t->totals.events;
    t->totals.digest = XXH64_digest(t->hash);
    return true;
}
