#define _GNU_SOURCE /* affinity */
#include "replay/crew.h"

#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>

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

/* After a look at something that another thread has not done yet. */
static void wait_a_look(unsigned *looks)
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
        wait_a_look(&looks);
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

static void play_all(struct crew_member *m)
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

/* ---- the threads ---- */

static void start_together(struct crew *c)
{
    unsigned ready = atomic_fetch_add(&c->ready, 1) + 1;
    if (ready == c->streams->count) {
        atomic_store(&c->go, true);
    }
    for (unsigned looks = 0; !atomic_load_explicit(&c->go, memory_order_acquire);) {
        wait_a_look(&looks);
    }
}

/* Sleeps until the next replay begins; false: there is none. */
static bool await_round(struct crew *c, unsigned *round)
{
    pthread_mutex_lock(&c->mutex);
    while (c->round == *round && !c->leave) {
        pthread_cond_wait(&c->changed, &c->mutex);
    }
    *round = c->round;
    bool leave = c->leave;
    pthread_mutex_unlock(&c->mutex);
    return !leave;
}

static void end_round(struct crew *c)
{
    pthread_mutex_lock(&c->mutex);
    if (--c->playing == 0) {
        pthread_cond_broadcast(&c->changed);
    }
    pthread_mutex_unlock(&c->mutex);
}

static void *be_member(void *member)
{
    struct crew_member *m = member;
    struct crew *c = m->crew;
    unsigned round = 0;
    acting = m->number;
    while (await_round(c, &round)) {
        if (m->number < c->streams->count) {
            start_together(c);
            play_all(m);
        }
        end_round(c);
    }
    return NULL;
}

static void play_round(struct crew *c)
{
    pthread_mutex_lock(&c->mutex);
    c->round++;
    c->playing = c->count;
    pthread_cond_broadcast(&c->changed);
    while (c->playing) {
        pthread_cond_wait(&c->changed, &c->mutex);
    }
    pthread_mutex_unlock(&c->mutex);
}

unsigned crew_processors(void)
{
    cpu_set_t set;
    int n = sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 1;
    return n > 0 ? (unsigned)n : 1;
}

/* The processor number `which`, counted from the last: the first ones serve most interrupts. */
static void pin(pthread_attr_t *attributes, unsigned which)
{
    cpu_set_t may, one;
    CPU_ZERO(&one);
    if (sched_getaffinity(0, sizeof may, &may) != 0) {
        return;
    }
    for (size_t i = CPU_SETSIZE; i-- > 0;) {
        if (CPU_ISSET(i, &may) && which-- == 0) {
            CPU_SET(i, &one);
            pthread_attr_setaffinity_np(attributes, sizeof one, &one);
            return;
        }
    }
}

bool crew_open(struct crew *c, unsigned count, struct problem *problem)
{
    *c = (struct crew){.processors = crew_processors()};
    shares_processors = count > c->processors;
    c->member = aligned_alloc(128, count * sizeof *c->member);
    if (!c->member) {
        return problem_set(problem, "no memory for %u threads", count);
    }
    memset(c->member, 0, count * sizeof *c->member);
    clock_get();
    pthread_mutex_init(&c->mutex, NULL);
    pthread_cond_init(&c->changed, NULL);
    for (; c->count < count; c->count++) {
        struct crew_member *m = &c->member[c->count];
        pthread_attr_t attributes;
        m->crew = c;
        m->number = c->count;
        m->random = c->count + UINT64_C(0x9E3779B97F4A7C15);
        pthread_attr_init(&attributes);
        pin(&attributes, c->count % c->processors);
        int error = pthread_create(&m->thread, &attributes, be_member, m);
        pthread_attr_destroy(&attributes);
        if (error) {
            return problem_set(problem, "cannot start thread %u of %u: %s", c->count + 1, count,
                               strerror(error));
        }
    }
    return true;
}

/* Empty slots for all threads; those of a thread keep their size once they have it. */
static bool clear_slots(struct crew *c, const struct streams *s)
{
    if (c->handed_slots < s->handed_slots) {
        free(c->handed);
        c->handed =
            aligned_alloc(STREAM_GROUP * sizeof *c->handed, s->handed_slots * sizeof *c->handed);
        c->handed_slots = c->handed ? s->handed_slots : 0;
    }
    for (size_t i = 0; c->handed && i < s->handed_slots; i++) {
        atomic_init(&c->handed[i], NULL);
    }
    bool ok = c->handed || !s->handed_slots;
    for (unsigned t = 0; t < s->count; t++) {
        struct crew_member *m = &c->member[t];
        if (m->slots < s->stream[t].slots) {
            free(m->slot);
            m->slot =
                aligned_alloc(128, (s->stream[t].slots * sizeof *m->slot + 127) & ~(size_t)127);
            m->slots = m->slot ? s->stream[t].slots : 0;
        }
        if (m->slot) {
            memset(m->slot, 0, s->stream[t].slots * sizeof *m->slot);
        }
        ok = ok && (m->slot || !s->stream[t].slots);
    }
    return ok;
}

static bool make_windows(struct crew *c, const struct streams *s)
{
    bool ok = true;
    for (unsigned t = 0; t < s->count; t++) {
        struct crew_member *m = &c->member[t];
        if (m->windows < s->stream[t].n) {
            free(m->window);
            m->window = calloc(s->stream[t].n, sizeof *m->window);
            m->windows = m->window ? s->stream[t].n : 0;
        }
        ok = ok && (m->window || !s->stream[t].n);
    }
    return ok;
}

bool crew_replay(struct crew *c, const struct crew_plan *plan, struct problem *problem)
{
    if (!clear_slots(c, plan->streams) ||
        (plan->timing == CREW_CHAINED && !make_windows(c, plan->streams))) {
        return problem_set(problem, "no memory for the slots of %u threads", plan->streams->count);
    }
    c->streams = plan->streams;
    c->separate = plan->separate;
    c->timing = plan->timing;
    c->touch = plan->touch;
    c->fuzz = plan->fuzz;
    atomic_store(&c->ready, 0);
    atomic_store(&c->go, false);
    for (unsigned t = 0; t < plan->streams->count; t++) {
        c->member[t].heap = plan->heap[plan->separate ? t : 0];
        c->member[t].count = (struct crew_count){0};
    }
    play_round(c);
    return true;
}

uint64_t crew_ticks(const struct crew *c)
{
    uint64_t start = UINT64_MAX, end = 0;
    for (unsigned t = 0; t < c->streams->count; t++) {
        const struct crew_count *k = &c->member[t].count;
        start = k->start < start ? k->start : start;
        end = k->end > end ? k->end : end;
    }
    return end - start;
}

void crew_free_left(struct crew *c, struct heap *heap)
{
    for (size_t i = 0; i < c->streams->lefts; i++) {
        const struct stream_left *l = &c->streams->left[i];
        void *p = c->member[l->thread].slot[l->slot];
        if (p) {
            heap_free(heap, p);
        }
    }
}

void crew_close(struct crew *c)
{
    if (!c->member) {
        return;
    }
    pthread_mutex_lock(&c->mutex);
    c->leave = true;
    pthread_cond_broadcast(&c->changed);
    pthread_mutex_unlock(&c->mutex);
    for (unsigned t = 0; t < c->count; t++) {
        pthread_join(c->member[t].thread, NULL);
        free(c->member[t].slot);
        free(c->member[t].window);
    }
    pthread_mutex_destroy(&c->mutex);
    pthread_cond_destroy(&c->changed);
    free(c->member);
    free(c->handed);
    *c = (struct crew){0};
}
