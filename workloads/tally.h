/* tally.h - the totals of a stream of events, and whether the stream is valid.
 *
 * Whatever writes a trace, reads a damaged one or describes one keeps a tally: which slots hold a
 * block and how large, the peaks, and the digest. */
#ifndef FITLAB_TALLY_H
#define FITLAB_TALLY_H

#include <stddef.h>

#include "workloads/event.h"
#include "workloads/problem.h"
#include "workloads/trace/trace.h"

struct tally {
    struct trace_totals totals; /* so far; drain == events */
    uint64_t live_bytes, live_blocks;
    uint64_t kinds[EVENT_KINDS];
    uint64_t last_ask; /* one past the last event that is no free */
    uint64_t *size;    /* a slot's requested bytes + 1; 0: empty */
    size_t capacity;
    void *hash;
};

/* False: no memory. Close it in either case. */
bool tally_open(struct tally *);
void tally_close(struct tally *);

/* False, and a problem that names the event's index, at the first event that makes no sense:
 * an unknown kind, a free or realloc of an empty slot, an allocation in a full one or beyond
 * the first slot never used (slots are dense), an absurd size. */
bool tally_add(struct tally *, const struct event *, size_t n, struct problem *);

#endif
