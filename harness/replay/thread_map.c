#define _GNU_SOURCE /* MAP_ANONYMOUS */
#include "replay/thread_map.h"

#include <string.h>
#include <sys/mman.h>

bool thread_map_open(struct thread_map *t, const struct heap *heap)
{
    const struct region *r = heap->region;
    size_t granule = heap_align(heap);
    *t = (struct thread_map){.granules = (size_t)(r->limit - r->base) / granule + 1,
                             .granule_bytes = granule,
                             .base = r->base};
    void *map = mmap(NULL, t->granules, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    t->last = map == MAP_FAILED ? NULL : map;
    return t->last;
}

void thread_map_close(struct thread_map *t)
{
    if (t->last) {
        munmap(t->last, t->granules);
    }
    *t = (struct thread_map){0};
}

static size_t granule_of(const struct thread_map *t, const void *at)
{
    return (size_t)((const char *)at - t->base) / t->granule_bytes;
}

void thread_map_event(struct thread_map *t, const struct ledger *l, const struct event *e)
{
    const struct ledger_block *b = &l->block[e->slot];
    if (e->kind == EVENT_FREE) {
        return;
    }
    size_t first = granule_of(t, b->p);
    size_t last = granule_of(t, b->p + (b->granted ? b->granted - 1 : 0));
    int owner = (e->thread < THREADS_APART ? e->thread : THREADS_APART - 1) + 1;
    if (last < t->granules) {
        memset(t->last + first, owner, last - first + 1);
    }
}

unsigned thread_map_owner(const struct thread_map *t, const void *payload)
{
    return t->last[granule_of(t, payload)];
}

void thread_map_add_free(const struct thread_map *t, const char *from, size_t bytes,
                         uint64_t of_owner[THREAD_OWNERS])
{
    const char *end = from + bytes;
    for (const char *next; from < end; from = next) {
        size_t i = granule_of(t, from), to = i + 1;
        while (t->last[to] == t->last[i] && t->base + to * t->granule_bytes < end) {
            to++;
        }
        next = t->base + to * t->granule_bytes;
        next = next < end ? next : end;
        of_owner[t->last[i]] += (uint64_t)(next - from);
    }
}

struct division {
    const struct thread_map *map;
    struct thread_share *share;
    uint64_t of_free[THREAD_OWNERS], looked;
};

static bool divide_span(const struct span *s, void *ctx)
{
    struct division *d = ctx;
    switch (s->kind) {
    case SPAN_USED:
        d->share[thread_map_owner(d->map, s->payload)].used_bytes += s->bytes;
        break;
    case SPAN_META:
        d->share[THREAD_NOBODY].used_bytes += s->bytes;
        break;
    case SPAN_ABSENT:
        break;
    default:
        thread_map_add_free(d->map, s->addr, s->bytes, d->of_free);
        d->looked += s->bytes / d->map->granule_bytes;
    }
    return true;
}

uint64_t thread_map_divide(const struct thread_map *t, const struct heap *heap,
                           struct thread_share share[THREAD_OWNERS])
{
    struct division d = {.map = t, .share = share};
    memset(share, 0, THREAD_OWNERS * sizeof *share);
    heap->policy->walk(heap, divide_span, &d);
    for (size_t i = 0; i < THREAD_OWNERS; i++) {
        share[i].free_bytes = d.of_free[i];
    }
    return d.looked;
}
