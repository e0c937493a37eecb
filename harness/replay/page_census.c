#include "replay/page_census.h"

/* What the walk has told of the page it is at. */
struct page_content {
    uint32_t data, granted, free;
};

enum content { CONTENT_DATA, CONTENT_GRANTED, CONTENT_FREE };

struct page_walk {
    const struct page_ledger *pages;
    const struct heap *heap;
    size_t page; /* that the content is of */
    struct page_content content;
    struct page_census census;
};

static void broken(struct page_walk *w, const char *how)
{
    if (!w->census.broken) {
        w->census.broken = how;
        w->census.broken_at = w->page * RESIDENCY_PAGE;
    }
}

static void judge(struct page_walk *w, bool resident, bool spare, uint32_t live)
{
    const struct page_content *c = &w->content;
    if (live && !resident) {
        broken(w, "a page with a live payload byte is not resident");
    }
    if (spare && (c->data || c->granted)) {
        broken(w, "a page that the policy calls spare holds a block or data");
    }
    if (live > c->granted) {
        broken(w, "a page holds more live bytes than its blocks may use there");
    }
}

/* Counts the page that the walk leaves. */
static void leave_page(struct page_walk *w)
{
    const struct page_content *c = &w->content;
    bool resident = residency_knows(&w->pages->at, w->page);
    bool spare = page_ledger_is_spare(w->pages, w->page);
    uint32_t live = w->pages->live[w->page];
    judge(w, resident, spare, live);
    struct page_census *sum = &w->census;
    if (live) {
        sum->pinned_bytes += c->free;
    }
    uint64_t *is = live         ? &sum->live_pages_bytes
                   : spare      ? &sum->returnable_bytes
                   : c->data    ? &sum->data_pages_bytes
                   : c->granted ? &sum->rounding_pages_bytes
                                : &sum->data_pages_bytes; /* links in free memory */
    *is += resident ? RESIDENCY_PAGE : 0;
    w->content = (struct page_content){0};
    w->page++;
}

static void add(struct page_walk *w, enum content kind, const char *from, const char *to)
{
    const char *base = w->pages->at.base;
    while (from < to) {
        const char *end = base + (w->page + 1) * RESIDENCY_PAGE;
        uint32_t part = (uint32_t)((end < to ? end : to) - from);
        w->content.data += kind == CONTENT_DATA ? part : 0;
        w->content.granted += kind == CONTENT_GRANTED ? part : 0;
        w->content.free += kind == CONTENT_FREE ? part : 0;
        from += part;
        if (from == end) {
            leave_page(w);
        }
    }
}

static bool add_span(const struct span *s, void *ctx)
{
    struct page_walk *w = ctx;
    const char *end = s->addr + s->bytes, *payload = s->payload;
    if (s->addr != w->pages->at.base + w->page * RESIDENCY_PAGE + w->content.data +
                       w->content.granted + w->content.free) {
        broken(w, "a span does not start where the one before it ends");
        return false;
    }
    switch (s->kind) {
    case SPAN_META:
        add(w, CONTENT_DATA, s->addr, end);
        break;
    case SPAN_USED: {
        if (!payload || payload < s->addr || payload > end) {
            broken(w, "a used span does not contain its payload");
            return false;
        }
        const char *usable = payload + heap_granted(w->heap, s->payload, (size_t)(end - payload));
        add(w, CONTENT_DATA, s->addr, payload);
        add(w, CONTENT_GRANTED, payload, usable);
        add(w, CONTENT_DATA, usable, end);
        break;
    }
    case SPAN_FREE:
    case SPAN_SLACK:
    case SPAN_ABSENT:
        add(w, CONTENT_FREE, s->addr, end);
        break;
    }
    return true;
}

/* What is above the break is free. */
static void count_above(struct page_walk *w)
{
    if (w->content.data || w->content.granted || w->content.free) {
        leave_page(w);
    }
    for (; w->page < w->pages->at.end; w->page++) {
        bool resident = residency_knows(&w->pages->at, w->page);
        w->census.returnable_bytes += resident ? RESIDENCY_PAGE : 0;
    }
}

struct page_census page_census_take(struct page_ledger *l, const struct heap *h)
{
    struct page_walk w = {.pages = l, .heap = h};
    if (!residency_ask(&l->at, &w.page)) {
        broken(&w, "a page that was touched is not resident: does this machine swap?");
        return w.census;
    }
    if (!h->policy->walk) {
        return w.census;
    }
    page_ledger_find_spare(l, h, true);
    h->policy->walk(h, add_span, &w);
    if (!w.census.broken &&
        w.page * RESIDENCY_PAGE + w.content.data + w.content.granted + w.content.free !=
            region_bytes(h->region)) {
        broken(&w, "the spans do not end at the break");
    }
    count_above(&w);
    const struct page_census *c = &w.census;
    if (c->live_pages_bytes + c->rounding_pages_bytes + c->data_pages_bytes + c->returnable_bytes !=
        residency_bytes(&l->at, 0)) {
        broken(&w, "the kinds of resident pages do not add up to what the kernel counts");
    }
    return w.census;
}
