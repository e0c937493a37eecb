/* sink.h - where an importer puts what it reads: blocks by key become events by slot.
 *
 * A key is what a format calls a block: an identifier or an address. The sink gives each the
 * lowest free slot, and writes a trace; without a writer it counts only.
 */
#ifndef FITLAB_SINK_H
#define FITLAB_SINK_H

#include <stddef.h>

#include "workloads/slot_map.h"
#include "workloads/tally.h"
#include "workloads/trace/trace_writer.h"

enum { SINK_EVENTS = 4096 };

/* Told of what was odd and let pass; text is one line, as a problem's. */
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

/* A block is born under a key that sink_has not, not UINT64_MAX. kind: EVENT_MALLOC,
 * EVENT_CALLOC or EVENT_ALIGNED. */
bool sink_allocate(struct sink *, enum event_kind, uint64_t key, uint64_t size, unsigned align_log2,
                   struct problem *);

/* The block of a key that sink_has is resized, and then has another key (or the same). */
bool sink_resize(struct sink *, uint64_t key, uint64_t new_key, uint64_t size, struct problem *);

/* The block of a key that sink_has dies. */
bool sink_free(struct sink *, uint64_t key, struct problem *);

/* The key is forgotten, and its block stays live for ever: a leak. */
void sink_leak(struct sink *, uint64_t key);

/* Writes out what is buffered: the last thing an import does. */
bool sink_flush(struct sink *, struct problem *);

/* After the last flush: the run of frees at the end, if it leaves nothing live, is a drain that
 * the tool added. Returns true. */
bool sink_mark_trailing_frees(struct sink *);

void sink_warn(struct sink *, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
