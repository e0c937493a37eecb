#include "replay/packed.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "region/zeroes.h"

/* How many events ahead the size of a block is brought into the caches. */
enum { JUDGE_AHEAD = 24 };

/* Chunks that are kept together. */
enum { KEPT_GROUP = 8 };
#define KEPT_GROUP_BYTES (KEPT_GROUP * EVENT_CHUNK * sizeof(struct packed_event))

/* The state of the blocks while a workload is checked. */
struct judge {
    uint64_t *size; /* by slot: 1 + the bytes requested, 0 for an empty slot */
    uint64_t live_bytes, live_blocks;
    uint8_t *acted; /* by thread: bits */
    XXH64_state_t *hash;
};

static bool out_of_memory(struct problem *problem)
{
    return problem_set(problem, "out of memory while a workload is made ready for replay");
}

static bool wrong_event(const struct packed *p, uint64_t index, const char *what,
                        struct problem *problem)
{
    return problem_set(problem, "workload %s: event %" PRIu64 " %s", p->spec->label, index, what);
}

static bool judge_event(struct packed *p, struct judge *j, const struct event *e, uint64_t index,
                        struct problem *problem)
{
    struct workload_facts *f = &p->facts;
    if (e->slot >= f->slots || e->kind >= EVENT_KINDS || e->align_log2 > 47) {
        return wrong_event(p, index, "has a slot, a kind or an alignment that cannot be", problem);
    }
    uint8_t *acted = &j->acted[e->thread / 8], bit = (uint8_t)(1u << e->thread % 8);
    f->threads += !(*acted & bit);
    *acted |= bit;
    uint64_t *size = &j->size[e->slot];
    bool full = *size != 0;
    bool wants_full = e->kind == EVENT_FREE || e->kind == EVENT_REALLOC;
    if (full != wants_full) {
        return wrong_event(p, index,
                           full ? "allocates into a full slot" : "frees or resizes an empty slot",
                           problem);
    }
    f->count[e->kind]++;
    j->live_bytes -= full ? *size - 1 : 0;
    j->live_blocks -= full;
    if (e->kind == EVENT_FREE) {
        *size = 0;
        return true;
    }
    uint64_t bytes = e->size < UINT64_MAX / 4 ? e->size : UINT64_MAX / 4;
    *size = bytes + 1;
    j->live_bytes += bytes;
    j->live_blocks++;
    f->allocated_bytes += bytes;
    f->largest_bytes = bytes > f->largest_bytes ? bytes : f->largest_bytes;
    f->peak_live_bytes = j->live_bytes > f->peak_live_bytes ? j->live_bytes : f->peak_live_bytes;
    f->peak_live_blocks =
        j->live_blocks > f->peak_live_blocks ? j->live_blocks : f->peak_live_blocks;
    return true;
}

static bool fits(const struct event *e)
{
    return e->kind != EVENT_ALIGNED && e->size <= PACKED_MOST;
}

static struct packed_event pack(uint64_t size, uint32_t slot, enum packed_kind kind)
{
    return (struct packed_event){.offset = slot * (uint32_t)sizeof(void *),
                                 .kind_size = (uint32_t)kind << PACKED_SIZE_BITS | (uint32_t)size};
}

/* Keeps the threads of n events if any is not the first. */
static bool pack_threads(const struct event *event, size_t n, struct packed_chunk *c)
{
    size_t first = 0;
    while (first < n && event[first].thread == 0) {
        first++;
    }
    if (first == n) {
        free(c->thread);
        c->thread = NULL;
        return true;
    }
    uint16_t *thread = realloc(c->thread, n * sizeof *thread);
    c->thread = thread ? thread : c->thread;
    for (size_t i = 0; thread && i < n; i++) {
        thread[i] = event[i].thread;
    }
    return thread != NULL;
}

static bool pack_gaps(const uint64_t *gap, size_t n, struct packed_chunk *c)
{
    if (!gap) {
        return true;
    }
    uint64_t *gaps = realloc(c->gap, n * sizeof *gaps);
    c->gap = gaps ? gaps : c->gap;
    if (gaps) {
        memcpy(gaps, gap, n * sizeof *gaps);
    }
    return gaps != NULL;
}

/* Packs n decoded events into c->event, which has room for them; the chunk's other arrays are made
 * or grown. */
static bool pack_chunk(const struct event *event, const uint64_t *gap, size_t n,
                       struct packed_chunk *c, struct problem *problem)
{
    size_t sides = 0;
    for (size_t i = 0; i < n; i++) {
        sides += !fits(&event[i]);
    }
    struct event *side = realloc(c->side, (sides ? sides : 1) * sizeof *side);
    c->side = side ? side : c->side;
    if (!c->event || !side || !pack_threads(event, n, c) || !pack_gaps(gap, n, c)) {
        return out_of_memory(problem);
    }
    static const enum packed_kind kind[EVENT_KINDS] = {[EVENT_MALLOC] = PACKED_MALLOC,
                                                       [EVENT_CALLOC] = PACKED_CALLOC,
                                                       [EVENT_REALLOC] = PACKED_REALLOC,
                                                       [EVENT_FREE] = PACKED_FREE};
    c->n = n;
    c->sides = 0;
    for (size_t i = 0; i < n; i++) {
        const struct event *e = &event[i];
        if (fits(e)) {
            c->event[i] = pack(e->size, e->slot, kind[e->kind]);
        } else {
            c->event[i] = pack(c->sides, e->slot, PACKED_SIDE);
            c->side[c->sides++] = *e;
        }
    }
    return true;
}

/* The first chunks that are kept have memory of their own, so that a small workload takes little.
 * Later ones come in groups of KEPT_GROUP, which have huge pages: their first use is a page fault
 * for each page. */
static struct packed_event *kept_events(const struct packed *p, size_t n)
{
    size_t at = p->kept_chunks, in_group = at % KEPT_GROUP;
    if (at < KEPT_GROUP) {
        return malloc((n ? n : 1) * sizeof(struct packed_event));
    }
    return in_group ? p->kept[at - in_group].event + in_group * EVENT_CHUNK
                    : zeroes_map(KEPT_GROUP_BYTES, ZEROES_DENSE);
}

static void free_kept_events(const struct packed *p)
{
    for (size_t i = 0; i < p->kept_chunks; i++) {
        if (i < KEPT_GROUP) {
            free(p->kept[i].event);
        } else if (i % KEPT_GROUP == 0) {
            zeroes_unmap(p->kept[i].event, KEPT_GROUP_BYTES, ZEROES_DENSE);
        }
    }
}

static bool keep_chunk(struct packed *p, size_t n, struct problem *problem)
{
    struct packed_chunk *kept = realloc(p->kept, (p->kept_chunks + 1) * sizeof *kept);
    if (!kept) {
        return out_of_memory(problem);
    }
    p->kept = kept;
    kept[p->kept_chunks] = (struct packed_chunk){.event = kept_events(p, n)};
    return pack_chunk(p->decoded, p->gaps, n, &kept[p->kept_chunks++], problem);
}

/* The next chunk of the open workload, with EVENT_CHUNK events unless the workload ends. */
static size_t decode(struct packed *p, struct problem *problem)
{
    size_t n = 0, got = 1;
    problem->text[0] = '\0';
    while (n < EVENT_CHUNK && got) {
        p->rest->times = p->gaps ? p->gaps + n : NULL;
        got = workload_next(p->rest, p->decoded + n, EVENT_CHUNK - n, problem);
        n += got;
    }
    return problem->text[0] ? 0 : n;
}

static bool read_through(struct packed *p, struct judge *j, uint64_t budget,
                         struct problem *problem)
{
    struct workload_facts *f = &p->facts;
    uint64_t known = p->rest->digest; /* whoever knows it compares it at the end */
    size_t n;
    while ((n = decode(p, problem)) > 0) {
        for (size_t i = 0; i < n; i++) {
            size_t ahead = i + JUDGE_AHEAD < n ? i + JUDGE_AHEAD : i;
            if (p->decoded[ahead].slot < f->slots) {
                __builtin_prefetch(&j->size[p->decoded[ahead].slot], 1);
            }
            if (!judge_event(p, j, &p->decoded[i], f->events + i, problem)) {
                return false;
            }
        }
        if (!known) {
            XXH64_update(j->hash, p->decoded, n * sizeof *p->decoded);
        }
        if (f->events == (uint64_t)p->kept_chunks * EVENT_CHUNK && f->events + n <= budget &&
            !keep_chunk(p, n, problem)) {
            return false;
        }
        f->events += n;
    }
    if (problem->text[0]) {
        return problem_prefix(problem, "workload %s", p->spec->label);
    }
    f->digest = known ? known : XXH64_digest(j->hash);
    return true;
}

static bool prepare(struct packed *p, uint64_t budget, struct problem *problem)
{
    p->decoded = malloc(EVENT_CHUNK * sizeof *p->decoded);
    p->rest = p->decoded ? workload_spec_open(p->spec, problem) : NULL;
    if (!p->rest) {
        return p->decoded ? false : out_of_memory(problem);
    }
    if (p->gaps && !p->rest->timed) {
        return problem_set(problem, "workload %s has no times", p->spec->label);
    }
    p->facts.slots = p->rest->slots;
    uint64_t events = p->rest->events, drain = p->rest->drain;
    if (p->facts.slots >> PACKED_SLOT_BITS) {
        return problem_set(problem, "workload %s: more than %u slots", p->spec->label,
                           (1u << PACKED_SLOT_BITS) - 1);
    }
    size_t bytes = (p->facts.slots + (size_t)1) * sizeof(uint64_t);
    struct judge j = {.size = zeroes_map(bytes, ZEROES_DENSE),
                      .acted = calloc((UINT16_MAX + 1) / 8, 1),
                      .hash = XXH64_createState()};
    bool read =
        j.size && j.acted && j.hash ? XXH64_reset(j.hash, 0) == XXH_OK : out_of_memory(problem);
    read = read && read_through(p, &j, budget, problem);
    p->facts.drain = events == p->facts.events ? drain : p->facts.events;
    zeroes_unmap(j.size, bytes, ZEROES_DENSE);
    free(j.acted);
    XXH64_freeState(j.hash);
    return read;
}

static bool make_ready(struct packed *p, uint64_t budget, struct problem *problem)
{
    bool ready = prepare(p, budget, problem);
    packed_rewind(p);
    if (!ready) {
        packed_close(p);
    }
    return ready;
}

bool packed_open(struct packed *p, const struct workload_spec *spec, uint64_t budget,
                 struct problem *problem)
{
    *p = (struct packed){.spec = spec};
    return make_ready(p, budget, problem);
}

bool packed_open_timed(struct packed *p, const struct workload_spec *spec, uint64_t budget,
                       struct problem *problem)
{
    *p = (struct packed){.spec = spec, .gaps = malloc(EVENT_CHUNK * sizeof *p->gaps)};
    return p->gaps ? make_ready(p, budget, problem) : out_of_memory(problem);
}

/* A chunk beyond those that are kept. */
static const struct packed_chunk *next_moving(struct packed *p, struct problem *problem)
{
    if (!p->rest) {
        p->rest = workload_spec_open(p->spec, problem);
        for (size_t skip = 0; p->rest && skip < p->kept_chunks; skip++) {
            decode(p, problem);
        }
    }
    if (!p->moving.event) {
        p->moving.event = malloc(EVENT_CHUNK * sizeof *p->moving.event);
    }
    size_t n = p->rest ? decode(p, problem) : 0;
    return n && pack_chunk(p->decoded, p->gaps, n, &p->moving, problem) ? &p->moving : NULL;
}

const struct packed_chunk *packed_next(struct packed *p, struct problem *problem)
{
    problem->text[0] = '\0';
    size_t at = p->next++;
    if ((uint64_t)at * EVENT_CHUNK >= p->facts.events) {
        return NULL;
    }
    return at < p->kept_chunks ? &p->kept[at] : next_moving(p, problem);
}

void packed_rewind(struct packed *p)
{
    workload_close(p->rest);
    p->rest = NULL;
    p->next = 0;
}

void packed_close(struct packed *p)
{
    packed_rewind(p);
    free_kept_events(p);
    for (size_t i = 0; i < p->kept_chunks; i++) {
        free(p->kept[i].side);
        free(p->kept[i].thread);
        free(p->kept[i].gap);
    }
    free(p->kept);
    free(p->moving.event);
    free(p->moving.side);
    free(p->moving.thread);
    free(p->moving.gap);
    free(p->gaps);
    free(p->decoded);
    *p = (struct packed){0};
}
