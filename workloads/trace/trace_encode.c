/* trace_encode.c - events to the columns of a frame. */
#include <stdlib.h>
#include <string.h>

#include "workloads/trace/bytes.h"
#include "workloads/trace/trace_codec.h"

enum { COUNTED_SIZES = 1 << 16 }; /* larger sizes are too rare for a dictionary */
enum { NOT_KNOWN = 0xff };

/* Which sizes a frame's dictionary holds, and the place of each. */
struct dictionary {
    uint32_t count[COUNTED_SIZES];
    uint8_t place[COUNTED_SIZES];
    uint32_t size[CODEC_MALLOC_SIZES];
    size_t n, most;
};

struct trace_encoder {
    struct trace_codec state;
    uint64_t *born; /* a slot's number among all allocations */
    size_t slots;
    struct dictionary mallocs, callocs;
    unsigned char *raw;
    unsigned char *heads, *args; /* ends of the columns while they are written */
    unsigned char head_bytes[3 * EVENT_CHUNK], arg_bytes[40 * EVENT_CHUNK];
};

struct trace_encoder *trace_encoder_open(void)
{
    struct trace_encoder *e = calloc(1, sizeof *e);
    if (!e) {
        return NULL;
    }
    e->mallocs.most = CODEC_MALLOC_SIZES;
    e->callocs.most = CODEC_CALLOC_SIZES;
    trace_codec_open(&e->state);
    e->raw = malloc(CODEC_RAW_MOST);
    if (!e->raw) {
        trace_encoder_close(e);
        return NULL;
    }
    return e;
}

void trace_encoder_close(struct trace_encoder *e)
{
    if (e) {
        trace_codec_close(&e->state);
        free(e->born);
        free(e->raw);
        free(e);
    }
}

static void dictionary_count(struct dictionary *d, uint64_t size)
{
    if (size < COUNTED_SIZES) {
        d->count[size]++;
    }
}

/* Keeps the sizes that occur most, most frequent first; equal ones by size. */
static void dictionary_choose(struct dictionary *d)
{
    d->n = 0;
    memset(d->place, NOT_KNOWN, sizeof d->place);
    for (uint32_t size = 0; size < COUNTED_SIZES; size++) {
        uint32_t count = d->count[size];
        if (count < 2 || (d->n == d->most && count <= d->count[d->size[d->n - 1]])) {
            continue;
        }
        size_t at = d->n < d->most ? d->n++ : d->n - 1;
        for (; at > 0 && d->count[d->size[at - 1]] < count; at--) {
            d->size[at] = d->size[at - 1];
        }
        d->size[at] = size;
    }
    for (size_t i = 0; i < d->n; i++) {
        d->place[d->size[i]] = (uint8_t)i;
    }
    memset(d->count, 0, sizeof d->count);
}

static void choose_dictionaries(struct trace_encoder *e, const struct trace_run *run)
{
    for (size_t i = 0; i < run->count; i++) {
        if (run->events[i].kind == EVENT_MALLOC) {
            dictionary_count(&e->mallocs, run->events[i].size);
        } else if (run->events[i].kind == EVENT_CALLOC) {
            dictionary_count(&e->callocs, run->events[i].size);
        }
    }
    dictionary_choose(&e->mallocs);
    dictionary_choose(&e->callocs);
}

static void put_head(struct trace_encoder *e, unsigned head)
{
    *e->heads++ = (unsigned char)head;
}

static void put_arg(struct trace_encoder *e, uint64_t n)
{
    e->args = put_varint(e->args, n);
}

/* How many allocations came after the one in this slot; CODEC_AGES if it is too old. */
static uint64_t age_of(const struct trace_encoder *e, uint32_t slot)
{
    uint64_t age = e->state.born - 1 - e->born[slot];
    return age < CODEC_AGES ? age : CODEC_AGES;
}

static bool note_birth(struct trace_encoder *e, uint32_t slot)
{
    if (slot >= e->slots) {
        size_t slots = e->slots ? e->slots : 1024;
        while (slots <= slot) {
            slots *= 2;
        }
        uint64_t *born = realloc(e->born, slots * sizeof *born);
        if (!born) {
            return false;
        }
        e->born = born;
        e->slots = slots;
    }
    e->born[slot] = e->state.born;
    e->state.recent[e->state.born++ % CODEC_AGES] = slot;
    return true;
}

static void encode_size(struct trace_encoder *e, const struct dictionary *d, unsigned known,
                        unsigned unknown, uint64_t size)
{
    if (size < COUNTED_SIZES && d->place[size] != NOT_KNOWN) {
        put_head(e, known + d->place[size]);
    } else {
        put_head(e, unknown);
        put_arg(e, size);
    }
}

static bool encode_allocation(struct trace_encoder *e, const struct event *event)
{
    if (event->slot != slots_lowest(&e->state.slots)) {
        put_head(e, HEAD_SLOT);
        put_arg(e, event->slot);
    }
    if (event->kind == EVENT_MALLOC) {
        encode_size(e, &e->mallocs, HEAD_MALLOC_KNOWN, HEAD_MALLOC, event->size);
    } else if (event->kind == EVENT_CALLOC) {
        encode_size(e, &e->callocs, HEAD_CALLOC_KNOWN, HEAD_CALLOC, event->size);
    } else {
        put_head(e, HEAD_ALIGNED);
        put_arg(e, event->align_log2);
        put_arg(e, event->size);
    }
    return slots_take(&e->state.slots, event->slot) && note_birth(e, event->slot);
}

static bool encode_realloc(struct trace_encoder *e, const struct event *event)
{
    uint64_t age = age_of(e, event->slot);
    put_head(e, age < CODEC_AGES ? HEAD_REALLOC : HEAD_REALLOC_SLOT);
    put_arg(e, age < CODEC_AGES ? age : event->slot);
    put_arg(e, event->size);
    return note_birth(e, event->slot);
}

static void encode_free(struct trace_encoder *e, const struct event *event)
{
    uint64_t birth = e->born[event->slot], age = age_of(e, event->slot);
    uint64_t after = birth - e->state.freed - 1, before = e->state.freed - birth - 1;
    if (age < CODEC_AGES && after < CODEC_NEAR) {
        put_head(e, HEAD_FREE_AFTER + (unsigned)after);
    } else if (age < CODEC_AGES && before < CODEC_NEAR) {
        put_head(e, HEAD_FREE_AFTER - 1 - (unsigned)before);
    } else if (age < CODEC_YOUNG) {
        put_head(e, HEAD_FREE + (unsigned)age);
    } else {
        put_head(e, age < CODEC_AGES ? HEAD_FREE_OLD : HEAD_FREE_SLOT);
        put_arg(e, age < CODEC_AGES ? age - CODEC_YOUNG : event->slot);
    }
    e->state.freed = age < CODEC_AGES ? birth : e->state.freed;
    slots_give(&e->state.slots, event->slot);
}

static bool encode_event(struct trace_encoder *e, const struct event *event)
{
    if (event->thread != e->state.thread) {
        e->state.thread = event->thread;
        put_head(e, HEAD_THREAD);
        put_arg(e, event->thread);
    }
    switch (event->kind) {
    case EVENT_FREE:
        encode_free(e, event);
        return true;
    case EVENT_REALLOC:
        return encode_realloc(e, event);
    default:
        return encode_allocation(e, event);
    }
}

static unsigned char *put_dictionary(unsigned char *to, const struct dictionary *d)
{
    for (size_t i = 0; i < d->n; i++) {
        to = put_varint(to, d->size[i]);
    }
    return to;
}

static unsigned char *put_bytes(unsigned char *to, const unsigned char *from,
                                const unsigned char *end)
{
    memcpy(to, from, (size_t)(end - from));
    return to + (end - from);
}

/* Closes a column that was written up to `end`, and returns where the next one starts. */
static unsigned char *end_column(struct trace_encoder *e, size_t column, unsigned char *start,
                                 unsigned char *end)
{
    put_u32(e->raw + 4 * column, (uint32_t)(end - start));
    return end;
}

static size_t assemble(struct trace_encoder *e, const struct trace_run *run)
{
    unsigned char *start = e->raw + CODEC_LENGTHS_BYTES, *at = start;
    *at++ = (unsigned char)e->mallocs.n;
    *at++ = (unsigned char)e->callocs.n;
    at = put_dictionary(put_dictionary(at, &e->mallocs), &e->callocs);
    start = end_column(e, CODEC_DICTIONARIES, start, at);
    at = put_bytes(start, e->head_bytes, e->heads);
    start = end_column(e, CODEC_HEADS, start, at);
    at = put_bytes(start, e->arg_bytes, e->args);
    start = end_column(e, CODEC_ARGS, start, at);
    for (size_t i = 0; run->times && i < run->count; i++) {
        at = put_varint(at, run->times[i]);
    }
    start = end_column(e, CODEC_TIMES, start, at);
    for (size_t i = 0; run->sites && i < run->count; i++, at += 4) {
        put_u32(at, run->sites[i]);
    }
    end_column(e, CODEC_SITES, start, at);
    return (size_t)(at - e->raw);
}

const unsigned char *trace_encode(struct trace_encoder *e, const struct trace_run *run,
                                  size_t *bytes)
{
    e->heads = e->head_bytes;
    e->args = e->arg_bytes;
    choose_dictionaries(e, run);
    for (size_t i = 0; i < run->count; i++) {
        if (!encode_event(e, &run->events[i])) {
            return NULL;
        }
    }
    *bytes = assemble(e, run);
    return e->raw;
}
