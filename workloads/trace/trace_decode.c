/* trace_decode.c - the columns of a frame back to events; nothing in them is trusted. */
#include "bytes.h"
#include "trace.h"
#include "trace_codec.h"

struct column {
    const unsigned char *at, *end;
};

struct decoder {
    struct trace_codec *state;
    struct column columns[CODEC_COLUMNS];
    uint64_t malloc_size[CODEC_MALLOC_SIZES], calloc_size[CODEC_CALLOC_SIZES];
    size_t mallocs, callocs;
    uint32_t slots;
    const char *fault; /* what is wrong, once something is */
};

/* Returns false with the reason: the one way out of the functions below. */
static __attribute__((cold, noinline)) bool fault(struct decoder *d, const char *what)
{
    d->fault = what;
    return false;
}

static bool arg(struct decoder *d, uint64_t *n)
{
    struct column *c = &d->columns[CODEC_ARGS];
    if (c->at < c->end && *c->at < 0x80) {
        *n = *c->at++;
        return true;
    }
    return get_varint(&c->at, c->end, n) || fault(d, "its arguments end early");
}

static bool read_dictionaries(struct decoder *d)
{
    struct column *c = &d->columns[CODEC_DICTIONARIES];
    if (c->end - c->at < 2) {
        return fault(d, "it has no dictionaries");
    }
    d->mallocs = *c->at++;
    d->callocs = *c->at++;
    if (d->mallocs > CODEC_MALLOC_SIZES || d->callocs > CODEC_CALLOC_SIZES) {
        return fault(d, "its dictionaries are too large");
    }
    for (size_t i = 0; i < d->mallocs + d->callocs; i++) {
        uint64_t *size = i < d->mallocs ? &d->malloc_size[i] : &d->calloc_size[i - d->mallocs];
        if (!get_varint(&c->at, c->end, size) || *size > TRACE_MOST_BYTES) {
            return fault(d, "its dictionaries end early or are absurd");
        }
    }
    return true;
}

static bool split_columns(struct decoder *d, const unsigned char *raw, size_t bytes)
{
    if (bytes < CODEC_LENGTHS_BYTES) {
        return fault(d, "it has no columns");
    }
    const unsigned char *at = raw + CODEC_LENGTHS_BYTES;
    size_t left = bytes - CODEC_LENGTHS_BYTES;
    for (size_t i = 0; i < CODEC_COLUMNS; i++) {
        size_t length = get_u32(raw + 4 * i);
        if (length > left) {
            return fault(d, "a column is longer than the frame");
        }
        d->columns[i] = (struct column){at, at + length};
        at += length;
        left -= length;
    }
    return left == 0 || fault(d, "it has bytes outside its columns");
}

static inline void note_birth(struct trace_codec *c, uint32_t slot)
{
    c->recent[c->born++ % CODEC_AGES] = slot;
}

/* The slot of the block that was born as number `birth`; one that is out of range is as good
 * as any other number that is too large. */
static inline bool slot_of_birth(struct decoder *d, uint64_t birth, uint32_t *slot)
{
    struct trace_codec *c = d->state;
    if (c->born - 1 - birth >= CODEC_AGES || birth >= c->born) {
        return fault(d, "a block is older than the trace");
    }
    *slot = c->recent[birth % CODEC_AGES];
    return slots_in_use(&c->slots, *slot) || fault(d, "an empty slot is freed or resized");
}

static bool slot_argument(struct decoder *d, uint32_t *slot)
{
    uint64_t n;
    if (!arg(d, &n)) {
        return false;
    }
    *slot = (uint32_t)n;
    return (n < d->slots && slots_in_use(&d->state->slots, *slot)) ||
           fault(d, "an empty slot is freed or resized");
}

static inline bool end_block(struct decoder *d, uint64_t birth, struct event *e)
{
    if (!slot_of_birth(d, birth, &e->slot)) {
        return false;
    }
    e->kind = EVENT_FREE;
    d->state->freed = birth;
    slots_give(&d->state->slots, e->slot);
    return true;
}

/* A head that names a block by itself. Whether by age or by distance is not to be foreseen, so
 * both are one sum without a branch. */
static inline bool decode_free(struct decoder *d, unsigned head, struct event *e)
{
    const struct trace_codec *c = d->state;
    bool young = head < HEAD_FREE_NEAR;
    uint64_t from = young ? c->born : c->freed;
    uint64_t before =
        young ? head + 1u : (uint64_t)HEAD_FREE_AFTER - head - (head >= HEAD_FREE_AFTER);
    return end_block(d, from - before, e);
}

static bool decode_far_free(struct decoder *d, unsigned head, struct event *e)
{
    uint64_t age;
    if (head == HEAD_FREE_OLD) {
        return arg(d, &age) && end_block(d, d->state->born - 1 - CODEC_YOUNG - age, e);
    }
    if (!slot_argument(d, &e->slot)) {
        return false;
    }
    e->kind = EVENT_FREE;
    slots_give(&d->state->slots, e->slot);
    return true;
}

static bool size_argument(struct decoder *d, uint64_t *size)
{
    return arg(d, size) && (*size <= TRACE_MOST_BYTES || fault(d, "a size is absurd"));
}

static bool decode_realloc(struct decoder *d, unsigned head, struct event *e)
{
    uint64_t age;
    bool found = head == HEAD_REALLOC_SLOT
                     ? slot_argument(d, &e->slot)
                     : arg(d, &age) && slot_of_birth(d, d->state->born - 1 - age, &e->slot);
    if (!found || !size_argument(d, &e->size)) {
        return false;
    }
    e->kind = EVENT_REALLOC;
    note_birth(d->state, e->slot);
    return true;
}

/* The lowest free slot is what nearly all allocations take: it is free, and leaves no gap. */
static inline __attribute__((always_inline)) bool take_slot(struct decoder *d, struct event *e)
{
    struct slots *slots = &d->state->slots;
    if (e->slot >= d->slots || (e->slot != slots_lowest(slots) && e->slot > slots->bound)) {
        return fault(d, "a slot is out of range");
    }
    if (e->slot != slots_lowest(slots) && slots_in_use(slots, e->slot)) {
        return fault(d, "a block is allocated in a full slot");
    }
    if (!slots_take(slots, e->slot)) {
        return fault(d, "there is no memory for its slots");
    }
    note_birth(d->state, e->slot);
    return true;
}

static bool decode_allocation(struct decoder *d, unsigned head, struct event *e)
{
    if (head >= HEAD_CALLOC_KNOWN) {
        e->kind = EVENT_CALLOC;
        if (head - HEAD_CALLOC_KNOWN >= d->callocs) {
            return fault(d, "a size is not in its dictionary");
        }
        e->size = d->calloc_size[head - HEAD_CALLOC_KNOWN];
        return take_slot(d, e);
    }
    uint64_t align = 0;
    if (head == HEAD_ALIGNED && (!arg(d, &align) || align > 63)) {
        return fault(d, "an alignment is absurd");
    }
    e->kind = head == HEAD_MALLOC   ? EVENT_MALLOC
              : head == HEAD_CALLOC ? EVENT_CALLOC
                                    : EVENT_ALIGNED;
    e->align_log2 = (uint8_t)align;
    return size_argument(d, &e->size) && take_slot(d, e);
}

/* Applies THREAD and SLOT, and returns the head that follows them. */
static bool skip_prefixes(struct decoder *d, unsigned *head, struct event *e)
{
    struct column *heads = &d->columns[CODEC_HEADS];
    while (*head == HEAD_THREAD || *head == HEAD_SLOT) {
        uint64_t n;
        if (!arg(d, &n)) {
            return false;
        }
        if (*head == HEAD_SLOT ? n >= d->slots : n > UINT16_MAX) {
            return fault(d, "a slot or a thread is out of range");
        }
        if (*head == HEAD_SLOT) {
            e->slot = (uint32_t)n;
        } else {
            d->state->thread = (uint32_t)n;
            e->thread = (uint16_t)n;
        }
        if (heads->at == heads->end) {
            return fault(d, "its heads end early");
        }
        *head = *heads->at++;
    }
    return true;
}

static __attribute__((noinline)) bool decode_other(struct decoder *, unsigned head, struct event *);

/* The two heads that nearly all events have; slots below `lowest` are all taken. */
static inline __attribute__((always_inline)) bool decode_head(struct decoder *d, unsigned head,
                                                              struct event *e)
{
    if (head < HEAD_MALLOC_KNOWN) {
        return decode_free(d, head, e);
    }
    if (head < HEAD_MALLOC) {
        e->size = d->malloc_size[head - HEAD_MALLOC_KNOWN];
        return head - HEAD_MALLOC_KNOWN < d->mallocs ? take_slot(d, e)
                                                     : fault(d, "a size is not in its dictionary");
    }
    return decode_other(d, head, e);
}

static bool decode_other(struct decoder *d, unsigned head, struct event *e)
{
    switch (head) {
    case HEAD_FREE_OLD:
    case HEAD_FREE_SLOT:
        return decode_far_free(d, head, e);
    case HEAD_REALLOC:
    case HEAD_REALLOC_SLOT:
        return decode_realloc(d, head, e);
    case HEAD_THREAD:
    case HEAD_SLOT:
        return skip_prefixes(d, &head, e) && decode_head(d, head, e);
    default:
        return head > HEAD_SLOT && head < HEAD_CALLOC_KNOWN ? fault(d, "a head is unknown")
                                                            : decode_allocation(d, head, e);
    }
}

static inline bool decode_event(struct decoder *d, struct event *e)
{
    struct column *heads = &d->columns[CODEC_HEADS];
    if (heads->at == heads->end) {
        return fault(d, "its heads end early");
    }
    *e = (struct event){.slot = slots_lowest(&d->state->slots),
                        .thread = (uint16_t)d->state->thread};
    return decode_head(d, *heads->at++, e);
}

static bool decode_times(struct decoder *d, struct trace_run *run)
{
    struct column *c = &d->columns[CODEC_TIMES];
    for (size_t i = 0; run->times && i < run->count; i++) {
        if (!get_varint(&c->at, c->end, &run->times[i])) {
            return fault(d, "its times end early");
        }
    }
    return true;
}

static bool decode_sites(struct decoder *d, struct trace_run *run)
{
    struct column *c = &d->columns[CODEC_SITES];
    if (run->sites && (size_t)(c->end - c->at) < 4 * run->count) {
        return fault(d, "its sites end early");
    }
    for (size_t i = 0; run->sites && i < run->count; i++, c->at += 4) {
        run->sites[i] = get_u32(c->at);
    }
    return true;
}

static bool all_was_read(struct decoder *d)
{
    for (size_t i = 0; i < CODEC_COLUMNS; i++) {
        if (d->columns[i].at != d->columns[i].end) {
            return fault(d, "a column has more than its events need");
        }
    }
    return true;
}

bool trace_decode(struct trace_codec *state, const unsigned char *raw, size_t bytes, uint32_t slots,
                  struct trace_run *run, struct problem *problem)
{
    struct decoder d = {.state = state, .slots = slots};
    size_t i = 0;
    if (!split_columns(&d, raw, bytes) || !read_dictionaries(&d)) {
        return problem_set(problem, "%s", d.fault);
    }
    while (i < run->count && decode_event(&d, &run->events[i])) {
        i++;
    }
    if (i < run->count) {
        return problem_set(problem, "%s (event %zu of the frame)", d.fault, i);
    }
    return (decode_times(&d, run) && decode_sites(&d, run) && all_was_read(&d)) ||
           problem_set(problem, "%s", d.fault);
}
