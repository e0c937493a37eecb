/* SPDX-License-Identifier: MIT */
/* segregated.c - a free list for each size class, with or without splitting and coalescing.
 *
 * mode=storage, simple segregated storage: a run of pages holds objects of one class for
 * ever (paged.h), and a class has one list of free objects, the last freed first. Nothing
 * is split or joined, a run never changes its class, and so memory freed by one class is
 * of no use to another. Requests above `large` take runs of pages of their own, in classes
 * as well. Allocation and release are constant.
 *
 * mode=fits, segregated fits: blocks with boundary tags, split and coalesced at once, whose
 * holes lie in a list a class. The list of the request's own class is searched for the
 * first that fits; in the next class that is not empty any does. The search is linear in
 * the holes of one class.
 *
 * Sources: P. R. Wilson, M. S. Johnstone, M. Neely, D. Boles, "Dynamic Storage Allocation: A
 * Survey and Critical Review", IWMM 1995, section 3.6; W. T. Comfort, "Multiword List Items",
 * CACM 7(6), 1964 (fits).
 */
#include "fits/seqfit_bins_explain.h"
#include "pages/paged_check.h"
#include "pages/paged_explain.h"

enum mode { MODE_STORAGE, MODE_FITS };
enum segregated_arg { ARG_MODE, ARG_CLASSES, ARG_LARGE, ARG_GROWTH };

static const char *const mode_names[] = {"storage", "fits", NULL};

static const struct param params[] = {
    [ARG_MODE] = {.name = "mode",
                  .help = "storage: pages of one class; fits: blocks that split and coalesce",
                  .init = MODE_STORAGE,
                  .max = MODE_FITS,
                  .choices = mode_names},
    [ARG_CLASSES] = PAGED_CLASSES_PARAM(0),
    [ARG_LARGE] = PAGED_LARGE_PARAM,
    [ARG_GROWTH] = GROWTH_PARAM,
    PARAM_END,
};

/* ---- storage ---- */

struct object { /* a free one */
    struct object *next;
};

struct storage {
    struct paged paged;
    struct object *free[]; /* one list a class; then one a class of whole runs */
};

/* Classes of whole runs go by their pages. */
static size_t run_class_pages(const struct paged *p, unsigned k)
{
    return size_class_bytes(k, p->finer) >> SIZE_CLASS_GRANULE_LOG2;
}

static unsigned run_class_floor(const struct paged *p, size_t pages)
{
    return size_class_floor(pages << SIZE_CLASS_GRANULE_LOG2, p->finer);
}

static unsigned run_classes(const struct region *r, unsigned finer)
{
    size_t pages = (size_t)(r->limit - r->base) / PAGE_BYTES;
    return size_class_floor(pages << SIZE_CLASS_GRANULE_LOG2, finer) + 1;
}

static size_t storage_state(const struct region *r, unsigned classes, unsigned finer)
{
    size_t lists = classes + run_classes(r, finer);
    return sizeof(struct storage) + lists * sizeof(struct object *);
}

/* The list of the kept runs of a class. */
static struct object **kept_runs(struct storage *s, unsigned k)
{
    return &s->free[s->paged.classes + k];
}

/* Puts a new run's objects into the empty list of its class, lowest first. */
static bool storage_refill(struct storage *s, unsigned k)
{
    struct objects *o = paged_new_run(&s->paged, k, 0);
    if (!o) {
        return false;
    }
    for (unsigned i = o->total; i-- > 0;) {
        struct object *b = (struct object *)(void *)objects_at(o, i);
        b->next = s->free[k];
        s->free[k] = b;
    }
    return true;
}

static void *storage_alloc_run(struct storage *s, size_t n)
{
    struct paged *p = &s->paged;
    if (n > FITLAB_MAX_REQUEST) {
        return NULL;
    }
    unsigned k = size_class_ceil(pages_for(n) << SIZE_CLASS_GRANULE_LOG2, p->finer);
    p->heap.count.probes++;
    if (k >= run_classes(p->heap.region, p->finer)) {
        return NULL;
    }
    struct object *b = *kept_runs(s, k);
    if (!b) {
        return paged_alloc_large(p, FITLAB_ALIGN, run_class_pages(p, k) * PAGE_BYTES);
    }
    *kept_runs(s, k) = b->next;
    size_t page = pages_index(&p->heap, b);
    p->pages.map[page] = pages_entry(PAGES_WHOLE, pages_number(&p->pages, page));
    return b;
}

static void storage_free_run(struct storage *s, void *at)
{
    struct pages *g = &s->paged.pages;
    size_t page = pages_index(&s->paged.heap, at), n = pages_number(g, page);
    struct object **list = kept_runs(s, run_class_floor(&s->paged, n));
    struct object *b = (struct object *)at;
    g->map[page] = pages_entry(PAGES_KEPT, n);
    b->next = *list;
    *list = b;
}

static void *storage_alloc(struct heap *h, size_t n)
{
    struct storage *s = (struct storage *)h;
    if (n > s->paged.large) {
        return storage_alloc_run(s, n);
    }
    unsigned k = paged_class(&s->paged, n);
    h->count.probes++;
    if (!s->free[k] && !storage_refill(s, k)) {
        return NULL;
    }
    struct object *b = s->free[k];
    s->free[k] = b->next;
    objects_claim(paged_objects(&s->paged, b), b);
    return b;
}

static void storage_free(struct heap *h, void *p)
{
    struct storage *s = (struct storage *)h;
    if (paged_is_large(&s->paged, p)) {
        storage_free_run(s, p);
        return;
    }
    struct objects *o = paged_objects(&s->paged, p);
    struct object *b = (struct object *)objects_give(o, p);
    b->next = s->free[o->class];
    s->free[o->class] = b;
}

/* Whether a free object of class k is at the address. */
static bool storage_is_free(const struct storage *s, const struct object *b, unsigned k)
{
    const char *at = (const char *)b, *base = s->paged.heap.region->base;
    size_t offset = (size_t)(at - base);
    if (offset / PAGE_BYTES >= s->paged.pages.count) {
        return false;
    }
    size_t page = pages_run_of(&s->paged.heap, &s->paged.pages, at);
    if (page >= s->paged.pages.count || pages_kind(&s->paged.pages, page) != PAGES_OBJECTS) {
        return false;
    }
    const struct objects *o = (const struct objects *)(const void *)(base + page * PAGE_BYTES);
    if (o->class != k || at < objects_at(o, 0) || at >= objects_at(o, o->total)) {
        return false;
    }
    unsigned i = objects_index(o, at);
    return at == objects_at(o, i) && !objects_bit(o->live, i);
}

/* Free objects of class k that the runs show. */
static size_t storage_count_free(const struct storage *s, unsigned k)
{
    const struct pages *g = &s->paged.pages;
    size_t count = 0;
    for (size_t page = 0; page < g->count; page += pages_number(g, page)) {
        const struct objects *o =
            (const struct objects *)(const void *)pages_address(&s->paged.heap, page);
        if (pages_kind(g, page) == PAGES_OBJECTS && o->class == k) {
            count += (size_t)o->total - o->live_count;
        }
    }
    return count;
}

static const char *storage_check_runs(const struct storage *s, size_t kept)
{
    const struct paged *p = &s->paged;
    size_t listed = 0;
    for (unsigned k = 0; k < run_classes(p->heap.region, p->finer); k++) {
        for (const struct object *b = s->free[p->classes + k]; b; b = b->next) {
            if (listed == kept || !paged_starts_run(p, b, PAGES_KEPT) ||
                run_class_floor(p, pages_number(&p->pages, pages_index(&p->heap, b))) != k) {
                return "a list of kept runs links to what is no such run";
            }
            listed++;
        }
    }
    return listed == kept ? NULL : "a kept run is missing from the list of its class";
}

static const char *storage_check(const struct heap *h)
{
    const struct storage *s = (const struct storage *)h;
    const struct paged *p = &s->paged;
    if (p->finer > 6 || p->classes > paged_classes(PAGED_LARGE_MAX, 6)) {
        return "the size classes are damaged";
    }
    struct paged_census census;
    const char *wrong = paged_check(p, storage_state(h->region, p->classes, p->finer), &census);
    if (!wrong) {
        wrong = storage_check_runs(s, census.kept_runs);
    }
    for (unsigned k = 0; !wrong && k < s->paged.classes; k++) {
        size_t most = storage_count_free(s, k), listed = 0;
        for (const struct object *b = s->free[k]; b; b = b->next) {
            if (listed == most || !storage_is_free(s, b, k)) {
                return "a free list links to what is no free object of its class";
            }
            listed++;
        }
        wrong = listed == most ? NULL : "a free object is missing from the list of its class";
    }
    return wrong;
}

static struct heap *storage_open(const struct policy *policy, struct region *r, const long *arg)
{
    struct paged paged = paged_of((size_t)arg[ARG_LARGE], size_class_finer[arg[ARG_CLASSES]]);
    unsigned finer = paged.finer, classes = paged.classes;
    if (!paged_open(&paged, policy, r, storage_state(r, classes, finer), arg[ARG_GROWTH])) {
        return NULL;
    }
    struct storage *s = (struct storage *)(void *)r->base;
    s->paged = paged;
    for (unsigned k = 0; k < classes + run_classes(r, finer); k++) {
        s->free[k] = NULL;
    }
    return &s->paged.heap;
}

/* ---- what is in the bytes of storage ---- */

static void storage_explain_state(struct parts *p, const struct paged *paged)
{
    const struct storage *s = (const struct storage *)paged;
    for (unsigned k = 0; k < paged->classes; k++) {
        parts_head(p, &s->free[k], sizeof s->free[k], "free objects of a class", s->free[k],
                   size_class_bytes(k, paged->finer));
    }
    for (unsigned k = 0; k < run_classes(paged->heap.region, paged->finer); k++) {
        struct object *const *list = &s->free[paged->classes + k];
        parts_head(p, list, sizeof *list, "free runs of a class", *list,
                   run_class_pages(paged, k) * PAGE_BYTES);
    }
}

static void storage_spare(const struct heap *h, spare_visitor *visit, void *ctx)
{
    paged_spare(h, visit, ctx, sizeof(struct object));
}

static void storage_explain(const struct heap *h, const struct span *s, part_visitor *visit,
                            void *ctx)
{
    paged_explain(h, s, visit, ctx, sizeof(struct object), storage_explain_state);
}

/* ---- fits ---- */

struct fits {
    struct seqfit fit;
    struct bins bins;
    unsigned finer;
};

static unsigned fits_bin(const struct seqfit *h, size_t bytes)
{
    return size_class_floor(bytes, ((const struct fits *)h)->finer);
}

static struct block *fits_search(struct seqfit *h, size_t bytes)
{
    struct fits *f = (struct fits *)h;
    unsigned bin = fits_bin(h, bytes);
    if (bin >= f->bins.count) {
        return NULL;
    }
    for (struct block *b = f->bins.head[bin]; b; b = b->next) {
        h->heap.count.probes++;
        if (block_bytes(b) >= bytes) {
            return b;
        }
    }
    bin = bins_next(&f->bins, bin + 1, &h->heap.count.probes);
    return bin < f->bins.count ? f->bins.head[bin] : NULL;
}

static void fits_insert(struct seqfit *h, struct block *b)
{
    bins_insert(&((struct fits *)h)->bins, fits_bin(h, block_bytes(b)), b);
}

static void fits_remove(struct seqfit *h, struct block *b)
{
    bins_remove(&((struct fits *)h)->bins, b);
}

#define FITS                                                                                       \
    ((struct seqfit_kind){.search = fits_search, .insert = fits_insert, .remove = fits_remove})

static unsigned fits_bins(const struct region *r, unsigned finer)
{
    return size_class_floor((size_t)(r->limit - r->base), finer) + 1;
}

static struct heap *fits_open(const struct policy *policy, struct region *r, const long *arg)
{
    unsigned finer = size_class_finer[arg[ARG_CLASSES]];
    struct seqfit *h =
        seqfit_start_bins(policy, r, (enum growth)arg[ARG_GROWTH], FITS, sizeof(struct fits),
                          offsetof(struct fits, bins), fits_bins(r, finer));
    if (!h) {
        return NULL;
    }
    ((struct fits *)h)->finer = finer;
    seqfit_fill(h, FITS);
    return &h->heap;
}

static const char *fits_check(const struct heap *heap)
{
    const struct fits *f = (const struct fits *)heap;
    if (f->finer > 6) {
        return "the size classes are damaged";
    }
    return seqfit_check_bins(&f->fit, &f->bins, sizeof *f, fits_bins(heap->region, f->finer),
                             fits_bin);
}

static size_t fits_least(const void *state, unsigned bin)
{
    return size_class_bytes(bin, ((const struct fits *)state)->finer);
}

static void fits_explain(const struct heap *heap, const struct span *s, part_visitor *visit,
                         void *ctx)
{
    seqfit_explain_binned(heap, s, visit, ctx, &((const struct fits *)heap)->bins, fits_least);
}

SEQFIT_ENTRIES(fits, FITS)

/* ---- the policy: a heap's own vtable is that of its mode ---- */

#define TITLE   "segregated"
#define SUMMARY "a free list a size class: simple segregated storage, or segregated fits"

static const struct policy segregated_fits =
    SEQFIT_VTABLE(fits, TITLE, SUMMARY, params, fits_check, fits_explain);

static struct heap *segregated_open(const struct policy *policy, struct region *r, const long *arg)
{
    return arg[ARG_MODE] == MODE_FITS ? fits_open(&segregated_fits, r, arg)
                                      : storage_open(policy, r, arg);
}

const struct policy segregated = {
    .abi = FITLAB_POLICY_ABI,
    .traits = POLICY_COARSE,
    .name = TITLE,
    .summary = SUMMARY,
    .params = params,
    .open = segregated_open,
    .alloc = storage_alloc,
    .free = storage_free,
    .usable = paged_usable,
    .walk = paged_walk,
    .memalign = paged_memalign,
    .check = storage_check,
    .spare = storage_spare,
    .explain = storage_explain,
};
