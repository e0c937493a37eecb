/* fetch_ahead.h - has the memory that the next events of a chunk will access brought into the
 * caches, in replays whose time is not what is measured. With millions of live blocks almost all of
 * it would be waited for: an entry of the ledger and the header of a block an event. */
#ifndef FITLAB_FETCH_AHEAD_H
#define FITLAB_FETCH_AHEAD_H

#include "replay/ledger.h"
#include "replay/packed.h"

enum { FETCH_BLOCK = 12, FETCH_ENTRY = 24 }; /* how many events ahead */

/* Before event i of the chunk is played. Returns the block that an event FETCH_BLOCK later is
 * about, or NULL. It is inlined, and so is what its callers do with the block: gcc finds no effect
 * in a function that only prefetches, and would leave out its call. */
static inline __attribute__((always_inline)) const struct ledger_block *
fetch_ahead(const struct ledger *l, const struct packed_chunk *chunk, size_t i)
{
    if (i + FETCH_ENTRY >= chunk->n) {
        return NULL;
    }
    __builtin_prefetch(&l->block[packed_slot(chunk->event[i + FETCH_ENTRY])]);
    const struct ledger_block *b = &l->block[packed_slot(chunk->event[i + FETCH_BLOCK])];
    if (!b->p) {
        return NULL;
    }
    __builtin_prefetch(b->p - FITLAB_ALIGN); /* probably its header, */
    __builtin_prefetch(b->p + b->granted);   /* and that of the next block */
    return b;
}

#endif
