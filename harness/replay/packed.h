/* packed.h - a workload made ready for replay: checked once, then packed to 8 bytes an event.
 *
 * packed_open reads the whole workload. So before the first event is replayed it is known that
 * every slot is in range and every free is of a full slot, and the facts (peak live bytes, counts)
 * are known for any kind of workload. As many events as the budget allows stay in memory. The
 * others are decoded again chunk by chunk, so that a trace larger than memory can be replayed.
 *
 * An event becomes two words: the slot's offset in a table of pointers, and kind (4 bits) above
 * size (28 bits). As a signed number the second is negative for malloc and calloc, zero for free,
 * and positive for all else, so one comparison distinguishes the three. An event that does not fit
 * (an alignment, a larger size) has kind PACKED_SIDE, and its `size` is an index into the chunk's
 * side table. */
#ifndef FITLAB_PACKED_H
#define FITLAB_PACKED_H

#include <stddef.h>
#include <stdint.h>

#include "spec/workload_spec.h"
#include "workloads/event.h"
#include "workloads/problem.h"

enum { PACKED_SIZE_BITS = 28, PACKED_SLOT_BITS = 29 };

enum packed_kind {
    PACKED_FREE,
    PACKED_REALLOC,
    PACKED_SIDE,
    PACKED_MALLOC = 8, /* the sign */
    PACKED_CALLOC,
    PACKED_KINDS
};

struct packed_event {
    uint32_t offset;    /* slot * sizeof(void *) */
    uint32_t kind_size; /* kind << PACKED_SIZE_BITS | size */
};

#define PACKED_MOST (((uint32_t)1 << PACKED_SIZE_BITS) - 1)

/* Events that stay in memory: 32 MB of them, so that a replayer of any trace stays below 64 MB
 * beyond its heap. */
#define PACKED_BUDGET ((uint64_t)4 << 20)

struct packed_chunk {
    struct packed_event *event;
    struct event *side;
    uint16_t *thread; /* of each event; NULL: all are the first thread's */
    uint64_t *gap;    /* ns since the event before; NULL: not asked for */
    size_t n, sides;
};

/* What a workload asks for, if every request is served. */
struct workload_facts {
    _Alignas(8) uint64_t events; /* programs of 32 and of 64 bits share it */
    uint64_t drain; /* index of the first of the trailing frees; `events` if there are none */
    uint64_t count[EVENT_KINDS];
    uint64_t allocated_bytes;
    uint64_t peak_live_bytes, peak_live_blocks;
    uint64_t largest_bytes; /* the largest request */
    uint64_t digest;        /* xxHash64 of the struct events */
    uint32_t slots;
    uint32_t threads; /* how many act */
};

/* A region of this size is enough even for bump, which never uses memory again. */
static inline uint64_t workload_ample_bytes(const struct workload_facts *f)
{
    return f->allocated_bytes + f->allocated_bytes / 8 + f->events * 64 + ((uint64_t)64 << 20);
}

struct packed {
    const struct workload_spec *spec;
    struct workload_facts facts;
    struct packed_chunk *kept; /* the first chunks of the workload, kept in memory */
    size_t kept_chunks;
    size_t next;                /* chunk that packed_next gives next */
    struct workload *rest;      /* open while chunks beyond the kept ones are read */
    struct event *decoded;      /* EVENT_CHUNK of them, */
    uint64_t *gaps;             /* and their times; NULL: not asked for */
    struct packed_chunk moving; /* the last chunk read beyond the kept ones */
};

/* `budget` is how many events to keep at most. False and a problem, which names the workload and
 * the event, if it cannot be read or is not valid; nothing is left open then. */
bool packed_open(struct packed *, const struct workload_spec *, uint64_t budget, struct problem *);

/* The same for a workload that was recorded with times, which the chunks then have. A problem for
 * one that was not. */
bool packed_open_timed(struct packed *, const struct workload_spec *, uint64_t budget,
                       struct problem *);

/* The next chunk, valid until the next call; NULL at the end, or with a problem. */
const struct packed_chunk *packed_next(struct packed *, struct problem *);

/* Goes back to the first event. */
void packed_rewind(struct packed *);

void packed_close(struct packed *);

static inline uint32_t packed_size(struct packed_event e)
{
    return e.kind_size & PACKED_MOST;
}

static inline uint32_t packed_slot(struct packed_event e)
{
    return e.offset / (uint32_t)sizeof(void *);
}

static inline enum packed_kind packed_kind(struct packed_event e)
{
    return (enum packed_kind)(e.kind_size >> PACKED_SIZE_BITS);
}

/* Whether this program's size_t can say what the event asks for. Where it cannot, no policy can
 * serve it: the request is refused. */
static inline bool event_fits(const struct event *e)
{
    return (size_t)e->size == e->size && e->align_log2 < 8 * sizeof(size_t);
}

/* Negative: malloc or calloc. 0: free. */
static inline int32_t packed_sign(struct packed_event e)
{
    return (int32_t)e.kind_size;
}

/* Unpacks the event. */
static inline struct event packed_event(const struct packed_chunk *c, size_t i)
{
    static const uint8_t kind[PACKED_KINDS] = {[PACKED_FREE] = EVENT_FREE,
                                               [PACKED_REALLOC] = EVENT_REALLOC,
                                               [PACKED_MALLOC] = EVENT_MALLOC,
                                               [PACKED_CALLOC] = EVENT_CALLOC};
    struct packed_event e = c->event[i];
    if (packed_kind(e) == PACKED_SIDE) {
        return c->side[packed_size(e)];
    }
    return (struct event){.size = packed_size(e),
                          .slot = packed_slot(e),
                          .thread = c->thread ? c->thread[i] : 0,
                          .kind = kind[packed_kind(e)]};
}

#endif
