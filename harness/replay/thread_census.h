/* thread_census.h - which thread owns which live blocks: bytes of each, frees by others, and cache
 * lines in which threads meet.
 *
 * A block belongs to the thread that allocated it or resized it last. Two live blocks of different
 * threads in one cache line are shared falsely: a write of one thread takes the line from the
 * other. Berger, McKinley, Blumofe & Wilson (ASPLOS 2000, section 2.1) tell two ways to it. The
 * sharing is active if the policy gave parts of a line to two threads by itself; it is passive if a
 * thread freed a block of another one, and then got memory of this line while the other still has
 * some there. */
#ifndef FITLAB_THREAD_CENSUS_H
#define FITLAB_THREAD_CENSUS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "replay/ledger.h"

enum { CENSUS_LINE_BYTES = 64 };

struct thread_census {
    struct census_block *block; /* by slot */
    uint64_t *live, *peak;      /* by thread: bytes requested and live */
    struct census_line *line;   /* a hash table, at most half full */
    size_t lines, line_room;
    bool no_memory; /* the counts below are not known */

    uint64_t frees, remote_frees;     /* remote: by a thread that is not the owner */
    uint64_t shared_now, shared_most; /* lines with live blocks of several threads; most at once */
    uint64_t active, passive; /* times that a request made a line shared, by the way to it */
};

/* False: no memory. Close it in either case. */
bool thread_census_open(struct thread_census *, size_t slots);

/* After the ledger has played the event, which was served. */
void thread_census_event(struct thread_census *, const struct ledger *, const struct event *);

/* The sum over the threads of the most bytes that each had live: what heaps of their own, to which
 * blocks return, hold at least. */
uint64_t thread_census_sum_of_peaks(const struct thread_census *);

/* The largest of these. */
uint64_t thread_census_largest_peak(const struct thread_census *);

void thread_census_close(struct thread_census *);

#endif
