#include "loops.h"

#include <stdlib.h>

#include "timed.h"

double loop_inlined_ns(struct pass *p, struct replay *r)
{
    /* a cursor that moves down a page, a mark for each block that is set again when it is freed,
     * and the same page again when it is used up */
    enum { PAGE = 2 << 20, LIVE = 1, FREED = 2 };
    const enum clock_source source = clock_get()->source;
    const uint64_t most = p->packed.facts.drain;
    unsigned char *marks = (unsigned char *)p->map.region.base;
    char *low = p->map.region.base + PAGE / 16;
    size_t room = PAGE;
    uint64_t ticks = 0, done = 0;
    region_map_prefault(&p->map, PAGE / 16 + PAGE);
    packed_rewind(&p->packed);
    for (const struct packed_chunk *c; done < most && (c = pass_next(p));) {
        size_t n = c->n < most - done ? c->n : (size_t)(most - done);
        uint64_t start = clock_read_fenced(source);
        for (const struct packed_event *e = c->event, *end = e + n; e < end; e++) {
            void **slot = &r->slot[packed_slot(*e)];
            if (packed_sign(*e) < 0) {
                size_t last = ((packed_size(*e) - 1) | (FITLAB_ALIGN - 1)) & (PAGE - 1);
                room = (last >= room ? PAGE : room) - last - 1;
                marks[room / FITLAB_ALIGN] = LIVE;
                *slot = low + room;
            } else {
                marks[(size_t)((char *)*slot - low) / FITLAB_ALIGN] = FREED;
            }
        }
        ticks += clock_read_fenced(source) - start;
        done += n;
    }
    return timed_ns_per_op(p, (double)ticks);
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
