/* trace_decode.c - the columns of a frame back to events; nothing in them is trusted.
 *
 * Functions return what is wrong with the frame, NULL if nothing is. The decoder of a frame never
 * leaves decode_events: its cursors are in registers.
 */
#include <xxhash.h>

#include "workloads/trace/bytes.h"
#include "workloads/trace/trace.h"
#include "workloads/trace/trace_codec.h"

#define INLINE            static inline __attribute__((always_inline))
#define RARELY(condition) __builtin_expect(condition, 0)

enum { HEADS = 256, HASHED_AT_ONCE = 512 };

#define SIZE_NONE UINT64_MAX

struct column {
    const unsigned char *at, *end;
};

struct decoder {
    struct trace_codec *state;
    struct column heads, args;
    uint32_t most; /* every slot is below this */
};

static const char no_size[] = "a size is not in its dictionary";
static const char no_head[] = "its heads end early";
static const char no_block[] = "an empty slot is freed or resized";

INLINE const char *arg(struct decoder *d, uint64_t *n)
{
    if (d->args.at < d->args.end && *d->args.at < 0x80) {
        *n = *d->args.at++;
        return NULL;
    }
    const unsigned char *at = d->args.at;
    bool whole = get_varint(&at, d->args.end, n);
    d->args.at = at;
    return whole ? NULL : "its arguments end early";
}

INLINE const char *size_argument(struct decoder *d, uint64_t *size)
{
    const char *wrong = arg(d, size);
    return wrong ? wrong : *size > TRACE_MOST_BYTES ? "a size is absurd" : NULL;
}

/* The size that a head names directly; SIZE_NONE: the dictionaries have no such entry. */
static const char *read_dictionaries(struct column c, uint64_t size_of[HEADS])
{
    if (c.end - c.at < 2) {
        return "it has no dictionaries";
    }
    size_t mallocs = *c.at++, callocs = *c.at++;
    if (mallocs > CODEC_MALLOC_SIZES || callocs > CODEC_CALLOC_SIZES) {
        return "its dictionaries are too large";
    }
    memset(size_of, 0xff, HEADS * sizeof *size_of);
    for (size_t i = 0; i < mallocs + callocs; i++) {
        size_t head = i < mallocs ? HEAD_MALLOC_KNOWN + i : HEAD_CALLOC_KNOWN + i - mallocs;
        if (!get_varint(&c.at, c.end, &size_of[head]) || size_of[head] > TRACE_MOST_BYTES) {
            return "its dictionaries end early or are absurd";
        }
    }
    return c.at == c.end ? NULL : "its dictionaries are too long";
}

static const char *split_columns(const unsigned char *raw, size_t bytes,
                                 struct column columns[CODEC_COLUMNS])
{
    if (bytes < CODEC_LENGTHS_BYTES) {
        return "it has no columns";
    }
    const unsigned char *at = raw + CODEC_LENGTHS_BYTES;
    size_t left = bytes - CODEC_LENGTHS_BYTES;
    for (size_t i = 0; i < CODEC_COLUMNS; i++) {
        size_t length = get_u32(raw + 4 * i);
        if (length > left) {
            return "a column is longer than the frame";
        }
        columns[i] = (struct column){at, at + length};
        at += length;
        left -= length;
    }
    return left == 0 ? NULL : "it has bytes outside its columns";
}

INLINE void note_birth(struct decoder *d, uint32_t slot)
{
    d->state->recent[d->state->born++ % CODEC_AGES] = slot;
}

/* The slot of the block that was born as number `birth`; one that is out of range is as good
 * as any other number that is too large. */
INLINE const char *slot_of_birth(const struct decoder *d, uint64_t birth, uint32_t *slot)
{
    if (RARELY(d->state->born - 1 - birth >= CODEC_AGES || birth >= d->state->born)) {
        return "a block is older than the trace";
    }
    *slot = d->state->recent[birth % CODEC_AGES];
    return slots_in_use(&d->state->slots, *slot) ? NULL : no_block;
}

INLINE const char *slot_argument(struct decoder *d, uint32_t *slot)
{
    uint64_t n;
    const char *wrong = arg(d, &n);
    if (wrong) {
        return wrong;
    }
    *slot = (uint32_t)n;
    return n < d->most && slots_in_use(&d->state->slots, *slot) ? NULL : no_block;
}

INLINE const char *end_block(struct decoder *d, uint64_t birth, struct event *e)
{
    const char *wrong = slot_of_birth(d, birth, &e->slot);
    if (RARELY(wrong != NULL)) {
        return wrong;
    }
    e->kind = EVENT_FREE;
    d->state->freed = birth;
    slots_give(&d->state->slots, e->slot);
    return NULL;
}

/* A head that names a block directly. It cannot be predicted whether by age or by distance, so both
 * are one sum without a branch. */
INLINE const char *decode_free(struct decoder *d, unsigned head, struct event *e)
{
    bool young = head < HEAD_FREE_NEAR;
    uint64_t from = young ? d->state->born : d->state->freed;
    uint64_t before =
        young ? head + 1u : (uint64_t)HEAD_FREE_AFTER - head - (head >= HEAD_FREE_AFTER);
    return end_block(d, from - before, e);
}

INLINE const char *decode_far_free(struct decoder *d, unsigned head, struct event *e)
{
    uint64_t age;
    const char *wrong;
    if (head == HEAD_FREE_OLD) {
        wrong = arg(d, &age);
        return wrong ? wrong : end_block(d, d->state->born - 1 - CODEC_YOUNG - age, e);
    }
    wrong = slot_argument(d, &e->slot);
    if (!wrong) {
        e->kind = EVENT_FREE;
        slots_give(&d->state->slots, e->slot);
    }
    return wrong;
}

INLINE const char *decode_realloc(struct decoder *d, unsigned head, struct event *e)
{
    uint64_t age;
    const char *wrong;
    if (head == HEAD_REALLOC_SLOT) {
        wrong = slot_argument(d, &e->slot);
    } else {
        wrong = arg(d, &age);
        wrong = wrong ? wrong : slot_of_birth(d, d->state->born - 1 - age, &e->slot);
    }
    wrong = wrong ? wrong : size_argument(d, &e->size);
    if (!wrong) {
        e->kind = EVENT_REALLOC;
        note_birth(d, e->slot);
    }
    return wrong;
}

/* The lowest free slot is what nearly all allocations take: it is free, and leaves no gap. */
INLINE const char *take_slot(struct decoder *d, struct event *e)
{
    struct slots *slots = &d->state->slots;
    if (RARELY(e->slot >= d->most || (e->slot != slots_lowest(slots) && e->slot > slots->bound))) {
        return "a slot is out of range";
    }
    if (RARELY(e->slot != slots_lowest(slots) && slots_in_use(slots, e->slot))) {
        return "a block is allocated in a full slot";
    }
    if (RARELY(!slots_take(slots, e->slot))) {
        return "there is no memory for its slots";
    }
    note_birth(d, e->slot);
    return NULL;
}

INLINE const char *decode_allocation(struct decoder *d, unsigned head, uint64_t known,
                                     struct event *e)
{
    uint64_t align = 0;
    const char *wrong = NULL;
    if (head >= HEAD_CALLOC_KNOWN) {
        e->kind = EVENT_CALLOC;
        e->size = known;
        return known == SIZE_NONE ? no_size : take_slot(d, e);
    }
    if (head == HEAD_ALIGNED) {
        wrong = arg(d, &align);
        wrong = wrong ? wrong : align > 63 ? "an alignment is absurd" : NULL;
    }
    e->kind = head == HEAD_MALLOC   ? EVENT_MALLOC
              : head == HEAD_CALLOC ? EVENT_CALLOC
                                    : EVENT_ALIGNED;
    e->align_log2 = (uint8_t)align;
    wrong = wrong ? wrong : size_argument(d, &e->size);
    return wrong ? wrong : take_slot(d, e);
}

/* Applies THREAD and SLOT, and sets head to the one that follows them. */
INLINE const char *skip_prefixes(struct decoder *d, unsigned *head, struct event *e)
{
    while (RARELY(*head == HEAD_THREAD || *head == HEAD_SLOT)) {
        uint64_t n;
        const char *wrong = arg(d, &n);
        if (wrong) {
            return wrong;
        }
        if (*head == HEAD_SLOT ? n >= d->most : n > UINT16_MAX) {
            return "a slot or a thread is out of range";
        }
        if (*head == HEAD_SLOT) {
            e->slot = (uint32_t)n;
        } else {
            d->state->thread = (uint32_t)n;
            e->thread = (uint16_t)n;
        }
        if (d->heads.at == d->heads.end) {
            return no_head;
        }
        *head = *d->heads.at++;
    }
    return NULL;
}

/* The most frequent heads first. */
INLINE const char *decode_event(struct decoder *d, const uint64_t size_of[HEADS], struct event *e)
{
    if (RARELY(d->heads.at == d->heads.end)) {
        return no_head;
    }
    *e = (struct event){.slot = slots_lowest(&d->state->slots),
                        .thread = (uint16_t)d->state->thread};
    unsigned head = *d->heads.at++;
    const char *wrong = skip_prefixes(d, &head, e);
    if (RARELY(wrong != NULL)) {
        return wrong;
    }
    if (head < HEAD_MALLOC_KNOWN) {
        return decode_free(d, head, e);
    }
    if (head < HEAD_MALLOC) {
        e->size = size_of[head];
        return RARELY(e->size == SIZE_NONE) ? no_size : take_slot(d, e);
    }
    switch (head) {
    case HEAD_FREE_OLD:
    case HEAD_FREE_SLOT:
        return decode_far_free(d, head, e);
    case HEAD_REALLOC:
    case HEAD_REALLOC_SLOT:
        return decode_realloc(d, head, e);
    default:
        return head > HEAD_SLOT && head < HEAD_CALLOC_KNOWN
                   ? "a head is unknown"
                   : decode_allocation(d, head, size_of[head], e);
    }
}

/* Decodes *count events; if something is wrong, *count says where. The events are hashed while they
 * are in the nearest cache. */
static const char *decode_events(struct trace_codec *state, struct column heads, struct column args,
                                 const uint64_t size_of[HEADS], uint32_t most, struct event *events,
                                 size_t *count, struct XXH64_state_s *digest)
{
    struct decoder d = {.state = state, .heads = heads, .args = args, .most = most};
    const char *wrong = NULL;
    size_t i = 0;
    while (i < *count && !wrong) {
        size_t start = i, end = *count - i < HASHED_AT_ONCE ? *count : i + HASHED_AT_ONCE;
        while (i < end && !(wrong = decode_event(&d, size_of, &events[i]))) {
            i++;
        }
        XXH64_update(digest, events + start, (i - start) * sizeof *events);
    }
    if (wrong) {
        *count = i;
        return wrong;
    }
    return d.heads.at != d.heads.end || d.args.at != d.args.end
               ? "a column has more than its events need"
               : NULL;
}

static const char *decode_times(struct column c, struct trace_run *run)
{
    for (size_t i = 0; run->times && i < run->count; i++) {
        if (!get_varint(&c.at, c.end, &run->times[i])) {
            return "its times end early";
        }
    }
    return c.at == c.end ? NULL : "it has more times than events";
}

static const char *decode_sites(struct column c, struct trace_run *run)
{
    if ((size_t)(c.end - c.at) != (run->sites ? 4 * run->count : 0)) {
        return "it has not a site for each event";
    }
    for (size_t i = 0; run->sites && i < run->count; i++, c.at += 4) {
        run->sites[i] = get_u32(c.at);
    }
    return NULL;
}

bool trace_decode(struct trace_codec *state, const unsigned char *raw, size_t bytes, uint32_t slots,
                  struct trace_run *run, struct XXH64_state_s *digest, struct problem *problem)
{
    struct column columns[CODEC_COLUMNS];
    uint64_t size_of[HEADS];
    size_t count = run->count;
    const char *wrong = split_columns(raw, bytes, columns);
    wrong = wrong ? wrong : read_dictionaries(columns[CODEC_DICTIONARIES], size_of);
    if (wrong) {
        return problem_set(problem, "%s", wrong);
    }
    wrong = decode_events(state, columns[CODEC_HEADS], columns[CODEC_ARGS], size_of, slots,
                          run->events, &count, digest);
    if (wrong && count < run->count) {
        return problem_set(problem, "%s (event %zu of the frame)", wrong, count);
    }
    wrong = wrong ? wrong : decode_times(columns[CODEC_TIMES], run);
    wrong = wrong ? wrong : decode_sites(columns[CODEC_SITES], run);
    return !wrong || problem_set(problem, "%s", wrong);
}
