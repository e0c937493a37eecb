/* sent_events.h - a workload that a program has packed, in a file for another program to replay:
 * one of 32 bits, which cannot read workloads itself.
 *
 * The file is a struct sent_head, and then chunk by chunk a struct sent_chunk, the events, the side
 * events, the threads and the times, if it has any. Offsets of slots are in units of 8 bytes, as in
 * a program of 64 bits. The reader is in runner32/received.c, which has the functions of
 * packed.h.
 */
#ifndef FITLAB_SENT_EVENTS_H
#define FITLAB_SENT_EVENTS_H

#include "replay/packed.h"

struct sent_head {
    char magic[8];
    struct workload_facts facts;
};

#define SENT_MAGIC "fitlab-8" /* not ended */

struct sent_chunk {
    uint32_t events, sides, threads, gaps; /* threads, gaps: 0, or as many as events */
};

/* Writes the whole workload. False and a problem if it cannot be read or written. */
bool sent_events_write(struct packed *, int fd, struct problem *);

#endif
