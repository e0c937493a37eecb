/* log.h - inside a recorded program: writing events to the channel.
 *
 * Safe in any thread, in signal handlers, in children of fork and vfork, and before the
 * program's own constructors. Never allocates, never fails: an event that cannot be written
 * is counted as lost. Leaves errno alone.
 */
#ifndef FITLAB_LOG_H
#define FITLAB_LOG_H

#include <stddef.h>
#include <sys/single_threaded.h>

#include "programs/record/channel.h"

enum { LOG_LEVELS = 4 }; /* signal handlers that interrupt each other while writing an event */
enum { LOG_PREFETCH_WORDS = 24 };

struct log_stream {
    _Atomic uint64_t *at, *last; /* where the next word goes; from here on the frame is too full */
    uint64_t next;               /* the sequence number that needs no word */
    uint64_t mark;               /* of the frame's words */
    uint32_t frame;
    uint32_t number; /* in the process, plus one; 0: none yet */
    uint32_t frames;
};

struct log_thread {
    unsigned level;  /* events being written: more than one only in signal handlers */
    uint32_t number; /* in the process, plus one; 0: none yet */
    struct log_stream stream[LOG_LEVELS];
};

/* What a forked child must not inherit lies on a page that the kernel wipes in it, however it
 * was forked; all zero means that this process has not looked for the channel yet. */
struct log_process {
    _Atomic uint64_t
        *numbers; /* NULL: events take the long way, which records times and sites too */
    struct channel_process *shared;
    enum { LOG_UNDECIDED, LOG_ON, LOG_OFF } mode;
};

extern _Thread_local struct log_thread log_thread;
extern struct log_process *log_process;

/* Logs what log_event cannot log in its short way. size and align_log2 are 0 where they mean
 * nothing; site is the address that called the allocator. The first call looks for the channel. */
void log_event_long(enum word_kind, const void *block, size_t size, unsigned align_log2,
                    const void *site);

/* The resize announced by this thread's last WORD_REALLOC failed. */
void log_kept(void);

/* The next sequence number. With one thread an instruction that no signal can divide is enough;
 * a locked one would wait for every store before it. */
static inline uint64_t log_take_number(_Atomic uint64_t *numbers)
{
#ifdef __x86_64__
    if (__libc_single_threaded) {
        uint64_t number = 1;
        __asm__ volatile("xaddq %0, %1" : "+r"(number), "+m"(*numbers) : : "memory", "cc");
        return number;
    }
#endif
    return atomic_fetch_add(numbers, 1);
}

static inline _Atomic uint64_t *log_put(struct log_stream *s, _Atomic uint64_t *at, uint64_t word)
{
    atomic_store_explicit(at, word | s->mark, memory_order_release);
    return at + 1;
}

/* Numbers an event of a stream that has room for it; returns where its words go. */
static inline _Atomic uint64_t *log_begin(struct log_stream *s, _Atomic uint64_t *numbers)
{
    uint64_t number = log_take_number(numbers);
    _Atomic uint64_t *at = s->at;
    __builtin_prefetch((void *)(at + LOG_PREFETCH_WORDS), 1); /* the collector's core has it */
    if (__builtin_expect(number != s->next, 0)) {
        at = log_put(s, at, word_extra(EXTRA_SEQUENCE, number));
    }
    s->next = number + 1;
    return at;
}

/* Logs one call. Nearly all calls take the short way, which calls no other function. */
static inline void log_event(enum word_kind kind, const void *block, size_t size, const void *site)
{
    struct log_stream *s = &log_thread.stream[0];
    _Atomic uint64_t *numbers = log_process->numbers;
    if (__builtin_expect(
            numbers && log_thread.level == 0 && s->at < s->last && size < WORD_SIZE_MAX, 1)) {
        log_thread.level = 1;
        atomic_signal_fence(memory_order_seq_cst);
        s->at = log_put(s, log_begin(s, numbers), word_event(kind, (uintptr_t)block, size));
        atomic_signal_fence(memory_order_seq_cst);
        log_thread.level = 0;
    } else {
        log_event_long(kind, block, size, 0, site);
    }
}

#endif
