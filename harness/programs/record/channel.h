/* channel.h - the memory that recorded programs share with `fitlab record`.
 *
 * Programs write 64-bit words into frames; the collector reads them as they appear, also from
 * frames that are not full yet, so that nothing is lost when a program dies in any way. The top
 * bit of a word tells whether it has been written: it is the other one each time that the frame
 * is used, so the collector need not wipe what it has read, and the lines stay in the cache of
 * the program. Every event has a sequence number, taken from one atomic counter a process: a
 * free takes it before the real free and an allocation after the real allocation, so that the
 * order of the numbers is an order in which the calls could have happened one after the other.
 *
 * A writer with its own frame writes a stream. A thread has one stream, and one more for each
 * level of signal handlers that allocate while the thread is writing an event.
 *
 * Sharing memory instead of a pipe or a file means no descriptor in the program (its own keep
 * their numbers, closing all of them does no harm) and no system call while the collector keeps up.
 */
#ifndef FITLAB_CHANNEL_H
#define FITLAB_CHANNEL_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#define CHANNEL_MAGIC UINT64_C(0x31726563626c7466) /* "ftlbcer1" */

/* Where a program finds the channel: a path to open for reading and writing. */
#define CHANNEL_VARIABLE "FITLAB_RECORD"

enum {
    CHANNEL_FRAME_WORDS = 4096,
    CHANNEL_FRAMES = 8192,    /* address space only: pages come with their first use */
    CHANNEL_BACKLOG = 256,    /* full frames unread before writers wait */
    CHANNEL_URGENT = 16,      /* full frames unread before they wake the collector */
    CHANNEL_PROCESSES = 8192, /* recorded by one `fitlab record --children` */
    CHANNEL_ARGUMENTS = 960,  /* bytes kept of a command line */
};

enum channel_flags {
    CHANNEL_CHILDREN = 1, /* record every process, not the first alone */
    CHANNEL_TIMES = 2,
    CHANNEL_SITES = 4,
};

/* The low three bits of a word. */
enum word_kind {
    WORD_NONE,
    WORD_MALLOC, /* a block was allocated; the numbers are those of enum event_kind plus one */
    WORD_CALLOC,
    WORD_ALIGNED,
    WORD_REALLOCED, /* the block of the stream's last WORD_REALLOC is now here */
    WORD_FREE,
    WORD_REALLOC, /* a block is about to be resized, and may be gone from its address */
    WORD_EXTRA,   /* more about the next event of the stream: see below */
};

/* The next three bits of a WORD_EXTRA; the rest is its value. */
enum extra_kind {
    EXTRA_SEQUENCE, /* the number of the next event; without it, that of the last plus one */
    EXTRA_SIZE,     /* sizes of WORD_SIZE_MAX and above */
    EXTRA_ALIGN,    /* log2 */
    EXTRA_TIME,     /* nanoseconds since the channel was made */
    EXTRA_SITE,     /* hash of the call site */
    EXTRA_KEPT,     /* an event itself: the resize failed and the block stays where it was */
};

/* An event's word: kind, address / 8 (45 bits: addresses below 2^48), size (15 bits), and the
 * mark of the frame, which all words have. */
#define WORD_SIZE_MAX UINT64_C(0x7fff)
#define WORD_MARK     (UINT64_C(1) << 63)

static inline uint64_t word_event(enum word_kind kind, uint64_t address, uint64_t size)
{
    return (size < WORD_SIZE_MAX ? size : WORD_SIZE_MAX) << 48 | (address >> 3 << 3) | kind;
}

static inline enum word_kind word_kind(uint64_t word)
{
    return (enum word_kind)(word & 7);
}

static inline uint64_t word_address(uint64_t word)
{
    return word & UINT64_C(0x0000fffffffffff8);
}

static inline uint64_t word_size(uint64_t word)
{
    return (word & ~WORD_MARK) >> 48;
}

static inline uint64_t word_extra(enum extra_kind kind, uint64_t value)
{
    return (value << 6 & ~WORD_MARK) | (uint64_t)kind << 3 | WORD_EXTRA;
}

static inline enum extra_kind word_extra_kind(uint64_t word)
{
    return (enum extra_kind)(word >> 3 & 7);
}

static inline uint64_t word_extra_value(uint64_t word)
{
    return (word & ~WORD_MARK) >> 6;
}

/* The most words that one event takes. */
#define WORDS_PER_EVENT 6

enum frame_state {
    FRAME_FREE,
    FRAME_OPEN, /* a stream writes it */
    FRAME_DONE  /* no more words will come */
};

struct frame_info {
    _Atomic uint32_t state; /* enum frame_state; the rest is valid unless it is FRAME_FREE */
    uint32_t process;
    uint32_t stream;
    uint32_t thread;
    uint32_t index; /* of this frame among those of its stream */
    uint32_t uses;  /* that are over */
    _Atomic uint32_t next_free;
};

struct channel_process {
    _Alignas(64) _Atomic uint64_t sequence; /* hot: alone on its cache line */
    _Alignas(64) int32_t pid;
    int32_t parent_pid;
    _Atomic uint32_t ready; /* pid is valid */
    _Atomic uint32_t threads;
    _Atomic uint32_t streams;
    _Atomic uint64_t lost;                /* events for which there was no frame */
    _Atomic uint32_t arguments;           /* bytes valid of the next */
    char command_line[CHANNEL_ARGUMENTS]; /* each argument ends with NUL */
};

struct channel {
    uint64_t magic;
    uint32_t flags;
    int32_t collector_pid;
    int32_t root_pid; /* the process that the collector started */
    uint64_t start_ns;
    _Atomic uint32_t closed; /* the collector has ended: write no more */

    _Alignas(64) _Atomic uint64_t free_frames; /* a stack: times it changed << 32 | frame + 1 */
    _Atomic uint32_t frames_made;              /* frames below it have been used */
    _Atomic uint32_t processes;

    _Alignas(64) _Atomic uint32_t wake_count; /* futex: the collector waits for it to change */
    _Atomic uint32_t asleep;                  /* the collector does wait */
    _Atomic uint32_t backlog;                 /* frames done and not read */
    _Atomic uint32_t room;                    /* futex: writers wait for it to change */
    _Atomic uint32_t waiting;                 /* how many writers do */

    struct channel_process process[CHANNEL_PROCESSES];
    struct frame_info frame[CHANNEL_FRAMES];
    _Alignas(4096) _Atomic uint64_t word[CHANNEL_FRAMES][CHANNEL_FRAME_WORDS];
};

/* What the words written into a frame have at the top while it is used for the time after `uses`
 * others; memory never used has zeros. */
static inline uint64_t frame_mark(uint32_t uses)
{
    return uses % 2 ? 0 : WORD_MARK;
}

/* Takes a frame off the stack of free ones, or one never used; CHANNEL_FRAMES if there is none. */
uint32_t channel_take_frame(struct channel *);

/* Puts a frame on the stack all of whose words have its mark. */
void channel_give_frame(struct channel *, uint32_t frame);

/* Wakes the collector at once. */
void channel_ring(struct channel *);

/* Waits until the value at the address differs from the one seen, or for so many ms. */
void channel_wait(_Atomic uint32_t *, uint32_t seen, unsigned milliseconds);

/* Wakes everyone in channel_wait on the address. */
void channel_wake(_Atomic uint32_t *);

#endif
