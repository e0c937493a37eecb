#include "theory/prove/position.h"

#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "allocators/heap.h"

/* ---- copies ---- */

static void snapshot_restore(struct position *p, const struct snapshot *s)
{
    struct region *r = &p->units.map.region;
    char *end = r->peak > p->touched ? r->peak : p->touched;
    size_t bytes = region_bytes(&s->region);
    memcpy(r->base, s->bytes, bytes);
    *r = s->region;
    if (end > r->brk) {
        memset(r->brk, 0, (size_t)(end - r->brk));
    }
    p->touched = r->brk;
}

static bool snapshot_take(struct position *p, struct snapshot *s, uint64_t state)
{
    const struct region *r = &p->units.map.region;
    size_t bytes = region_bytes(r);
    if (bytes > s->room) {
        char *more = realloc(s->bytes, 2 * bytes);
        if (!more) {
            return false;
        }
        s->bytes = more;
        s->room = 2 * bytes;
    }
    memcpy(s->bytes, r->base, bytes);
    s->region = *r;
    s->region.peak = r->brk; /* so that it tells how far one operation reaches */
    s->state = state;
    return true;
}

static bool reserve_path(struct position *p, size_t depth)
{
    if (depth < p->room) {
        return true;
    }
    size_t room = 2 * depth + 64;
    struct snapshot *path = realloc(p->path, room * sizeof *path);
    p->path = path ? path : p->path;
    uint16_t *op = realloc(p->op, room * sizeof *op);
    p->op = op ? op : p->op;
    if (!path || !op) {
        return false;
    }
    memset(&path[p->room], 0, (room - p->room) * sizeof *path);
    p->room = room;
    return true;
}

/* ---- what does not matter is zero ---- */

static void zero_spare(const char *addr, size_t bytes)
{
    memset((char *)(uintptr_t)addr, 0, bytes);
}

static bool visit_spare(const char *addr, size_t bytes, void *ctx)
{
    (void)ctx;
    zero_spare(addr, bytes);
    return true;
}

static bool visit_span(const struct span *s, void *ctx)
{
    (void)ctx;
    bool hole = s->kind == SPAN_FREE || s->kind == SPAN_SLACK;
    if (hole && s->bytes > POSITION_HEAD + POSITION_TAIL) {
        zero_spare(s->addr + POSITION_HEAD, s->bytes - POSITION_HEAD - POSITION_TAIL);
    }
    return true;
}

static void clean(struct position *p)
{
    struct heap *h = p->units.heap;
    const struct region *r = &p->units.map.region;
    h->count = (struct counters){0};
    if (h->policy->spare) {
        h->policy->spare(h, visit_spare, NULL);
    } else {
        h->policy->walk(h, visit_span, NULL);
    }
    p->touched = r->peak > p->touched ? r->peak : p->touched;
}

/* Appends up to 64 words that are not 0, behind a mask that says which they are. */
static size_t pack(const uint64_t *from, size_t words, uint64_t *out)
{
    enum { LINE = 8 };
    uint64_t mask = 0;
    size_t n = 1;
    for (size_t i = 0; i < words; i += LINE) {
        const uint64_t *w = &from[i];
        uint64_t half[2] = {w[0] | w[1] | w[2] | w[3], w[4] | w[5] | w[6] | w[7]};
        if (!(half[0] | half[1])) {
            continue;
        }
        for (size_t k = half[0] ? 0 : LINE / 2; k < (half[1] ? LINE : LINE / 2); k++) {
            if (w[k]) {
                mask |= (uint64_t)1 << (i + k);
                out[n++] = w[k];
            }
        }
    }
    out[0] = mask;
    return n;
}

/* The region with distances in place of pointers into it. Other pointers, such as those to the
 * policy and its tables, are where they are in the empty heap as well, so what is the same there
 * counts as that. */
static const uint64_t *move_words(const struct position *p, const uint64_t *word, size_t words)
{
    static const uint64_t unchanged = UINT64_C(0x9ae16a3b2f90404f);
    static const uint64_t inside = UINT64_C(0xc949d7c7509e6557);
    const struct region *r = &p->units.map.region;
    uint64_t base = (uintptr_t)r->base, room = (uint64_t)(r->limit - r->base);
    const struct snapshot *empty = &p->path[0];
    size_t before = region_bytes(&empty->region) / sizeof *word;
    for (size_t i = 0; i < words; i++) {
        uint64_t was = 0;
        if (i < before) {
            memcpy(&was, empty->bytes + i * sizeof was, sizeof was);
        }
        bool pointer = word[i] - base <= room;
        p->moved[i] = word[i] && word[i] == was ? unchanged
                      : pointer                 ? word[i] - base + inside
                                                : word[i];
    }
    return p->moved;
}

/* Most of a region is zeroes, so it is hashed without them. */
struct state_hash position_hash(struct position *p)
{
    enum { GROUP = 64 };
    const struct region *r = &p->units.map.region;
    const uint64_t *word = (const uint64_t *)(const void *)r->base;
    size_t words = (region_bytes(r) + LINE_BYTES - 1) / LINE_BYTES * LINE_BYTES / sizeof *word;
    size_t bytes = words * sizeof *word, n = 0;
    clean(p);
    memset(r->brk, 0, bytes - region_bytes(r));
    word = p->moved ? move_words(p, word, words) : word;
    for (size_t i = 0; i < words; i += GROUP) {
        n += pack(&word[i], words - i < GROUP ? words - i : GROUP, &p->packed[n]);
    }
    XXH128_hash_t hash =
        XXH3_128bits_withSeed(p->packed, n * sizeof *p->packed, region_bytes(r) + r->absent);
    return (struct state_hash){hash.low64, hash.high64};
}

/* ---- moving ---- */

static void *payload_at(const struct position *p, unsigned address)
{
    return (char *)p->units.origin + (size_t)address * UNIT_GRANULE + p->units.header;
}

uint64_t position_measure(const struct position *p, enum measure measure)
{
    if (measure != MEASURE_HEIGHT) {
        return p->units.cost;
    }
    return p->units.fixed ? unit_high_water(&p->units) : unit_height(&p->units);
}

bool position_play(struct position *p, uint16_t op)
{
    if (op & OP_FREE) {
        unit_free(&p->units, payload_at(p, op & OP_VALUE));
        return true;
    }
    p->units.top = NULL;
    p->last = unit_alloc(&p->units, op);
    if (p->last) {
        size_t usable = heap_usable(p->units.heap, p->last);
        p->granted = (unsigned)((usable + p->units.header) / UNIT_GRANULE);
        memset(p->last, 0, usable);
    }
    return p->last != NULL;
}

static struct move move_of(const struct position *p, bool is_free, const void *payload)
{
    size_t usable = heap_usable(p->units.heap, payload);
    return (struct move){.is_free = is_free,
                         .units = (unsigned)((usable + p->units.header) / UNIT_GRANULE),
                         .address = (unsigned)unit_address(&p->units, payload)};
}

struct move position_move(struct position *p, uint16_t op)
{
    if (op & OP_FREE) {
        struct move m = move_of(p, true, payload_at(p, op & OP_VALUE));
        position_play(p, op);
        return m;
    }
    if (!position_play(p, op)) {
        return (struct move){0};
    }
    struct move m = move_of(p, false, p->last);
    m.asked = op;
    return m;
}

void position_back(struct position *p)
{
    snapshot_restore(p, &p->path[p->depth]);
}

static bool list_block(const struct span *span, void *ctx)
{
    struct position *p = ctx;
    if (span->kind == SPAN_USED) {
        size_t usable = heap_usable(p->units.heap, span->payload);
        struct live_block b = {(unsigned)unit_address(&p->units, span->payload),
                               (unsigned)((usable + p->units.header) / UNIT_GRANULE)};
        p->live[p->live_count++] = b;
        p->live_units += b.units;
    }
    return true;
}

static void list_live(struct position *p)
{
    p->live_count = p->live_units = 0;
    p->units.heap->policy->walk(p->units.heap, list_block, p);
}

bool position_go(struct position *p, const struct state_tree *tree, uint64_t state, size_t depth)
{
    if (!reserve_path(p, depth)) {
        return false;
    }
    size_t common = depth;
    uint64_t at = state;
    while (common > p->depth || p->path[common].state != at) {
        p->op[common--] = state_op(tree, at);
        at = state_parent(tree, at);
    }
    snapshot_restore(p, &p->path[common]);
    p->depth = common;
    for (size_t i = common + 1; i <= depth; i++) {
        if (!position_play(p, p->op[i])) {
            return false;
        }
        clean(p);
        if (!snapshot_take(p, &p->path[i], 0)) {
            return false;
        }
        p->depth = i;
    }
    at = state;
    for (size_t i = depth; i > common; i--, at = state_parent(tree, at)) {
        p->path[i].state = at;
    }
    list_live(p);
    return true;
}

/* ---- opening ---- */

/* The policy as it is searched: for accesses, its copy that reports them. */
static bool choose_policy(struct position *p, const struct policy_spec *spec, enum measure measure,
                          struct problem *problem)
{
    const struct policy *policy = spec->policy;
    if (policy->traits & POLICY_STACK) {
        return problem_set(problem,
                           "%s has layers, whose states are too many to visit: name the policy "
                           "below them",
                           spec->label);
    }
    if (!policy->walk) {
        return problem_set(problem, "%s cannot be walked: its states cannot be told apart",
                           spec->label);
    }
    if (policy->traits & POLICY_NO_REUSE) {
        return problem_set(problem, "%s never reuses memory: its worst case has no bound",
                           spec->label);
    }
    p->spec = *spec;
    return op_meter_open(&p->meter, measure, &p->spec, problem);
}

/* Nothing that grows only when nothing fits goes beyond live * largest units; twice that is room
 * for the others as well. */
bool position_open(struct position *p, const struct policy_spec *spec, unsigned live,
                   unsigned largest, enum measure measure, struct problem *problem)
{
    *p = (struct position){0};
    if (!choose_policy(p, spec, measure, problem) ||
        !unit_heap_open(&p->units, &p->spec, 2 * (size_t)live * (largest + 1), false, problem)) {
        op_meter_close(&p->meter);
        return false;
    }
    p->units.meter = measure == MEASURE_HEIGHT ? NULL : &p->meter;
    p->units.fixed = region_room(&p->units.map.region) < UNIT_GRANULE;
    size_t words =
        (size_t)(p->units.map.region.limit - p->units.map.region.base) / sizeof(uint64_t);
    p->packed = malloc((words + words / 64 + 4) * sizeof *p->packed);
    p->live = malloc((live + (size_t)1) * sizeof *p->live);
    p->touched = p->units.map.region.brk;
    bool ok = p->packed && p->live && reserve_path(p, 0);
    if (ok) {
        clean(p);
        ok = snapshot_take(p, &p->path[0], 0);
    }
    if (!ok) {
        position_close(p);
        return problem_set(problem, "not enough memory for a heap of %s", spec->label);
    }
    return true;
}

bool position_anywhere(struct position *p)
{
    const struct region *r = &p->units.map.region;
    p->moved = malloc((size_t)(r->limit - r->base) + LINE_BYTES);
    return p->moved != NULL;
}

void position_close(struct position *p)
{
    for (size_t i = 0; i < p->room; i++) {
        free(p->path[i].bytes);
    }
    free(p->path);
    free(p->op);
    free(p->live);
    free(p->packed);
    free(p->moved);
    op_meter_close(&p->meter);
    unit_heap_close(&p->units);
}
