#include "replay/crew_play.h"

#include <sched.h>
#include <stdlib.h>

#include "measure/clock.h"
#include "replay/touch_block.h"

#define INLINE static inline __attribute__((always_inline))

/* In a handed slot: the request was refused. NULL: nobody has written there yet. */
static char refused_mark;
#define REFUSED ((void *)&refused_mark)

/* How often a waiting thread looks before it lets others run. Where each has a processor of its
 * own, the thread that it waits for is on another one and gains nothing by that, while the waiting
 * thread may not run again for milliseconds: then about one of those. */
enum { LOOKS_SHARED = 200, LOOKS_OWN = 100000 };

static _Thread_local uint32_t acting;
static bool shares_processors; /* there are more threads than processors */

void crew_be(uint32_t number)
{
    acting = number;
}

void crew_share_processors(bool shared)
{
    shares_processors = shared;
}

static uint32_t which_acts(void)
{
    return acting;
}

static inline void relax(void)
{
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

/* A policy calls it each time that it has looked at a lock for a while. */
static void let_others_run(void)
{
    if (shares_processors) {
        sched_yield();
    } else {
        relax();
    }
}

const struct region_threads crew_threads = {.acting = which_acts, .wait = let_others_run};

void crew_wait_a_look(unsigned *looks)
{
    relax();
    if (++*looks >= (shares_processors ? LOOKS_SHARED : LOOKS_OWN)) {
        *looks = 0;
        sched_yield();
    }
}

static __attribute__((noinline)) void *wait_for(struct crew_member *m, _Atomic(void *) *slot)
{
    enum clock_source source = clock_get()->source;
    uint64_t start = clock_read(source);
    void *p;
    for (unsigned looks = 0; !(p = atomic_load_explicit(slot, memory_order_acquire));) {
        crew_wait_a_look(&looks);
    }
    m->count.waits++;
    m->count.waited += clock_read(source) - start;
    return p;
}

/* The block that another thread hands over; NULL: it was refused. */
static void *take(struct crew_member *m, uint32_t slot)
{
    _Atomic(void *) *handed = &m->crew->handed[slot];
    void *p = atomic_load_explicit(handed, memory_order_acquire);
    p = p ? p : wait_for(m, handed);
    return p == REFUSED ? NULL : p;
}

static void hand(struct crew_member *m, uint32_t slot, void *p)
{
    atomic_store_explicit(&m->crew->handed[slot], p ? p : REFUSED, memory_order_release);
}

static __attribute__((noinline)) void take_and_free(struct crew_member *m, uint32_t slot)
{
    void *p = take(m, slot);
    if (p && !m->crew->separate) {
        heap_free(m->heap, p);
    }
    m->count.skipped += !p;
}

/* A resized block that was refused stays where it is. */
static void *resize(struct crew_member *m, const struct stream_side *s)
{
    void *old = s->takes ? take(m, s->from) : m->slot[s->from];
    if (!old) {
        m->count.skipped++;
        return NULL;
    }
    bool foreign = s->takes && m->crew->separate;
    void *p =
        foreign ? heap_alloc(m->heap, s->event.size) : heap_realloc(m->heap, old, s->event.size);
    m->count.refused += !p;
    return p ? p : foreign ? NULL : old;
}

static __attribute__((noinline)) void play_side(struct crew_member *m, const struct stream_side *s,
                                                enum touch how)
{
    void *p;
    size_t size = s->event.size;
    if (s->event.kind == EVENT_REALLOC) {
        p = resize(m, s);
    } else {
        p = s->event.kind == EVENT_ALIGNED
                ? heap_memalign(m->heap, (size_t)1 << s->event.align_log2, size)
                : heap_alloc(m->heap, size);
        m->count.refused += !p;
    }
    if (p) {
        touch_block(p, size, how);
    }
    if (s->hands) {
        hand(m, s->to, p);
    } else {
        m->slot[s->to] = p;
    }
}

INLINE void play(struct crew_member *m, const struct stream *s, const struct policy *policy,
                 struct heap *heap, void **slots, struct stream_event e, enum touch how)
{
    if (stream_sign(e) < 0) {
        uint32_t size = stream_size(e);
        void *p = policy->alloc(heap, size);
        if (p) {
            touch_block(p, size, how);
        } else {
            m->count.refused++;
        }
        if (stream_kind(e) == STREAM_HAND) {
            hand(m, e.slot, p);
        } else {
            slots[e.slot] = p;
        }
    } else if (stream_sign(e) == 0) {
        void *p = slots[e.slot];
        if (__builtin_expect(p != NULL, 1)) {
            policy->free(heap, p);
        } else {
            m->count.skipped++;
        }
    } else if (stream_kind(e) == STREAM_TAKE) {
        take_and_free(m, e.slot);
    } else {
        play_side(m, &s->side[stream_size(e)], how);
    }
}

/* xorshift64 (Marsaglia 2003): one moment in 32. */
static void maybe_yield(struct crew_member *m)
{
    m->random ^= m->random << 13;
    m->random ^= m->random >> 7;
    m->random ^= m->random << 17;
    if (m->random % 32 == 0) {
        sched_yield();
    }
}

INLINE void play_stream(struct crew_member *m, enum crew_timing timing, enum touch how, bool fuzz)
{
    const struct stream *s = &m->crew->streams->stream[m->number];
    struct heap *heap = m->heap;
    const struct policy *policy = heap->policy;
    void **slots = m->slot;
    enum clock_source source = clock_get()->source;
    uint64_t last = clock_read_fenced(source), waited = 0;
    m->count.start = last;
    for (size_t i = 0; i < s->n; i++) {
        if (fuzz) {
            maybe_yield(m);
        }
        play(m, s, policy, heap, slots, s->event[i], how);
        if (timing == CREW_CHAINED) {
            uint64_t now = clock_read(source), ticks = now - last - (m->count.waited - waited);
            m->window[i] = ticks < UINT32_MAX ? (uint32_t)ticks : UINT32_MAX;
            last = now;
            waited = m->count.waited;
        }
    }
    m->count.end = clock_read_fenced(source);
}

void crew_play(struct crew_member *m)
{
    const struct crew *c = m->crew;
    if (c->fuzz) {
        play_stream(m, CREW_PLAIN, c->touch, true);
    } else if (c->timing == CREW_CHAINED) {
        play_stream(m, CREW_CHAINED, c->touch, false);
    } else if (c->touch == TOUCH_NONE) {
        play_stream(m, CREW_PLAIN, TOUCH_NONE, false);
    } else {
        play_stream(m, CREW_PLAIN, c->touch, false);
    }
}
