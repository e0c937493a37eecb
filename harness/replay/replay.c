#include "replay/replay.h"

#include <stdlib.h>
#include <string.h>

#include "replay/touch_block.h"

#define INLINE static inline __attribute__((always_inline))

static char unused;
#define REPLAY_UNUSED ((void *)&unused)

/* A refused realloc leaves its block. */
INLINE void *play_realloc(struct replay *r, void **slot, size_t size)
{
    if (!*slot) {
        r->skipped++;
        return NULL;
    }
    void *p = heap_realloc(r->heap, *slot, size);
    r->refused_reallocs += !p;
    *slot = p ? p : *slot;
    return p;
}

/* Without asking the policy. */
static void *refuse(struct replay *r, void **slot, unsigned kind)
{
    if (kind != EVENT_REALLOC) {
        *slot = NULL;
    } else if (*slot) {
        r->refused_reallocs++;
    } else {
        r->skipped++;
    }
    return NULL;
}

static __attribute__((noinline)) void *play_side(struct replay *r, const struct event *e)
{
    void **slot = &r->slot[e->slot];
    if (!event_fits(e)) {
        return refuse(r, slot, e->kind);
    }
    if (e->kind == EVENT_REALLOC) {
        return play_realloc(r, slot, (size_t)e->size);
    }
    return *slot = e->kind == EVENT_ALIGNED
                       ? heap_memalign(r->heap, (size_t)1 << e->align_log2, (size_t)e->size)
                       : heap_alloc(r->heap, (size_t)e->size);
}

/* Rare events are kept out of line, so that the common ones stay in registers. */
static __attribute__((noinline)) void play_rare(struct replay *r, const struct packed_chunk *c,
                                                struct packed_event e, enum touch how)
{
    size_t size = packed_size(e);
    void *p;
    if (packed_kind(e) == PACKED_REALLOC) {
        p = play_realloc(r, &r->slot[packed_slot(e)], size);
    } else {
        const struct event *side = &c->side[size];
        size = (size_t)side->size;
        p = play_side(r, side);
    }
    if (p) {
        touch_block(p, size, how);
    }
}

static __attribute__((noinline)) void skip_free(struct replay *r, uint32_t offset)
{
    r->skipped++;
    r->skipped_frees++;
    r->slot[offset / sizeof(void *)] = REPLAY_UNUSED;
}

INLINE void play(struct replay *r, const struct packed_chunk *c, const struct policy *policy,
                 struct heap *heap, char *slots, const struct packed_event *e, enum touch how)
{
    int32_t sign = packed_sign(*e);
    if (sign < 0) {
        uint32_t size = packed_size(*e);
        void *p = policy->alloc(heap, size);
        __asm__("" : "+r"(p)); /* otherwise gcc copies it to another register first */
        *(void **)(slots + e->offset) = p;
        if (how != TOUCH_NONE && p) {
            touch_block(p, size, how);
        }
    } else if (__builtin_expect(sign == 0, 1)) {
        void *p = *(void **)(slots + e->offset);
        if (__builtin_expect(p != NULL, 1)) {
            policy->free(heap, p);
        } else {
            skip_free(r, e->offset);
        }
    } else {
        play_rare(r, c, *e, how);
    }
}

INLINE uint32_t saturate(uint64_t ticks)
{
    return ticks < UINT32_MAX ? (uint32_t)ticks : UINT32_MAX;
}

INLINE void play_chunk(struct replay *r, const struct packed_chunk *c, enum replay_timing timing,
                       enum touch how, enum clock_source source)
{
    struct heap *heap = r->heap;
    const struct policy *policy = heap->policy;
    char *slots = (char *)r->slot;
    const struct packed_event *e = c->event, *end = e + c->n;
    uint32_t *window = r->window;
    uint64_t start = clock_read_fenced(source), last = start;
    if (timing == REPLAY_PLAIN || timing == REPLAY_BLOCKS) {
        for (; end - e >= REPLAY_BLOCK; e += REPLAY_BLOCK) {
#pragma GCC unroll 16
            for (int k = 0; k < REPLAY_BLOCK; k++) {
                play(r, c, policy, heap, slots, e + k, how);
            }
            if (timing == REPLAY_BLOCKS) {
                uint64_t now = clock_read(source);
                *window++ = saturate(now - last);
                last = now;
            }
        }
    }
    for (; e < end; e++) {
        bool sampled = timing == REPLAY_SAMPLED && (e - c->event) % REPLAY_STRIDE == 0;
        if (sampled) {
            last = clock_read_fenced(source);
        }
        play(r, c, policy, heap, slots, e, how);
        if (timing == REPLAY_CHAINED) {
            uint64_t now = clock_read(source);
            *window++ = saturate(now - last);
            last = now;
        } else if (sampled) {
            *window++ = saturate(clock_read_fenced(source) - last);
        }
    }
    r->ticks += clock_read_fenced(source) - start;
}

typedef void kernel(struct replay *, const struct packed_chunk *);

#define TOUCHES(X, timing, source)                                                                 \
    X(timing, NONE, source) X(timing, FIRST, source) X(timing, ALL, source)
#define TIMINGS(X, source)                                                                         \
    TOUCHES(X, PLAIN, source)                                                                      \
    TOUCHES(X, BLOCKS, source) TOUCHES(X, CHAINED, source) TOUCHES(X, SAMPLED, source)

#define KERNEL(timing, how, source)                                                                \
    static void play_##timing##_##how##_##source(struct replay *r, const struct packed_chunk *c)   \
    {                                                                                              \
        play_chunk(r, c, REPLAY_##timing, TOUCH_##how, CLOCK_##source);                            \
    }
TIMINGS(KERNEL, TSC)
TIMINGS(KERNEL, KERNEL)

#define ENTRY(timing, how, source)                                                                 \
    [CLOCK_##source][REPLAY_##timing][TOUCH_##how] = play_##timing##_##how##_##source,

static kernel *const kernels[2][4][3] = {TIMINGS(ENTRY, TSC) TIMINGS(ENTRY, KERNEL)};

bool replay_open(struct replay *r, size_t slots)
{
    *r = (struct replay){.slots = slots};
    clock_get(); /* calibrated before the first chunk, so that no chunk includes that time */
    r->slot = malloc((slots ? slots : 1) * sizeof *r->slot);
    r->window = malloc(EVENT_CHUNK * sizeof *r->window);
    if (!r->slot || !r->window) {
        replay_close(r);
        return false;
    }
    memset(r->window, 0, EVENT_CHUNK * sizeof *r->window);
    return true;
}

void replay_begin(struct replay *r, struct heap *heap)
{
    r->heap = heap;
    r->skipped = r->skipped_frees = r->refused_reallocs = r->ticks = 0;
    for (size_t i = 0; i < r->slots; i++) {
        r->slot[i] = REPLAY_UNUSED;
    }
}

void replay_chunk(struct replay *r, const struct packed_chunk *c, enum replay_timing timing,
                  enum touch how)
{
    kernels[clock_get()->source][timing][how](r, c);
}

uint64_t replay_refused(const struct replay *r)
{
    uint64_t refused = r->skipped_frees + r->refused_reallocs;
    for (size_t i = 0; i < r->slots; i++) {
        refused += r->slot[i] == NULL;
    }
    return refused;
}

void replay_close(struct replay *r)
{
    free(r->slot);
    free(r->window);
    *r = (struct replay){0};
}
