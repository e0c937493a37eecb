/* SPDX-License-Identifier: MIT */
/* paged.h - what slab and segregated storage share: objects of size classes in runs of
 * pages, and larger requests in whole pages of their own. Which object is handed out
 * next, and when a run goes back to the page level, is each policy's own. */
#ifndef FITLAB_PAGED_H
#define FITLAB_PAGED_H

#include "heap.h"
#include "pages/objects.h"

struct paged {
    struct heap heap;
    struct pages pages;
    size_t large;     /* a larger request takes whole pages */
    unsigned classes; /* that hold up to `large` bytes; class 0 is unused */
    unsigned finer;   /* see size_class.h */
};

enum { PAGED_LARGE_MIN = 1024, PAGED_LARGE_MAX = 8192 };

#define PAGED_LARGE_PARAM                                                                          \
    {                                                                                              \
        .name = "large", .help = "a larger request takes whole pages", .unit = "bytes",            \
        .init = 2048, .min = PAGED_LARGE_MIN, .max = PAGED_LARGE_MAX                               \
    }

#define PAGED_CLASSES_PARAM(first)                                                                 \
    {                                                                                              \
        .name = "classes", .help = "the size classes", .init = (first), .max = 2,                  \
        .choices = size_class_names                                                                \
    }

/* How many classes hold up to `large` bytes, class 0 counted. */
static inline unsigned paged_classes(size_t large, unsigned finer)
{
    return size_class_ceil(large, finer) + 1;
}

static inline unsigned paged_class(const struct paged *p, size_t n)
{
    return size_class_ceil(n ? n : 1, p->finer);
}

static inline struct objects *paged_objects(const struct paged *p, const void *at)
{
    return (struct objects *)(void *)pages_address(&p->heap, pages_run_of(&p->heap, &p->pages, at));
}

static inline bool paged_is_large(const struct paged *p, const void *at)
{
    return pages_kind(&p->pages, pages_index(&p->heap, at)) == PAGES_WHOLE;
}

/* A new run of objects of class k, all free, or NULL. */
static inline struct objects *paged_new_run(struct paged *p, unsigned k, size_t colour)
{
    size_t bytes = size_class_bytes(k, p->finer);
    size_t page = pages_take(&p->heap, &p->pages, objects_pages(bytes));
    return page == PAGES_NONE ? NULL : objects_make(&p->heap, &p->pages, page, k, bytes, colour);
}

static inline void *paged_alloc_large(struct paged *p, size_t align, size_t n)
{
    if (n > FITLAB_MAX_REQUEST || align > FITLAB_MAX_REQUEST) {
        return NULL;
    }
    size_t page = pages_take_aligned(&p->heap, &p->pages, pages_for(n ? n : 1), align);
    return page == PAGES_NONE ? NULL : pages_address(&p->heap, page);
}

static inline void paged_free_large(struct paged *p, void *at)
{
    pages_give(&p->heap, &p->pages, pages_index(&p->heap, at));
}

static inline size_t paged_usable(const struct heap *h, const void *at)
{
    const struct paged *p = (const struct paged *)h;
    return paged_is_large(p, at) ? pages_number(&p->pages, pages_index(h, at)) * PAGE_BYTES
                                 : objects_usable(paged_objects(p, at), at);
}

/* A large block stays where it is if the pages after it allow. */
static inline void *paged_realloc(struct heap *h, void *at, size_t n)
{
    struct paged *p = (struct paged *)h;
    if (paged_is_large(p, at) && n > p->large && n <= FITLAB_MAX_REQUEST &&
        pages_resize(h, &p->pages, pages_index(h, at), pages_for(n))) {
        return at;
    }
    return heap_realloc_by_copy(h, at, n);
}

/* A small aligned block is an aligned address inside an object. */
static inline void *paged_memalign(struct heap *h, size_t align, size_t n)
{
    struct paged *p = (struct paged *)h;
    n = n ? n : 1;
    if (n > p->large || align > p->large || n + align - FITLAB_ALIGN > p->large) {
        return paged_alloc_large(p, align, n);
    }
    void *object = h->policy->alloc(h, n + align - FITLAB_ALIGN);
    return object ? objects_align(paged_objects(p, object), object, align) : NULL;
}

static inline void paged_walk(const struct heap *h, span_visitor *visit, void *ctx)
{
    const struct paged *p = (const struct paged *)h;
    const struct pages *pages = &p->pages;
    size_t map_page = pages_index(h, pages->map), page = 0;
    bool go = true;
    while (go && page < pages->count) {
        size_t n = pages_number(pages, page);
        const char *at = pages_address(h, page);
        struct span span = {at, n * PAGE_BYTES, NULL, SPAN_META};
        switch (pages_kind(pages, page)) {
        case PAGES_OBJECTS:
            go = objects_walk((const struct objects *)(const void *)at, span.bytes, visit, ctx);
            break;
        case PAGES_FREE:
            span.kind = SPAN_FREE;
            go = visit(&span, ctx);
            break;
        case PAGES_KEPT:
            span.kind = SPAN_SLACK;
            go = visit(&span, ctx);
            break;
        case PAGES_WHOLE:
        case PAGES_INSIDE:
            if (page != 0 && page != map_page) {
                span.kind = SPAN_USED;
                span.payload = at;
            }
            go = visit(&span, ctx);
        }
        page += n;
    }
    const char *end = pages_address(h, pages->count);
    if (go && end < h->region->brk) {
        spans_visit(visit, ctx, end, (size_t)(h->region->brk - end), NULL, SPAN_FREE);
    }
}

/* What a heap with these parameters begins with, before it is opened. */
static inline struct paged paged_of(size_t large, unsigned finer)
{
    struct paged p;
    memset(&p, 0, sizeof p);
    p.large = large;
    p.classes = paged_classes(large, finer);
    p.finer = finer;
    return p;
}

/* Opens a heap whose own state, struct paged first, takes `state` bytes; *p is from paged_of. */
static inline bool paged_open(struct paged *p, const struct policy *policy, struct region *r,
                              size_t state, long grow)
{
    p->heap.policy = policy;
    p->heap.region = r;
    return pages_open(&p->heap, &p->pages, state, grow);
}

#endif
