/* SPDX-License-Identifier: MIT */
/* paged_check.h - finds what is broken at the page level and in runs of objects, trusting
 * nothing that it reads. */
#ifndef FITLAB_PAGED_CHECK_H
#define FITLAB_PAGED_CHECK_H

#include "pages/paged.h"

/* What the runs of a heap add up to. */
struct paged_census {
    size_t free_runs, object_runs, kept_runs;
};

static inline const char *paged_check_layout(const struct paged *p, size_t state)
{
    const struct pages *g = &p->pages;
    const struct region *r = p->heap.region;
    size_t brk = region_bytes(r), most = pages_most(&p->heap);
    unsigned bins = pages_bin(most) + 1;
    const char *heads = r->base + state;
    if (g->bins.count != bins || (const char *)g->bins.head != heads ||
        (const char *)g->bins.map != heads + bins * sizeof *g->bins.head ||
        (const char *)g->first_map != heads + bins_bytes(bins)) {
        return "the page level's tables are not where they were placed";
    }
    size_t map = (size_t)((const char *)g->map - r->base);
    if (g->count > g->capacity || g->count * PAGE_BYTES > brk || g->capacity > most + PAGE_BYTES ||
        g->first_capacity > most || map > brk || g->capacity * sizeof *g->map > brk - map ||
        (g->map != g->first_map && map % PAGE_BYTES)) {
        return "the page map's bounds are damaged";
    }
    return NULL;
}

static inline const char *paged_check_objects(const struct paged *p, size_t page, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        if (p->pages.map[page + i] != pages_entry(PAGES_INSIDE, i)) {
            return "the page map is wrong inside a run of objects";
        }
    }
    const struct objects *o = (const struct objects *)(void *)pages_address(&p->heap, page);
    if (o->class == 0 || o->class >= p->classes) {
        return "a run of objects is of no class";
    }
    return objects_check(o, n, size_class_bytes(o->class, p->finer));
}

static inline const char *paged_check_free(const struct paged *p, size_t page, size_t n)
{
    const struct block *b = (const struct block *)(void *)pages_address(&p->heap, page);
    if (p->pages.map[page + n - 1] != pages_entry(PAGES_FREE, n) || b->tag != n) {
        return "the two ends of a free run differ";
    }
    if (page + n >= p->pages.count || pages_kind(&p->pages, page + n) == PAGES_FREE) {
        return "a free run was not joined with what follows it";
    }
    return NULL;
}

static inline const char *paged_check_runs(const struct paged *p, struct paged_census *census)
{
    const struct pages *g = &p->pages;
    size_t map_page = pages_index(&p->heap, g->map);
    bool map_seen = g->map == g->first_map;
    for (size_t page = 0; page < g->count;) {
        size_t n = pages_number(g, page);
        const char *wrong = NULL;
        if (n == 0 || n > g->count - page) {
            return "a run's length is impossible";
        }
        switch (pages_kind(g, page)) {
        case PAGES_INSIDE:
            return "the page map has an inside where a run should start";
        case PAGES_FREE:
            census->free_runs++;
            wrong = paged_check_free(p, page, n);
            break;
        case PAGES_OBJECTS:
            census->object_runs++;
            wrong = paged_check_objects(p, page, n);
            break;
        case PAGES_KEPT:
            census->kept_runs++;
            break;
        case PAGES_WHOLE:
            map_seen |= page == map_page;
            if (n > 1 && pages_kind(g, page + n - 1) == PAGES_FREE) {
                wrong = "the last page of a used run says that it is free";
            }
        }
        if (wrong) {
            return wrong;
        }
        page += n;
    }
    return map_seen ? NULL : "the page map lies in no run";
}

/* Whether a run of this kind starts at the address. */
static inline bool paged_starts_run(const struct paged *p, const void *at, enum pages_kind kind)
{
    size_t offset = (size_t)((const char *)at - p->heap.region->base);
    return offset % PAGE_BYTES == 0 && offset / PAGE_BYTES < p->pages.count &&
           pages_kind(&p->pages, offset / PAGE_BYTES) == kind;
}

static inline const char *paged_check_bins(const struct paged *p, size_t free_runs)
{
    const struct bins *bins = &p->pages.bins;
    size_t listed = 0;
    for (unsigned i = 0; i < bins->count; i++) {
        if (!bins->head[i] != !(bins->map[i / 64] >> i % 64 & 1) ||
            !bins->map[i / 64] != !(bins->summary >> i / 64 & 1)) {
            return "the bitmap of free runs disagrees with the bins";
        }
        const struct block *before = bins_before_first(bins, i);
        for (const struct block *b = bins->head[i]; b; before = b, b = b->next) {
            if (!paged_starts_run(p, b, PAGES_FREE) || b->prev != before ||
                pages_bin(b->tag) != i || listed == free_runs) {
                return "the free runs are not properly linked";
            }
            listed++;
        }
    }
    return listed == free_runs ? NULL : "a free run is in no bin";
}

static inline const char *paged_check(const struct paged *p, size_t state,
                                      struct paged_census *census)
{
    memset(census, 0, sizeof *census);
    if (p->large < PAGED_LARGE_MIN || p->large > PAGED_LARGE_MAX || p->finer > 6 ||
        p->classes != paged_classes(p->large, p->finer)) {
        return "the size classes are damaged";
    }
    const char *wrong = paged_check_layout(p, state);
    if (!wrong) {
        wrong = paged_check_runs(p, census);
    }
    return wrong ? wrong : paged_check_bins(p, census->free_runs);
}

#endif
