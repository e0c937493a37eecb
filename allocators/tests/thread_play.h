/* SPDX-License-Identifier: MIT */
/* thread_play.h - threads that share blocks of one heap: each puts blocks, filled with their own
 * size, into places from which any thread takes and frees them. */
#ifndef FITLAB_THREAD_PLAY_H
#define FITLAB_THREAD_PLAY_H

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

#include "heap.h"

enum { THREAD_PLAY_MOST = 16, ROUNDS = 4000, SLOTS = 64 };

static _Thread_local uint32_t own_number;

static inline uint32_t acting(void)
{
    return own_number;
}

static inline void wait_a_little(void)
{
    sched_yield();
}

static const struct region_threads real_threads = {acting, wait_a_little};

struct worker {
    pthread_t thread;
    uint32_t number;
    struct heap *heap;
    _Atomic(unsigned char *) *shared; /* blocks that any thread may take */
    const char *wrong;
};

static inline bool holds(const unsigned char *p)
{
    for (size_t i = 1; i < 2 + (size_t)p[0]; i++) {
        if (p[i] != p[0]) {
            return false;
        }
    }
    return true;
}

/* Puts blocks, filled with their own size, into places from which any thread takes and frees them.
 */
static inline void *work(void *arg)
{
    struct worker *w = arg;
    unsigned random = w->number * 7919 + 1;
    own_number = w->number;
    for (unsigned i = 0; i < ROUNDS && !w->wrong; i++) {
        random = random * 1103515245 + 12345;
        unsigned char size = (unsigned char)(random >> 16);
        unsigned char *p = heap_alloc(w->heap, (size_t)size + 2);
        if (!p) {
            w->wrong = "no memory";
            break;
        }
        memset(p, size, (size_t)size + 2);
        p = atomic_exchange(&w->shared[(random >> 8) % SLOTS], p);
        w->wrong = p && !holds(p) ? "a block was overwritten" : NULL;
        if (p && i % 5 == 0) {
            unsigned char old = p[0];
            p = heap_realloc(w->heap, p, 600);
            w->wrong = p && p[0] != old ? "a resized block lost its content" : w->wrong;
        }
        if (p) {
            heap_free(w->heap, p);
        }
    }
    return NULL;
}

/* Lets so many threads play on a heap whose region has real_threads, and frees what they leave.
 * NULL, or what went wrong. */
static inline const char *thread_play(struct heap *h, uint32_t threads)
{
    static _Atomic(unsigned char *) shared[SLOTS];
    struct worker worker[THREAD_PLAY_MOST];
    const char *wrong = NULL;
    for (uint32_t i = 0; i < threads; i++) {
        worker[i] = (struct worker){.number = i, .heap = h, .shared = shared};
        if (pthread_create(&worker[i].thread, NULL, work, &worker[i])) {
            return "no thread";
        }
    }
    for (uint32_t i = 0; i < threads; i++) {
        pthread_join(worker[i].thread, NULL);
        wrong = worker[i].wrong ? worker[i].wrong : wrong;
    }
    for (size_t i = 0; i < SLOTS; i++) {
        unsigned char *p = atomic_exchange(&shared[i], NULL);
        if (p) {
            heap_free(h, p);
        }
    }
    return wrong ? wrong : heap_check(h);
}

#endif
