/* thread_map.h - which thread had the last block where in a region, so that all memory of a heap
 * can be divided among threads.
 *
 * A live block belongs to the thread that allocated it or resized it last, its header included.
 * Free memory belongs to the thread whose block was the last there; where none ever was, and where
 * the policy keeps its own data, it is nobody's. The parts of all threads and of nobody add up to
 * the footprint. */
#ifndef FITLAB_THREAD_MAP_H
#define FITLAB_THREAD_MAP_H

#include "replay/ledger.h"
#include "replay/sample.h"

/* Threads that are told apart; those with higher numbers are part of the last one. */
enum { THREADS_APART = 32, THREAD_OWNERS = THREADS_APART + 1, THREAD_NOBODY = 0 };

/* Of one owner: used, in live blocks or, of nobody, the policy's own data; and free. */
struct thread_share {
    uint64_t used_bytes, free_bytes;
};

/* The footprint after one event, divided: [THREAD_NOBODY], and [t + 1] of thread t. */
struct thread_sample {
    enum sample_reason reason;
    bool drain;
    _Alignas(8) uint64_t event; /* programs of 32 and of 64 bits share it */
    uint64_t allocated_bytes;
    struct thread_share share[THREAD_OWNERS];
};

struct thread_map {
    unsigned char
        *last; /* by granule of the region: an index as in thread_sample; NULL: not open */
    size_t granules, granule_bytes;
    const char *base;
};

/* Of a heap that has a walk. False: there is no address space for it. */
bool thread_map_open(struct thread_map *, const struct heap *);
void thread_map_close(struct thread_map *);

/* After the ledger has played the event, which was served. */
void thread_map_event(struct thread_map *, const struct ledger *, const struct event *);

/* Whose a live block is. */
unsigned thread_map_owner(const struct thread_map *, const void *payload);

/* Adds the bytes of free memory to those of its owners. */
void thread_map_add_free(const struct thread_map *, const char *from, size_t bytes,
                         uint64_t of_owner[THREAD_OWNERS]);

/* Divides the whole heap by a walk; returns how many granules were looked at. */
uint64_t thread_map_divide(const struct thread_map *, const struct heap *,
                           struct thread_share share[THREAD_OWNERS]);

#endif
