/* collector.h - the reading side of a channel: streams of words to one order of events.
 *
 * The collector makes the channel, reads frames while the programs write them, merges the
 * streams of each process by sequence number and hands every event to a sink. Processes count
 * from 0 in the order in which they began; a program that replaces itself by exec is the end
 * of one and the beginning of another.
 */
#ifndef FITLAB_COLLECTOR_H
#define FITLAB_COLLECTOR_H

#include "programs/record/channel.h"
#include "programs/record/stream.h"
#include "workloads/problem.h"

/* The receiver of the events. A function that returns false has set the problem; then the channel
 * is closed, and the programs continue unrecorded. */
struct collector_sink {
    bool (*begin)(void *ctx, uint32_t process, const struct channel_process *, struct problem *);
    bool (*event)(void *ctx, uint32_t process, const struct logged *, struct problem *);
    bool (*end)(void *ctx, uint32_t process, const struct channel_process *, struct problem *);
    void *ctx;
};

struct collector;

/* flags are of enum channel_flags. NULL and a problem if there is no shared memory. */
struct collector *collector_open(uint32_t flags, const struct collector_sink *, struct problem *);

/* The channel, and the path under which programs find it. */
struct channel *collector_channel(struct collector *);
const char *collector_path(const struct collector *);

/* Reads everything that can be read now. False: the sink failed. */
bool collector_drain(struct collector *, struct problem *);

/* Waits a short time, which is longer the less there was to read. A signal handler that wakes the
 * collector ends the wait. */
void collector_wait(struct collector *);

/* All programs have ended: reads what they left and ends every process. */
bool collector_finish(struct collector *, struct problem *);

/* Processes seen so far, and events missing between those recorded. */
uint32_t collector_processes(const struct collector *);
uint64_t collector_gaps(const struct collector *);

void collector_close(struct collector *);

#endif
