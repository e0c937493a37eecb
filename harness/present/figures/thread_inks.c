#include "present/figures/thread_inks.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

unsigned thread_inks_owner(const char *cell)
{
    char *end;
    unsigned long number = strtoul(cell, &end, 10);
    return end == cell || *end      ? THREAD_NOBODY
           : number < THREADS_APART ? (unsigned)number + 1
                                    : THREADS_APART;
}

void thread_inks_choose(struct thread_inks *t)
{
    memset(t->owner, 0, sizeof t->owner);
    for (unsigned i = 1; i < THREAD_OWNERS; i++) {
        t->ink[i] = t->most[i] > 0 ? THREAD_INKS_OTHERS : 0;
    }
    t->ink[THREAD_NOBODY] = 0;
    bool chosen[THREAD_OWNERS] = {false};
    for (unsigned n = 0; n < THREAD_INKS_OWN; n++) {
        unsigned best = THREAD_NOBODY;
        for (unsigned i = 1; i < THREAD_OWNERS; i++) {
            if (!chosen[i] && t->most[i] > 0 && (!best || t->most[i] > t->most[best])) {
                best = i;
            }
        }
        chosen[best] = best != THREAD_NOBODY;
    }
    /* The inks go by number, so that a thread is easily found in the key. */
    unsigned ink = 1;
    for (unsigned i = 1; i < THREAD_OWNERS; i++) {
        if (chosen[i]) {
            t->owner[ink] = i;
            t->ink[i] = ink++;
        }
    }
}

bool thread_inks_used(const struct thread_inks *t, unsigned ink)
{
    for (unsigned i = 0; i < THREAD_OWNERS; i++) {
        if (t->ink[i] == ink && (t->most[i] > 0 || i == THREAD_NOBODY)) {
            return true;
        }
    }
    return false;
}

void thread_inks_name(const struct thread_inks *t, unsigned ink, char *text, size_t size)
{
    if (ink == THREAD_INKS_OTHERS || ink == 0) {
        snprintf(text, size, "%s", ink ? "other threads" : "nobody's");
    } else {
        snprintf(text, size, "thread %u", t->owner[ink] - 1);
    }
}
