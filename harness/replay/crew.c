#define _GNU_SOURCE /* affinity */
#include "replay/crew.h"

#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include "measure/clock.h"
#include "replay/crew_play.h"

/* ---- the threads ---- */

static void start_together(struct crew *c)
{
    unsigned ready = atomic_fetch_add(&c->ready, 1) + 1;
    if (ready == c->streams->count) {
        atomic_store(&c->go, true);
    }
    for (unsigned looks = 0; !atomic_load_explicit(&c->go, memory_order_acquire);) {
        crew_wait_a_look(&looks);
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
    crew_be(m->number);
    while (await_round(c, &round)) {
        if (m->number < c->streams->count) {
            start_together(c);
            crew_play(m);
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
    crew_share_processors(count > c->processors);
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
