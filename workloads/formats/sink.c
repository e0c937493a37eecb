#include "workloads/formats/sink.h"

#include <stdarg.h>
#include <stdio.h>

bool sink_open(struct sink *s, struct trace_writer *out)
{
    s->out = out;
    s->warner = NULL;
    s->warnings = 0;
    s->thread = 0;
    s->gap_ns = 0;
    s->count = 0;
    bool map = slot_map_open(&s->map);
    return tally_open(&s->tally) && map;
}

void sink_close(struct sink *s)
{
    slot_map_close(&s->map);
    tally_close(&s->tally);
}

bool sink_flush(struct sink *s, struct problem *problem)
{
    struct trace_run run = {.events = s->events, .times = s->times, .count = s->count};
    s->count = 0;
    return s->out ? trace_append(s->out, &run, problem)
                  : tally_add(&s->tally, run.events, run.count, problem);
}

static bool put(struct sink *s, struct event e, struct problem *problem)
{
    e.thread = s->thread;
    s->times[s->count] = s->gap_ns;
    s->events[s->count++] = e;
    s->gap_ns = 0;
    return s->count < SINK_EVENTS || sink_flush(s, problem);
}

bool sink_allocate(struct sink *s, enum event_kind kind, uint64_t key, uint64_t size,
                   unsigned align_log2, struct problem *problem)
{
    uint32_t slot = slot_map_acquire(&s->map, key);
    if (slot == SLOT_NONE) {
        return problem_set(problem, "no memory for the live blocks of the trace");
    }
    return put(
        s,
        (struct event){
            .kind = (uint8_t)kind, .slot = slot, .size = size, .align_log2 = (uint8_t)align_log2},
        problem);
}

bool sink_resize(struct sink *s, uint64_t key, uint64_t new_key, uint64_t size,
                 struct problem *problem)
{
    uint32_t slot = slot_map_unbind(&s->map, key);
    if (!slot_map_bind(&s->map, new_key, slot)) {
        return problem_set(problem, "no memory for the live blocks of the trace");
    }
    return put(s, (struct event){.kind = EVENT_REALLOC, .slot = slot, .size = size}, problem);
}

bool sink_free(struct sink *s, uint64_t key, struct problem *problem)
{
    uint32_t slot = slot_map_unbind(&s->map, key);
    slot_map_release(&s->map, slot);
    return put(s, (struct event){.kind = EVENT_FREE, .slot = slot}, problem);
}

void sink_leak(struct sink *s, uint64_t key)
{
    slot_map_unbind(&s->map, key);
}

bool sink_mark_trailing_frees(struct sink *s)
{
    if (s->out) {
        trace_mark_trailing_frees(s->out);
    }
    return true;
}

void sink_warn(struct sink *s, const char *format, ...)
{
    struct problem line;
    va_list args;
    va_start(args, format);
    vsnprintf(line.text, sizeof line.text, format, args);
    va_end(args);
    s->warnings++;
    if (s->warner) {
        s->warner(line.text, s->warner_context);
    }
}
