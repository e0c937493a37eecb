/* sink.h - where an importer puts what it reads: blocks named by keys become events with slots.
 *
 * A key is the name that a format gives a block: an identifier or an address. The sink gives each
 * block the lowest free slot, and writes a trace. Without a writer it only counts. */
#ifndef FITLAB_SINK_H
#define FITLAB_SINK_H

#include <stddef.h>

#include "workloads/slot_map.h"
#include "workloads/tally.h"
#include "workloads/trace/trace_writer.h"

enum { SINK_EVENTS = 4096 };

/* Called for each oddity that was accepted; the text is one line, as a problem's. */
typedef void sink_warner(const char *text, void *context);

struct sink {
    struct trace_writer *out; /* borrowed; NULL: nothing is written */
    struct tally tally;       /* used without a writer */
    struct slot_map map;
    sink_warner *warner; /* may be NULL */
    void *warner_context;
    uint64_t warnings;
    uint16_t thread; /* of the events that follow */
    uint64_t gap_ns; /* between the last event and the next, if out has times; then 0 again */
    size_t count;
    struct event events[SINK_EVENTS];
    uint64_t times[SINK_EVENTS];
};

/* False: no memory. Close it in either case. */
bool sink_open(struct sink *, struct trace_writer *);
void sink_close(struct sink *);

static inline bool sink_has(const struct sink *s, uint64_t key)
{
    return slot_map_find(&s->map, key) != SLOT_NONE;
}

/* Allocates a block under a key that is not in use (sink_has) and is not UINT64_MAX. kind:
 * EVENT_MALLOC, EVENT_CALLOC or EVENT_ALIGNED. */
bool sink_allocate(struct sink *, enum event_kind, uint64_t key, uint64_t size, unsigned align_log2,
                   struct problem *);

/* Resizes the block of a key that is in use, which then has another key or the same. */
bool sink_resize(struct sink *, uint64_t key, uint64_t new_key, uint64_t size, struct problem *);

/* Frees the block of a key that is in use. */
bool sink_free(struct sink *, uint64_t key, struct problem *);

/* Forgets the key; its block stays live to the end: a leak. */
void sink_leak(struct sink *, uint64_t key);

/* Writes out what is buffered: the last thing an import does. */
bool sink_flush(struct sink *, struct problem *);

/* After the last flush: if the frees at the end leave nothing live, they are a drain that the tool
 * added. Returns true if so. */
bool sink_mark_trailing_frees(struct sink *);

void sink_warn(struct sink *, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
