#define _GNU_SOURCE
#include "programs/record/channel.h"

#include <linux/futex.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

uint32_t channel_take_frame(struct channel *c)
{
    uint64_t top = atomic_load(&c->free_frames);
    while ((uint32_t)top != 0) {
        uint32_t frame = (uint32_t)top - 1;
        uint64_t rest = ((top >> 32) + 1) << 32 | atomic_load(&c->frame[frame].next_free);
        if (atomic_compare_exchange_weak(&c->free_frames, &top, rest)) {
            return frame;
        }
    }
    uint32_t made = atomic_load(&c->frames_made);
    while (made < CHANNEL_FRAMES) {
        if (atomic_compare_exchange_weak(&c->frames_made, &made, made + 1)) {
            return made;
        }
    }
    return CHANNEL_FRAMES;
}

void channel_give_frame(struct channel *c, uint32_t frame)
{
    c->frame[frame].uses++;
    atomic_store(&c->frame[frame].state, FRAME_FREE);
    uint64_t top = atomic_load(&c->free_frames);
    uint64_t with;
    do {
        atomic_store(&c->frame[frame].next_free, (uint32_t)top);
        with = ((top >> 32) + 1) << 32 | (frame + 1);
    } while (!atomic_compare_exchange_weak(&c->free_frames, &top, with));
}

void channel_ring(struct channel *c)
{
    atomic_fetch_add(&c->wake_count, 1);
    if (atomic_load(&c->asleep)) {
        channel_wake(&c->wake_count);
    }
}

/* Raw system calls: no C library in between that could allocate or be a cancellation point. */
void channel_wait(_Atomic uint32_t *word, uint32_t seen, unsigned milliseconds)
{
    struct timespec timeout = {.tv_sec = milliseconds / 1000,
                               .tv_nsec = (long)(milliseconds % 1000) * 1000000};
    syscall(SYS_futex, word, FUTEX_WAIT, seen, &timeout, NULL, 0);
}

void channel_wake(_Atomic uint32_t *word)
{
    syscall(SYS_futex, word, FUTEX_WAKE, INT32_MAX, NULL, NULL, 0);
}
