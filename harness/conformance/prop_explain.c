/* prop_explain.c - whether the parts that a policy names lie inside their spans, and whether every
 * list of free memory can be followed with them alone. */
#include <stdlib.h>

#include "conformance/mix.h"
#include "conformance/property.h"
#include "conformance/span_list.h"

enum { EVERY = 16 };

struct explanation {
    struct shadow *shadow;
    struct span_list spans;
    const struct span *span;      /* that is being explained */
    const char *end;              /* of the part before */
    size_t payloads;              /* parts of the span */
    bool *linked, *reached;       /* of each span: it has a link; a head or a link leads to it */
    const struct span **to_visit; /* reached, and their links not yet followed */
    size_t waiting;
    size_t parts; /* in all */
};

static _Noreturn void wrong(const struct explanation *e, const struct part *p, const char *what)
{
    const char *base = e->shadow->site->region.base;
    trial_fail(e->shadow->trial, "the part of %zu bytes at base+%td, of the span at base+%td, %s",
               p->bytes, p->addr - base, e->span->addr - base, what);
}

static void judge_place(const struct explanation *e, const struct part *p)
{
    const struct span *s = e->span;
    if (!p->bytes || p->addr < e->end) {
        wrong(e, p, "is empty, overlaps another or is out of order");
    }
    if (p->addr < s->addr || p->addr + p->bytes > s->addr + s->bytes) {
        wrong(e, p, "reaches out of its span");
    }
    if ((unsigned)p->kind > PART_FREE || !p->name || !p->name[0]) {
        wrong(e, p, "has an unknown kind or no name");
    }
    if (s->kind == SPAN_ABSENT) {
        wrong(e, p, "is in absent memory");
    }
}

static void judge_payload(const struct explanation *e, const struct part *p)
{
    const struct span *s = e->span;
    if (s->kind != SPAN_USED || p->addr != s->payload ||
        p->bytes != heap_granted(e->shadow->heap, s->payload, p->bytes)) {
        wrong(e, p, "is not the payload of a block, all of it and no more");
    }
}

/* Notes where a head or a link leads to. */
static void judge_target(struct explanation *e, const struct part *p)
{
    const struct span *to = p->target ? span_list_find(&e->spans, p->target) : NULL;
    if (p->target && !to) {
        wrong(e, p, "leads out of the region");
    }
    if (p->kind != PART_LINK && p->kind != PART_HEAD) {
        return;
    }
    if (p->kind == PART_LINK ? e->span->kind == SPAN_USED : e->span->kind != SPAN_META) {
        wrong(e, p, "is a link in a block in use, or a head outside of the policy's data");
    }
    if (to && !span_is_free(to) && to->kind != SPAN_META) {
        wrong(e, p, "leads to a block in use");
    }
    if (p->kind == PART_LINK) {
        e->linked[e->span - e->spans.span] = true;
    }
}

static bool judge_part(const struct part *p, void *ctx)
{
    struct explanation *e = ctx;
    judge_place(e, p);
    if (p->kind == PART_PAYLOAD) {
        judge_payload(e, p);
        e->payloads++;
    }
    judge_target(e, p);
    e->end = p->addr + p->bytes;
    e->parts++;
    return true;
}

static void judge_span(struct explanation *e, const struct span *span)
{
    e->span = span;
    e->end = NULL;
    e->payloads = 0;
    heap_explain(e->shadow->heap, span, judge_part, e);
    size_t due = span->kind == SPAN_USED && heap_granted(e->shadow->heap, span->payload, 1);
    if (e->payloads != due) {
        trial_fail(e->shadow->trial, "the span at base+%td has %zu payloads",
                   span->addr - e->shadow->site->region.base, e->payloads);
    }
}

static bool follow(const struct part *p, void *ctx)
{
    struct explanation *e = ctx;
    const struct span *to =
        p->kind == PART_LINK || p->kind == PART_HEAD ? span_list_find(&e->spans, p->target) : NULL;
    if (to && !e->reached[to - e->spans.span]) {
        e->reached[to - e->spans.span] = true;
        e->to_visit[e->waiting++] = to;
    }
    return true;
}

/* From the heads in the policy's data through all links: every span that has links is met. */
static void follow_all(struct explanation *e)
{
    const struct heap *h = e->shadow->heap;
    for (size_t i = 0; i < e->spans.n; i++) {
        const struct span *span = &e->spans.span[i];
        if (span->kind == SPAN_META && !e->reached[i]) {
            e->reached[i] = true;
            heap_explain(h, span, follow, e);
        }
    }
    while (e->waiting) {
        heap_explain(h, e->to_visit[--e->waiting], follow, e);
    }
    for (size_t i = 0; i < e->spans.n; i++) {
        if (e->linked[i] && !e->reached[i]) {
            trial_fail(e->shadow->trial,
                       "no head and no link leads to the free span of %zu bytes at base+%td, "
                       "which has links",
                       e->spans.span[i].bytes,
                       e->spans.span[i].addr - e->shadow->site->region.base);
        }
    }
}

static void judge_heap(struct explanation *e)
{
    span_list_take(&e->spans, e->shadow->heap);
    e->linked = calloc(2 * e->spans.n + 1, sizeof *e->linked);
    e->to_visit = calloc(e->spans.n + 1, sizeof *e->to_visit);
    if (!e->linked || !e->to_visit) {
        abort();
    }
    e->reached = e->linked + e->spans.n;
    for (size_t i = 0; i < e->spans.n; i++) {
        judge_span(e, &e->spans.span[i]);
    }
    follow_all(e);
    free(e->linked);
    free(e->to_visit);
}

static void test_explain(struct trial *t)
{
    struct explanation e = {0};
    size_t looks = 0;
    for (const struct mix *mix = mixes; mix->name; mix++) {
        struct site site;
        struct shadow s;
        site_open(&site, t, NULL, mix->region, mix->kind);
        shadow_open(&s, t, &site, 0);
        if (!s.heap->policy->walk || !s.heap->policy->explain) {
            trial_skip(t, s.heap->policy->walk ? "it does not tell" : "it has no walk");
        }
        e.shadow = &s;
        struct mixer mixer = {mix, dice_seeded(t->seed), .climbing = true, .moves = true};
        for (size_t i = 0; i < t->ops; i++) {
            if (i % EVERY == 0) {
                judge_heap(&e);
                looks++;
            }
            mixer_step(&mixer, &s);
        }
        shadow_finish(&s);
        site_close(&site);
    }
    span_list_close(&e.spans);
    trial_note(t, "%zu parts in the mean", looks ? e.parts / looks : 0);
}

const struct property property_explain = {
    "explain", "the parts of spans lie where they say, and their links lead to all listed memory",
    test_explain, false};
