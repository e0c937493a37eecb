#include "packing/offline_policy.h"

#include <stdlib.h>
#include <string.h>

#include "workloads/workload.h"

enum { DEFAULT_ROUNDS = 4, MOST_ROUNDS = 1000 };

/* Where one block goes. */
struct place {
    uint64_t offset, size;
};

/* What is planned, and which of it is live. The heap is not in the region: all that it knows
 * comes from beforehand. */
struct planned {
    struct heap head;
    struct place *place; /* of each request, in their order */
    size_t places;
    size_t next;      /* the request that comes */
    bool failed;      /* one was refused: what comes next is no longer what was planned */
    bool fixed;       /* the break does not move */
    uint64_t *starts; /* a bit for each FITLAB_ALIGN bytes: a live payload begins there */
    uint32_t *owner;  /* the place of that block; elsewhere of no meaning */
    size_t words;     /* of starts */
};

static struct planned plan;

/* ---- live blocks ---- */

static size_t granule_of(const char *p)
{
    return (size_t)(p - plan.head.region->base) / FITLAB_ALIGN;
}

static const struct place *place_of(const void *p)
{
    return &plan.place[plan.owner[granule_of(p)]];
}

static char *start_of(const struct place *place)
{
    return plan.head.region->base + place->offset;
}

static void mark(char *p, size_t place)
{
    size_t g = granule_of(p);
    plan.starts[g / 64] |= UINT64_C(1) << g % 64;
    plan.owner[g] = (uint32_t)place;
}

static void unmark(const char *p)
{
    size_t g = granule_of(p);
    plan.starts[g / 64] &= ~(UINT64_C(1) << g % 64);
}

/* The end of the highest live block. Called when the block that ended at the break has gone. */
static char *highest_end(void)
{
    const struct region *r = plan.head.region;
    size_t words = granule_of(r->brk) / 64 + 1;
    for (size_t w = words < plan.words ? words : plan.words; w-- > 0;) {
        if (plan.starts[w]) {
            size_t g = w * 64 + 63 - (size_t)__builtin_clzll(plan.starts[w]);
            const struct place *place = &plan.place[plan.owner[g]];
            return start_of(place) + place->size;
        }
    }
    return r->base;
}

static void lower_break(const char *end)
{
    struct region *r = plan.head.region;
    if (!plan.fixed && end == r->brk) {
        region_trim(r, highest_end());
    }
}

/* ---- requests ---- */

/* The place of the request that comes, with the break above it. NULL: it was not planned, or the
 * region is too small for it, and so for all that follow, since their places are not known. */
static const struct place *next_place(size_t n)
{
    struct region *r = plan.head.region;
    const struct place *place = plan.next < plan.places ? &plan.place[plan.next] : NULL;
    if (plan.failed || !place || n > place->size ||
        place->offset + place->size > (size_t)(r->limit - r->base)) {
        plan.failed = true;
        return NULL;
    }
    char *end = start_of(place) + place->size;
    if (end > r->brk) {
        region_extend(r, (size_t)(end - r->brk));
    }
    plan.next++;
    return place;
}

static void *offline_memalign(struct heap *h, size_t align, size_t n)
{
    (void)h;
    const struct place *place = next_place(n);
    if (!place) {
        return NULL;
    }
    char *start = start_of(place), *p = start + (-(uintptr_t)start & (align - 1));
    mark(p, (size_t)(place - plan.place));
    return p;
}

static void *offline_alloc(struct heap *h, size_t n)
{
    return offline_memalign(h, FITLAB_ALIGN, n);
}

static void offline_free(struct heap *h, void *p)
{
    (void)h;
    const struct place *place = place_of(p);
    unmark(p);
    lower_break(start_of(place) + place->size);
}

static size_t offline_usable(const struct heap *h, const void *p)
{
    (void)h;
    const struct place *place = place_of(p);
    return (size_t)(start_of(place) + place->size - (const char *)p);
}

static void *offline_realloc(struct heap *h, void *p, size_t n)
{
    size_t old = offline_usable(h, p), keep = old < n ? old : n;
    const struct place *place = next_place(n);
    if (!place) {
        return NULL;
    }
    char *q = start_of(place), *end = (char *)p + old;
    memmove(q, p, q == p ? 0 : keep);
    unmark(p);
    mark(q, (size_t)(place - plan.place));
    lower_break(end);
    return q;
}

static bool visit_span(span_visitor *visit, void *ctx, const char *from, const char *to,
                       const void *payload)
{
    enum span_kind kind = payload ? SPAN_USED : SPAN_FREE;
    return from == to || visit(&(struct span){from, (size_t)(to - from), payload, kind}, ctx);
}

static void offline_walk(const struct heap *h, span_visitor *visit, void *ctx)
{
    const char *at = h->region->base;
    for (size_t w = 0; w < plan.words; w++) {
        for (uint64_t bits = plan.starts[w]; bits; bits &= bits - 1) {
            size_t g = w * 64 + (size_t)__builtin_ctzll(bits);
            const struct place *place = &plan.place[plan.owner[g]];
            const char *start = start_of(place), *end = start + place->size;
            if (!visit_span(visit, ctx, at, start, NULL) ||
                !visit_span(visit, ctx, start, end, h->region->base + g * FITLAB_ALIGN)) {
                return;
            }
            at = end;
        }
    }
    visit_span(visit, ctx, at, h->region->brk, NULL);
}

static struct heap *offline_open(const struct policy *policy, struct region *r, const long *arg)
{
    (void)arg;
    if (!plan.place) {
        return NULL;
    }
    plan.head = (struct heap){.policy = policy, .region = r};
    plan.fixed = r->brk == r->limit;
    plan.failed = false;
    plan.next = 0;
    memset(plan.starts, 0, plan.words * sizeof *plan.starts);
    return &plan.head;
}

static const struct param params[] = {{.name = "search",
                                       .help = "rounds of looking for a lower packing",
                                       .init = DEFAULT_ROUNDS,
                                       .max = MOST_ROUNDS},
                                      PARAM_END};

const struct policy offline_policy = {
    .abi = FITLAB_POLICY_ABI,
    .traits = POLICY_OPAQUE,
    .name = "offline",
    .summary =
        "a packing of the whole workload, known beforehand: nearly the least memory possible",
    .params = params,
    .open = offline_open,
    .alloc = offline_alloc,
    .free = offline_free,
    .usable = offline_usable,
    .walk = offline_walk,
    .realloc = offline_realloc,
    .memalign = offline_memalign,
};

/* ---- the plan ---- */

static bool keep_places(const struct packing *p, const uint64_t *offset, uint64_t height)
{
    size_t granules = height / FITLAB_ALIGN + 1;
    plan.words = granules / 64 + 1;
    plan.place = malloc(p->count * sizeof *plan.place);
    plan.starts = calloc(plan.words, sizeof *plan.starts);
    plan.owner = calloc(granules, sizeof *plan.owner);
    if (!plan.place || !plan.starts || !plan.owner) {
        return false;
    }
    plan.places = p->count;
    for (size_t i = 0; i < p->count; i++) {
        plan.place[p->block[i].id] = (struct place){offset[i], p->block[i].size};
    }
    return true;
}

bool offline_plan(struct workload *w, unsigned rounds, struct problem *problem)
{
    struct packing p;
    free(plan.place);
    free(plan.starts);
    free(plan.owner);
    plan = (struct planned){0};
    if (!packing_from_aligned_workload(&p, w, FITLAB_ALIGN, problem)) {
        return false;
    }
    uint64_t *offset = malloc(p.count * sizeof *offset);
    uint64_t height = offset ? packing_from_peak(&p, rounds, offset) : 0;
    bool ok = height ? packing_height(&p, offset, problem) == height &&
                           (keep_places(&p, offset, height) ||
                            problem_set(problem, "not enough memory to plan %zu blocks", p.count))
                     : problem_set(problem, "not enough memory to pack %zu blocks", p.count);
    free(offset);
    packing_release(&p);
    return ok;
}
