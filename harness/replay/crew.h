/* crew.h - threads of the system that replay streams together, each pinned to a processor.
 *
 * The threads start together, at a flag for which all of them look, and play without any lock: see
 * streams.h. A thread that comes to a block that another one has not handed over yet waits for it,
 * and the time is noted. The replay's time is from the first start to the last end. */
#ifndef FITLAB_CREW_H
#define FITLAB_CREW_H

#include <pthread.h>
#include <stdatomic.h>

#include "allocators/heap.h"
#include "replay/streams.h"
#include "replay/touch.h"

enum crew_timing {
    CREW_PLAIN,  /* the whole stream */
    CREW_CHAINED /* and each operation, waiting left out: the end of one is the start of the next */
};

/* What a thread did in the last replay; in clock ticks. */
struct crew_count {
    uint64_t start, end; /* readings of the clock */
    uint64_t waited;     /* ticks, for blocks of other threads */
    uint64_t waits;      /* how often */
    uint64_t refused, skipped;
};

struct crew;

struct crew_member {
    _Alignas(128) struct crew *crew;
    unsigned number;
    struct heap *heap;
    void **slot;
    size_t slots;
    uint32_t *window; /* CREW_CHAINED: the ticks of each event of the stream, saturated */
    size_t windows;
    struct crew_count count;
    uint64_t random; /* of the fuzzer */
    pthread_t thread;
};

struct crew {
    unsigned count;
    struct crew_member *member;
    unsigned processors; /* that the threads are pinned to */

    /* The replay at hand. */
    const struct streams *streams;
    _Atomic(void *) *handed;
    size_t handed_slots;
    bool separate; /* each thread has a heap of its own */
    enum crew_timing timing;
    enum touch touch;
    bool fuzz;

    pthread_mutex_t mutex; /* of what follows, to sleep between replays */
    pthread_cond_t changed;
    unsigned round, playing; /* replays that were begun; threads that have not ended the last one */
    bool leave;
    atomic_uint ready; /* threads that look for the start */
    atomic_bool go;
};

struct crew_plan {
    const struct streams *streams; /* of as many threads as the crew has, or of fewer */
    struct heap *const *heap;      /* one a thread with `separate`, else the only one */
    bool separate;                 /* what another thread allocated is not freed then */
    enum crew_timing timing;
    enum touch touch;
    bool fuzz; /* threads let others run at random moments, which varies the order */
};

/* How many processors this process may use. */
unsigned crew_processors(void);

/* Starts `count` threads; the last processors that the process may use get them, first come first
 * served, as many on each as it takes. False and a problem if the system refuses; close it in
 * either case. */
bool crew_open(struct crew *, unsigned count, struct problem *);

/* False and a problem: no memory for slots. */
bool crew_replay(struct crew *, const struct crew_plan *, struct problem *);

/* Ticks of the last replay, from the first start to the last end. */
uint64_t crew_ticks(const struct crew *);

/* Frees what the last replay left, from the calling thread. */
void crew_free_left(struct crew *, struct heap *);

void crew_close(struct crew *);

/* For the regions of policies that know of threads: which thread of the crew calls, 0 of any other
 * thread; and waiting lets another thread run. */
extern const struct region_threads crew_threads;

#endif
