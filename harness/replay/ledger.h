/* ledger.h - a replay that records every live block and keeps their sums after each event. */
#ifndef FITLAB_LEDGER_H
#define FITLAB_LEDGER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "allocators/heap.h"
#include "workloads/event.h"

struct ledger_block {
    char *p;          /* NULL: the slot is empty */
    uint64_t size;    /* bytes requested */
    uint64_t granted; /* bytes usable */
    uint64_t born;    /* the event that allocated it, counted from 1 */
};

/* The result of an event. */
enum ledger_outcome { LEDGER_SERVED, LEDGER_REFUSED, LEDGER_SKIPPED };

struct ledger {
    struct ledger_block *block; /* one a slot */
    size_t slots;
    uint64_t events, allocated_bytes; /* so far; bytes of the requests that were served */
    uint64_t live_bytes, live_blocks, granted_bytes;
    uint64_t aligned_bytes; /* live bytes, each block's rounded up to FITLAB_ALIGN */
    uint64_t refused, refused_bytes, skipped;
};

/* False if there is no memory. */
bool ledger_open(struct ledger *, size_t slots);

/* Makes the whole table of blocks resident. */
void ledger_bring(const struct ledger *);

/* Forgets all blocks, for another replay. */
void ledger_reset(struct ledger *);

/* Plays one event against the heap, as the event's thread, and accounts for it. A refused realloc
 * leaves its block. */
enum ledger_outcome ledger_play(struct ledger *, struct heap *, const struct event *);

/* Writes what was handed out newly: all of a block, or what a realloc added. `old` is the block
 * before the event (p is NULL: there was none). */
void ledger_write_payload(const struct ledger_block *old, const struct ledger_block *now);

void ledger_close(struct ledger *);

#endif
