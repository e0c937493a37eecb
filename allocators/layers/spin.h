/* SPDX-License-Identifier: MIT */
/* spin.h - a lock of one word: test and test-and-set (Rudolph and Segall, "Dynamic decentralized
 * cache schemes for MIMD parallel processors", ISCA 1984). It needs no operating system; a driver
 * with real threads says how to wait (region->threads). */
#ifndef FITLAB_SPIN_H
#define FITLAB_SPIN_H

#include <stdatomic.h>

#include "region.h"

enum { SPIN_TRIES = 64 }; /* looks at a lock that is taken, before other threads run */

struct spin {
    atomic_uint taken;
};

static inline void spin_relax(void)
{
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

static inline void spin_take(struct spin *s, const struct region *r)
{
    for (unsigned tries = 0; atomic_exchange_explicit(&s->taken, 1, memory_order_acquire);) {
        while (atomic_load_explicit(&s->taken, memory_order_relaxed)) {
            if (++tries % SPIN_TRIES == 0 && r->threads) {
                r->threads->wait();
            } else {
                spin_relax();
            }
        }
    }
}

static inline void spin_leave(struct spin *s)
{
    atomic_store_explicit(&s->taken, 0, memory_order_release);
}

#endif
