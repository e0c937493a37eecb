#include "theory/player.h"

#include <stdlib.h>

#include "theory/unit_heap.h"

static struct heap *open_heap(struct player *p, const struct policy_spec *spec)
{
    return spec->policy->open(spec->policy, &p->map.region, spec->values.number);
}

/* Finds out how many bytes the policy adds to a block, on a heap that is discarded afterwards. */
static bool probe(struct player *p, const struct policy_spec *spec)
{
    struct heap *h = open_heap(p, spec);
    if (!h) {
        return false;
    }
    p->header = unit_header(h);
    region_map_renew(&p->map, p->setup.fixed);
    return true;
}

bool player_open(struct player *p, const struct policy_spec *spec, const struct player_setup *setup,
                 struct problem *problem)
{
    *p = (struct player){.setup = *setup};
    slots_open(&p->slots);
    if (!region_map_open(&p->map, setup->limit, setup->fixed, 0, problem)) {
        slots_close(&p->slots);
        return false;
    }
    bool in_region = !(spec->policy->traits & (POLICY_OPAQUE | POLICY_ELSEWHERE));
    bool probed = !in_region || probe(p, spec);
    p->heap = probed ? open_heap(p, spec) : NULL;
    if (!p->heap) {
        player_close(p);
        return problem_set(problem, "%s refuses a region of %zu bytes", spec->label, setup->limit);
    }
    return true;
}

static bool keep_event(struct player *p, struct event e)
{
    if (!p->setup.record) {
        return true;
    }
    if (p->events == p->event_capacity) {
        size_t more = p->event_capacity ? 2 * p->event_capacity : 1024;
        struct event *grown = realloc(p->event, more * sizeof *grown);
        if (!grown) {
            return false;
        }
        p->event = grown;
        p->event_capacity = more;
    }
    p->event[p->events++] = e;
    return true;
}

static bool take_slot(struct player *p, uint32_t slot)
{
    if (slot >= p->capacity) {
        uint32_t more = p->capacity ? 2 * p->capacity : 256;
        struct player_block *grown = realloc(p->block, more * sizeof *grown);
        if (!grown) {
            return false;
        }
        p->block = grown;
        p->capacity = more;
    }
    return slots_take(&p->slots, slot);
}

static ptrdiff_t unit_of(const struct player *p, const char *at)
{
    ptrdiff_t bytes = at - (ptrdiff_t)p->header - p->first, granule = (ptrdiff_t)p->setup.granule;
    return bytes >= 0 ? bytes / granule : -((granule - 1 - bytes) / granule);
}

long player_alloc(struct player *p, size_t n)
{
    size_t bytes = n * p->setup.granule - p->header;
    uint32_t slot = slots_lowest(&p->slots);
    uint64_t before = heap_counters(p->heap).probes;
    char *at = heap_alloc(p->heap, bytes);
    p->last_probes = heap_counters(p->heap).probes - before;
    if (!at) {
        return PLAYER_NONE;
    }
    if (!take_slot(p, slot) ||
        !keep_event(p, (struct event){.size = bytes, .slot = slot, .kind = EVENT_MALLOC})) {
        heap_free(p->heap, at);
        return PLAYER_NONE;
    }
    if (!p->first) {
        p->first = at - p->header;
    }
    struct player_block *b = &p->block[slot];
    *b = (struct player_block){.p = at, .at = unit_of(p, at), .size = n};
    ptrdiff_t end = b->at + (ptrdiff_t)n;
    p->lowest = b->at < p->lowest ? b->at : p->lowest;
    p->above = end > p->above ? end : p->above;
    p->live += n;
    p->peak_live = p->live > p->peak_live ? p->live : p->peak_live;
    p->ops++;
    return slot;
}

void player_free(struct player *p, long slot)
{
    struct player_block *b = &p->block[slot];
    heap_free(p->heap, b->p);
    p->live -= b->size;
    b->p = NULL;
    slots_give(&p->slots, (uint32_t)slot);
    p->ops++;
    keep_event(p, (struct event){.slot = (uint32_t)slot, .kind = EVENT_FREE});
}

size_t player_high_water(const struct player *p)
{
    return (size_t)(p->above - p->lowest);
}

void player_close(struct player *p)
{
    region_map_close(&p->map);
    slots_close(&p->slots);
    free(p->block);
    free(p->event);
}
