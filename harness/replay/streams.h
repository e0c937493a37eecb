/* streams.h - a workload made ready for replay by several threads: a stream of events for each.
 *
 * A thread that replays plays the events of one thread of the workload, or of several in their
 * recorded order. What must happen before what is kept by the slots alone. A block that one thread
 * allocates or resizes and another one resizes or frees next is handed over: in a slot of its own,
 * which is written once and read once in a replay, and is empty until then. So the reader waits for
 * the writer by looking at it, without a lock. All other blocks are in slots of their thread, which
 * are used again as in any replay.
 *
 * The drain is left out, as in all timed replays. All events are kept in memory. */
#ifndef FITLAB_STREAMS_H
#define FITLAB_STREAMS_H

#include "replay/packed.h"

enum { STREAMS_MOST = 256 }; /* threads that replay */

/* Events that are kept in memory at most: 8 bytes each. */
#define STREAMS_MOST_EVENTS ((uint64_t)64 << 20)

/* Handed slots that one thread fills lie together, in groups, so that threads that fill slots do
 * not share cache lines. */
enum { STREAM_GROUP = 64 };

enum stream_kind {
    STREAM_FREE,       /* slot: of the thread */
    STREAM_TAKE,       /* a free; slot: handed */
    STREAM_SIDE,       /* size: index into side */
    STREAM_MALLOC = 8, /* the sign; slot: of the thread */
    STREAM_HAND        /* a malloc; slot: handed */
};

/* Kind and size are in one word as in packed.h. */
struct stream_event {
    uint32_t slot, kind_size;
};

/* An event that is rarer or does not fit. */
struct stream_side {
    struct event event;
    uint32_t from, to; /* slots of the block before and after */
    bool takes, hands; /* whether these are handed slots */
};

struct stream {
    struct stream_event *event;
    size_t n, room;
    struct stream_side *side;
    size_t sides, side_room;
    uint32_t slots; /* of the thread */
};

/* A block that is live at the end. */
struct stream_left {
    uint32_t slot;
    uint16_t thread; /* that replays, and has the slot */
};

struct streams {
    struct stream stream[STREAMS_MOST];
    unsigned count;
    unsigned threads;       /* of the workload */
    uint32_t handed_slots;  /* how many there are, whole groups */
    uint64_t handed_blocks; /* how often a block is handed over */
    uint64_t events;
    struct stream_left *left;
    size_t lefts;
};

/* Streams for `count` threads, to which those of the workload are given in turn in the order of
 * their first events. False and a problem if there is no memory, there are too many events, or the
 * workload cannot be read; nothing is left open then. */
bool streams_open(struct streams *, struct packed *, unsigned count, struct problem *);
void streams_close(struct streams *);

static inline enum stream_kind stream_kind(struct stream_event e)
{
    return (enum stream_kind)(e.kind_size >> PACKED_SIZE_BITS);
}

static inline uint32_t stream_size(struct stream_event e)
{
    return e.kind_size & PACKED_MOST;
}

/* Negative: a malloc. 0: a free of a block of the thread. */
static inline int32_t stream_sign(struct stream_event e)
{
    return (int32_t)e.kind_size;
}

#endif
