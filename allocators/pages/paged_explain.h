/* SPDX-License-Identifier: MIT */
/* paged_explain.h - what is in the bytes of a heap of pages and objects (paged.h), and what of its
 * free memory is spare. `link`: the bytes at the start of a free object, and of a run that the
 * policy keeps, that lead to the next in a list; 0: bitmaps alone say what is free. */
#ifndef FITLAB_PAGED_EXPLAIN_H
#define FITLAB_PAGED_EXPLAIN_H

#include "pages/paged.h"
#include "structures/bins_explain.h"

/* The run that a span lies in; its kind is PAGES_FREE for what is above all runs. */
struct paged_place {
    enum pages_kind kind;
    char *start;
    size_t pages;
    const struct objects *objects; /* NULL: the span is not of free or live objects */
};

static inline struct paged_place paged_place_of(const struct paged *p, const struct span *s)
{
    const struct pages *g = &p->pages;
    if (s->addr >= pages_address(&p->heap, g->count)) {
        return (struct paged_place){.kind = PAGES_FREE};
    }
    size_t page = pages_run_of(&p->heap, g, s->addr);
    struct paged_place at = {.kind = pages_kind(g, page),
                             .start = pages_address(&p->heap, page),
                             .pages = pages_number(g, page)};
    const struct objects *o = (const struct objects *)(const void *)at.start;
    if (at.kind == PAGES_OBJECTS && s->addr >= objects_at(o, 0) &&
        s->addr < objects_at(o, o->total)) {
        at.objects = o;
    }
    return at;
}

/* ---- spare ---- */

struct paged_sparing {
    const struct paged *paged;
    spare_visitor *visit;
    void *ctx;
    size_t link;
};

static inline bool paged_spare_span(const struct span *s, void *ctx)
{
    struct paged_sparing *sparing = ctx;
    if (s->kind != SPAN_FREE && s->kind != SPAN_SLACK) {
        return true;
    }
    struct paged_place at = paged_place_of(sparing->paged, s);
    size_t each = at.objects ? at.objects->bytes : s->bytes, needed = 0;
    if (at.objects || at.kind == PAGES_KEPT) {
        needed = sparing->link;
    } else if (at.kind == PAGES_FREE && at.start) {
        needed = sizeof(struct block);
    }
    if (needed == 0) {
        return sparing->visit(s->addr, s->bytes, sparing->ctx);
    }
    bool more = true;
    for (size_t i = 0; more && i < s->bytes; i += each) {
        more = each == needed || sparing->visit(s->addr + i + needed, each - needed, sparing->ctx);
    }
    return more;
}

static inline void paged_spare(const struct heap *h, spare_visitor *visit, void *ctx, size_t link)
{
    struct paged_sparing sparing = {(const struct paged *)h, visit, ctx, link};
    h->policy->walk(h, paged_spare_span, &sparing);
}

/* ---- the parts ---- */

/* The lists that the policy keeps in its own state, in the order of their addresses. */
typedef void paged_state_explainer(struct parts *, const struct paged *);

static inline size_t paged_bin_least(const void *state, unsigned i)
{
    (void)state;
    return (size_class_bytes(i, PAGES_FINER) >> SIZE_CLASS_GRANULE_LOG2) * PAGE_BYTES;
}

static inline void paged_explain_state(struct parts *p, const struct paged *paged,
                                       const struct span *s, paged_state_explainer *state)
{
    const struct pages *g = &paged->pages;
    parts_add(p, paged, sizeof paged->heap, PART_FIELD, "struct heap", NULL, 0);
    parts_add(p, &g->map, sizeof g->map, PART_FIELD, "page map", g->map, 0);
    parts_number(p, &g->count, sizeof g->count, "pages up to the last used one");
    parts_bitmap(p, &g->bins.summary, sizeof g->bins.summary, "words of the bitmap in use");
    parts_number(p, &paged->large, sizeof paged->large, "large");
    state(p, paged);
    bins_explain(p, &g->bins, paged_bin_least, paged);
    const char *map = (const char *)g->first_map;
    size_t bytes = g->first_capacity * sizeof *g->map;
    parts_add(p, map, bytes, PART_BITMAP,
              g->map == g->first_map ? "page map" : "page map, not in use", NULL, 0);
    parts_between(p, map + bytes, s->addr + s->bytes, PART_PADDING, "padding");
}

/* The header of a run of objects. */
static inline void paged_explain_header(struct parts *p, const struct objects *o)
{
    parts_link(p, &o->next, sizeof o->next, "next", o->next);
    parts_link(p, &o->prev, sizeof o->prev, "previous", o->prev);
    parts_number(p, &o->first, sizeof o->first, "offset of the first object");
    parts_number(p, &o->bytes, sizeof o->bytes, "bytes of an object");
    parts_add(p, &o->class, sizeof o->class, PART_FIELD, "class", NULL, o->class);
    parts_add(p, &o->total, sizeof o->total, PART_FIELD, "objects", NULL, o->total);
    parts_add(p, &o->live_count, sizeof o->live_count, PART_FIELD, "live objects", NULL,
              o->live_count);
    parts_bitmap(p, o->live, sizeof o->live, "live");
    parts_bitmap(p, o->shifted, sizeof o->shifted, "shifted");
}

/* Free objects, or a free run that is kept: each begins with a link, if they have any. */
static inline void paged_explain_free(struct parts *p, const struct span *s, size_t each,
                                      size_t link)
{
    for (size_t i = 0; i < s->bytes; i += each) {
        const char *at = s->addr + i;
        if (link) {
            const void *next;
            memcpy(&next, at, sizeof next);
            parts_link(p, at, link, "next", next);
        }
        parts_between(p, at + link, at + each, PART_FREE, "free");
    }
}

static inline void paged_explain_used(struct parts *p, const struct paged *paged,
                                      const struct span *s)
{
    const char *payload = s->payload;
    if (payload > s->addr) {
        parts_number(p, s->addr, sizeof(size_t), "shift");
        parts_between(p, s->addr + sizeof(size_t), payload, PART_PADDING, "padding");
    }
    parts_payload(p, s, paged_usable(&paged->heap, payload));
}

/* A run that is free for any use. */
static inline void paged_explain_run(struct parts *p, const struct paged *paged,
                                     const struct span *s)
{
    const struct block *b = (const struct block *)(const void *)s->addr;
    parts_tag(p, &b->tag, sizeof b->tag, PART_HEADER, "pages", b->tag * PAGE_BYTES);
    bins_explain_links(p, &paged->pages.bins, b);
    parts_between(p, b + 1, s->addr + s->bytes, PART_FREE, "free");
}

static inline void paged_explain_meta(struct parts *p, const struct paged *paged,
                                      const struct span *s, const struct paged_place *at,
                                      paged_state_explainer *state)
{
    if (s->addr == paged->heap.region->base) {
        paged_explain_state(p, paged, s, state);
    } else if (at->kind == PAGES_OBJECTS) {
        paged_explain_header(p, (const struct objects *)(const void *)s->addr);
    } else {
        parts_add(p, s->addr, s->bytes, PART_BITMAP, "page map", NULL, 0);
    }
}

static inline void paged_explain(const struct heap *h, const struct span *s, part_visitor *visit,
                                 void *ctx, size_t link, paged_state_explainer *state)
{
    const struct paged *paged = (const struct paged *)h;
    struct parts p = parts_begin(visit, ctx);
    struct paged_place at = paged_place_of(paged, s);
    if (s->kind == SPAN_META) {
        paged_explain_meta(&p, paged, s, &at, state);
    } else if (s->kind == SPAN_USED) {
        paged_explain_used(&p, paged, s);
    } else if (at.objects) {
        paged_explain_free(&p, s, at.objects->bytes, link);
    } else if (at.kind == PAGES_KEPT) {
        paged_explain_free(&p, s, s->bytes, link);
    } else if (at.kind == PAGES_FREE && at.start) {
        paged_explain_run(&p, paged, s);
    } else {
        const char *name = at.kind == PAGES_FREE                  ? "free"
                           : s->addr == at.start + OBJECTS_HEADER ? "colour"
                                                                  : "tail";
        parts_add(&p, s->addr, s->bytes, PART_FREE, name, NULL, 0);
    }
}

#endif
