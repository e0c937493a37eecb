/* threaded.h - timed replays by several threads: what the passes of time do if a cell has more than
 * one.
 *
 * The workload is replayed by the cell's threads, and by one thread of the same process, in turns,
 * so that both are measured under the same conditions. Beside them, the same streams are replayed
 * with bump, each thread in a heap of its own: what the replay itself costs, and how far it can
 * scale. */
#ifndef FITLAB_THREADED_H
#define FITLAB_THREADED_H

#include "cell/pass.h"
#include "cell/thread_rules.h"
#include "replay/crew.h"

_Static_assert((int)STREAMS_MOST >= (int)THREADS_MOST, "there is a stream a thread");

struct threaded {
    struct pass *pass;
    struct crew crew;
    struct streams many, one;
    struct region_map *bump; /* one a thread */
    size_t bumps;            /* how many are open */
    struct policy_spec bump_spec;
    struct heap *bump_heap[STREAMS_MOST];
};

/* Opens streams, threads and the regions of bump, and replays the workload once with each. Close it
 * in either case. False after pass_fail. */
bool threaded_open(struct threaded *, struct pass *);
void threaded_close(struct threaded *);

/* One replay of the cell's policy in a new heap, by all threads or by one, with the cell's touch.
 */
bool threaded_replay(struct threaded *, const struct streams *, enum crew_timing);

/* One replay of bump; what was allocated by one thread and freed by another is not freed. */
bool threaded_replay_bump(struct threaded *, const struct streams *, enum crew_timing);

/* The share of all threads' time in the last replay that they waited for each other. */
double threaded_waiting_pct(const struct threaded *);

/* The throughput of a cell with several threads. */
bool threaded_throughput(struct pass *);

#endif
