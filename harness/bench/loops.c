#include "bench/loops.h"

#include <stdlib.h>

#include "cell/timed.h"

bool simple_events_open(struct simple_events *s, struct pass *p)
{
    const uint64_t most = p->packed.facts.drain;
    *s = (struct simple_events){.event = malloc((size_t)(most + 1) * sizeof *s->event)};
    uint64_t done = 0;
    packed_rewind(&p->packed);
    for (const struct packed_chunk *c; s->event && done < most && (c = pass_next(p));) {
        for (size_t i = 0; i < c->n && done < most; i++, done++) {
            if (packed_kind(c->event[i]) == PACKED_SIDE) {
                simple_events_close(s);
                return false;
            }
            if (packed_kind(c->event[i]) != PACKED_REALLOC) {
                s->event[s->n++] = c->event[i];
            }
        }
    }
    return s->event != NULL;
}

void simple_events_close(struct simple_events *s)
{
    free(s->event);
    *s = (struct simple_events){0};
}

static double ns_each(const struct simple_events *s, double ticks)
{
    return s->n ? clock_ns(clock_get(), ticks) / (double)s->n : 0;
}

double loop_replayed_ns(const struct simple_events *s, struct pass *p, struct replay *r)
{
    if (!pass_new_heap(p)) {
        return 0;
    }
    struct packed_chunk part = {0};
    replay_begin(r, p->heap);
    for (size_t done = 0; done < s->n; done += part.n) {
        size_t left = s->n - done;
        part = (struct packed_chunk){.event = s->event + done,
                                     .n = left < EVENT_CHUNK ? left : EVENT_CHUNK};
        replay_chunk(r, &part, REPLAY_PLAIN, TOUCH_NONE);
    }
    return ns_each(s, (double)r->ticks);
}

/* bump without a heap: a cursor that moves down a page, and then down the next; a mark for each
 * block, at its page's start, that is set again when the block is freed. */
struct cursor {
    char *base, *page;
    const char *limit;
    size_t room;
};

static inline __attribute__((always_inline)) void play_inlined(struct cursor *c, char *slots,
                                                               struct packed_event e)
{
    enum { PAGE = 2 << 20, MAP = PAGE / FITLAB_ALIGN, LIVE = 1, FREED = 2 };
    char **slot = (char **)(slots + e.offset);
    if (packed_sign(e) < 0) {
        size_t bytes = (packed_size(e) + FITLAB_ALIGN - 1) & -FITLAB_ALIGN & (PAGE / 2 - 1);
        if (bytes + MAP > c->room) {
            c->room = PAGE;
            c->page = c->page < c->limit - PAGE ? c->page + PAGE : c->base;
        }
        c->room -= bytes;
        c->page[c->room / FITLAB_ALIGN] = LIVE;
        *slot = c->page + c->room;
    } else {
        size_t at = (size_t)(*slot - c->base), in = at & (PAGE - 1);
        c->base[at - in + in / FITLAB_ALIGN] = FREED;
    }
}

double loop_inlined_ns(const struct simple_events *s, struct pass *p, struct replay *r)
{
    const enum clock_source source = clock_get()->source;
    if (!pass_new_heap(p)) {
        return 0;
    }
    struct cursor c = {.base = p->map.region.base, .limit = p->map.region.limit};
    c.page = c.base;
    char *slots = (char *)r->slot;
    const struct packed_event *e = s->event, *end = e + s->n;
    uint64_t start = clock_read_fenced(source);
    for (; end - e >= REPLAY_BLOCK; e += REPLAY_BLOCK) {
#pragma GCC unroll 16
        for (int k = 0; k < REPLAY_BLOCK; k++) {
            play_inlined(&c, slots, e[k]);
        }
    }
    for (; e < end; e++) {
        play_inlined(&c, slots, *e);
    }
    return ns_each(s, (double)(clock_read_fenced(source) - start));
}

static struct driver_op driver_op_of(const struct event *e)
{
    struct driver_op op = {DRIVER_ALLOC, (int)e->slot, (int)e->size};
    op.type = e->kind == EVENT_FREE      ? DRIVER_FREE
              : e->kind == EVENT_REALLOC ? DRIVER_REALLOC
                                         : DRIVER_ALLOC;
    return op;
}

bool driver_open(struct driver *d, struct pass *p)
{
    const uint64_t most = p->packed.facts.drain;
    *d = (struct driver){.op = malloc((size_t)(most + 1) * sizeof *d->op),
                         .block = calloc(p->packed.facts.slots + (size_t)1, sizeof *d->block)};
    if (!d->op || !d->block) {
        driver_close(d);
        return false;
    }
    packed_rewind(&p->packed);
    for (const struct packed_chunk *c; d->ops < most && (c = pass_next(p));) {
        for (size_t i = 0; i < c->n && d->ops < most; i++) {
            struct event e = packed_event(c, i);
            d->op[d->ops++] = driver_op_of(&e);
        }
    }
    return true;
}

extern const struct policy bump;

double driver_ns(const struct driver *d, struct pass *p)
{
    const enum clock_source source = clock_get()->source;
    if (!pass_new_heap(p)) {
        return 0;
    }
    struct heap *heap = p->heap;
    uint64_t start = clock_read_fenced(source);
    for (size_t i = 0; i < d->ops; i++) {
        const struct driver_op *op = &d->op[i];
        char *block;
        switch (op->type) {
        case DRIVER_ALLOC:
            block = bump.alloc(heap, (size_t)op->size);
            if (!block) {
                return 0;
            }
            d->block[op->index] = block;
            break;
        case DRIVER_REALLOC:
            block = bump.realloc(heap, d->block[op->index], (size_t)op->size);
            if (!block) {
                return 0;
            }
            d->block[op->index] = block;
            break;
        case DRIVER_FREE:
            bump.free(heap, d->block[op->index]);
            break;
        }
    }
    return timed_ns_per_op(p, (double)(clock_read_fenced(source) - start));
}

void driver_close(struct driver *d)
{
    free(d->op);
    free(d->block);
    *d = (struct driver){0};
}
