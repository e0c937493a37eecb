#include "present/step/heap_picture.h"

#include <stdlib.h>
#include <string.h>

#include "allocators/heap.h"
#include "workloads/array.h"

/* From payloads to slots: open addressing, at most half full. */
struct owners {
    struct owner {
        const char *payload;
        uint32_t slot;
    } * table;
    size_t mask;
};

struct taking {
    struct picture *picture;
    const struct heap *heap;
    const struct ledger *ledger;
    struct owners owners;
    const char *base;
    uint64_t end; /* of the last span */
    bool failed;  /* no memory */
};

static size_t place_of(const struct owners *o, const char *payload)
{
    return (size_t)(((uint64_t)(uintptr_t)payload * 0x9E3779B97F4A7C15u) >> 20) & o->mask;
}

static bool owners_open(struct owners *o, const struct ledger *l)
{
    size_t room = 16;
    while (room < 2 * l->live_blocks) {
        room *= 2;
    }
    *o = (struct owners){.table = calloc(room, sizeof *o->table), .mask = room - 1};
    for (size_t i = 0; o->table && i < l->slots; i++) {
        if (l->block[i].p) {
            size_t at = place_of(o, l->block[i].p);
            while (o->table[at].payload) {
                at = (at + 1) & o->mask;
            }
            o->table[at] = (struct owner){l->block[i].p, (uint32_t)i};
        }
    }
    return o->table != NULL;
}

static uint32_t owner_of(const struct owners *o, const char *payload)
{
    size_t at = place_of(o, payload);
    while (o->table[at].payload && o->table[at].payload != payload) {
        at = (at + 1) & o->mask;
    }
    return o->table[at].payload ? o->table[at].slot : PICTURE_NO_SLOT;
}

static void sum_up(struct picture *p, const struct picture_span *s)
{
    if (s->kind == SPAN_FREE) {
        p->holes++;
        p->holes_bytes += s->bytes;
        p->largest_hole_bytes = s->bytes > p->largest_hole_bytes ? s->bytes : p->largest_hole_bytes;
    }
    p->slack_bytes += s->kind == SPAN_SLACK ? s->bytes : 0;
}

static bool is_lawful(struct taking *t, const struct span *s)
{
    struct picture *p = t->picture;
    if (s->addr != t->base + t->end) {
        p->broken = "the walk leaves a gap or an overlap after the last span";
    } else if (!s->bytes || s->bytes > p->break_at - t->end) {
        p->broken = "the walk shows a span of no bytes or one that ends beyond the break";
    } else if (s->kind == SPAN_USED && ((const char *)s->payload < s->addr ||
                                        (const char *)s->payload > s->addr + s->bytes)) {
        p->broken = "the walk shows a used block whose payload lies outside of it";
    }
    return !p->broken;
}

static bool take_part(const struct part *part, void *ctx)
{
    struct taking *t = ctx;
    struct picture *p = t->picture;
    void *grown = array_reserve(p->part, &p->part_room, p->parts + 1, sizeof *p->part);
    if (!grown) {
        t->failed = true;
        return false;
    }
    p->part = grown;
    p->part[p->parts++] = (struct picture_part){
        .at = (uint64_t)(part->addr - t->base),
        .bytes = part->bytes,
        .target = part->target ? (uint64_t)((const char *)part->target - t->base) : NOWHERE,
        .value = part->value,
        .name = part->name,
        .kind = part->kind};
    return true;
}

static bool take_span(const struct span *s, void *ctx)
{
    struct taking *t = ctx;
    struct picture *p = t->picture;
    if (!is_lawful(t, s)) {
        return false;
    }
    void *grown = array_reserve(p->span, &p->room, p->spans + 1, sizeof *p->span);
    if (!grown) {
        t->failed = true;
        return false;
    }
    p->span = grown;
    struct picture_span *out = &p->span[p->spans++];
    *out = (struct picture_span){.at = t->end,
                                 .bytes = s->bytes,
                                 .payload = NOWHERE,
                                 .slot = PICTURE_NO_SLOT,
                                 .kind = s->kind};
    if (s->kind == SPAN_USED) {
        out->payload = (uint64_t)((const char *)s->payload - t->base);
        out->slot = owner_of(&t->owners, s->payload);
        if (out->slot != PICTURE_NO_SLOT) {
            out->asked = t->ledger->block[out->slot].size;
            out->born = t->ledger->block[out->slot].born;
        }
    }
    out->part = p->parts;
    heap_explain(t->heap, s, take_part, t);
    out->parts = p->parts - out->part;
    t->end += s->bytes;
    sum_up(p, out);
    return !t->failed;
}

/* ---- without a walk ---- */

static int compare_payloads(const void *a, const void *b)
{
    const struct picture_span *s = a, *t = b;
    return s->at < t->at ? -1 : s->at > t->at;
}

/* The live blocks, of the bytes that were asked for, in address order. */
static size_t list_blocks(struct picture *p, const struct ledger *l, const char *base)
{
    size_t n = 0;
    for (size_t i = 0; i < l->slots; i++) {
        const struct ledger_block *b = &l->block[i];
        if (b->p) {
            uint64_t at = (uint64_t)(b->p - base);
            p->span[n++] = (struct picture_span){.at = at,
                                                 .bytes = b->size,
                                                 .payload = at,
                                                 .asked = b->size,
                                                 .born = b->born,
                                                 .slot = (uint32_t)i,
                                                 .kind = SPAN_USED};
        }
    }
    qsort(p->span, n, sizeof *p->span, compare_payloads);
    return n;
}

/* Puts what lies between n blocks, which are moved to the end of the array first, before each of
 * them. */
static void fill_gaps(struct picture *p, size_t n)
{
    struct picture_span *block = p->span + n + 1;
    memmove(block, p->span, n * sizeof *block);
    uint64_t end = 0;
    for (size_t i = 0; i <= n && !p->broken; i++) {
        uint64_t next = i < n ? block[i].at : p->break_at;
        if (next < end || next > p->break_at) {
            p->broken = "live blocks overlap or lie beyond the break";
            break;
        }
        if (next > end) {
            p->span[p->spans++] = (struct picture_span){.at = end,
                                                        .bytes = next - end,
                                                        .payload = NOWHERE,
                                                        .slot = PICTURE_NO_SLOT,
                                                        .kind = SPAN_META,
                                                        .unknown = true};
        }
        if (i < n && block[i].bytes) {
            p->span[p->spans++] = block[i];
        }
        end = i < n ? next + block[i].bytes : end;
    }
}

static bool take_blocks(struct picture *p, const struct heap *h, const struct ledger *l,
                        struct problem *problem)
{
    void *grown = array_reserve(p->span, &p->room, 2 * l->live_blocks + 1, sizeof *p->span);
    if (!grown) {
        return problem_set(problem, "out of memory for a picture of the heap");
    }
    p->span = grown;
    fill_gaps(p, list_blocks(p, l, h->region->base));
    return true;
}

bool picture_take(struct picture *p, const struct heap *h, const struct ledger *l,
                  struct problem *problem)
{
    *p = (struct picture){.span = p->span,
                          .room = p->room,
                          .part = p->part,
                          .part_room = p->part_room,
                          .step = l->events,
                          .break_at = region_bytes(h->region),
                          .footprint_bytes = region_footprint(h->region),
                          .live_bytes = l->live_bytes,
                          .live_blocks = l->live_blocks,
                          .count = heap_counters(h)};
    p->walked = h->policy->walk != NULL;
    if (!p->walked) {
        return take_blocks(p, h, l, problem);
    }
    struct taking t = {.picture = p, .heap = h, .ledger = l, .base = h->region->base};
    if (!owners_open(&t.owners, l)) {
        return problem_set(problem, "out of memory for a picture of the heap");
    }
    h->policy->walk(h, take_span, &t);
    free(t.owners.table);
    if (!p->broken && !t.failed && t.end != p->break_at) {
        p->broken = "the walk ends before the break";
    }
    return !t.failed || problem_set(problem, "out of memory for a picture of the heap");
}

bool picture_copy(struct picture *to, const struct picture *from, struct problem *problem)
{
    void *span = array_reserve(to->span, &to->room, from->spans, sizeof *to->span);
    to->span = span ? span : to->span;
    void *part = array_reserve(to->part, &to->part_room, from->parts, sizeof *to->part);
    to->part = part ? part : to->part;
    if ((from->spans && !span) || (from->parts && !part)) {
        return problem_set(problem, "out of memory for a picture of the heap");
    }
    struct picture mine = *to;
    *to = *from;
    to->span = mine.span;
    to->room = mine.room;
    to->part = mine.part;
    to->part_room = mine.part_room;
    for (size_t i = 0; i < from->spans; i++) {
        to->span[i] = from->span[i];
    }
    for (size_t i = 0; i < from->parts; i++) {
        to->part[i] = from->part[i];
    }
    return true;
}

void picture_release(struct picture *p)
{
    free(p->span);
    free(p->part);
    *p = (struct picture){0};
}

const struct picture_span *picture_find(const struct picture *p, uint64_t at)
{
    size_t low = 0, high = p->spans;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (p->span[middle].at + p->span[middle].bytes <= at) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < p->spans ? &p->span[low] : NULL;
}

double picture_external_pct(const struct picture *p)
{
    if (!p->holes_bytes) {
        return 0;
    }
    return 100.0 * (1.0 - (double)p->largest_hole_bytes / (double)p->holes_bytes);
}
