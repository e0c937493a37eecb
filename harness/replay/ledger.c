#include "replay/ledger.h"

#include <string.h>

#include "region/zeroes.h"
#include "replay/packed.h"

bool ledger_open(struct ledger *l, size_t slots)
{
    *l = (struct ledger){.slots = slots};
    l->block = zeroes_map(slots * sizeof *l->block, ZEROES_DENSE);
    return l->block != NULL;
}

void ledger_bring(const struct ledger *l)
{
    zeroes_bring(l->block, l->slots * sizeof *l->block);
}

void ledger_reset(struct ledger *l)
{
    struct ledger_block *block = l->block;
    memset(block, 0, l->slots * sizeof *block);
    *l = (struct ledger){.block = block, .slots = l->slots};
}

static void *request(struct heap *heap, const struct event *e, void *old)
{
    if (!event_fits(e)) {
        return NULL;
    }
    switch (e->kind) {
    case EVENT_REALLOC:
        return heap_realloc(heap, old, (size_t)e->size);
    case EVENT_ALIGNED:
        return heap_memalign(heap, (size_t)1 << e->align_log2, (size_t)e->size);
    default:
        return heap_alloc(heap, (size_t)e->size);
    }
}

static uint64_t aligned(uint64_t size)
{
    return (size + FITLAB_ALIGN - 1) & ~(uint64_t)(FITLAB_ALIGN - 1);
}

static void leave(struct ledger *l, struct ledger_block *b)
{
    l->live_bytes -= b->size;
    l->aligned_bytes -= aligned(b->size);
    l->live_blocks--;
    l->granted_bytes -= b->granted;
    b->p = NULL;
}

static void enter(struct ledger *l, struct heap *heap, struct ledger_block *b, char *p,
                  uint64_t size)
{
    *b = (struct ledger_block){
        .p = p, .size = size, .granted = heap_granted(heap, p, size), .born = l->events};
    l->live_bytes += size;
    l->aligned_bytes += aligned(size);
    l->live_blocks++;
    l->granted_bytes += b->granted;
    l->allocated_bytes += size;
}

enum ledger_outcome ledger_play(struct ledger *l, struct heap *heap, const struct event *e)
{
    struct ledger_block *b = &l->block[e->slot];
    heap_set_thread(heap, e->thread);
    l->events++;
    if (!b->p && (e->kind == EVENT_FREE || e->kind == EVENT_REALLOC)) {
        l->skipped++;
        return LEDGER_SKIPPED;
    }
    if (e->kind == EVENT_FREE) {
        char *p = b->p;
        leave(l, b);
        heap_free(heap, p);
        return LEDGER_SERVED;
    }
    char *p = request(heap, e, b->p);
    if (!p) {
        l->refused++;
        l->refused_bytes += e->size;
        return LEDGER_REFUSED;
    }
    if (e->kind == EVENT_REALLOC) {
        leave(l, b);
    }
    enter(l, heap, b, p, e->size);
    return LEDGER_SERVED;
}

void ledger_write_payload(const struct ledger_block *old, const struct ledger_block *now)
{
    enum { PAYLOAD = 0x5a };
    size_t kept = !old->p ? 0 : old->size < now->size ? old->size : now->size;
    memset(now->p + kept, PAYLOAD, now->size - kept);
}

void ledger_close(struct ledger *l)
{
    zeroes_unmap(l->block, l->slots * sizeof *l->block, ZEROES_DENSE);
    *l = (struct ledger){0};
}
