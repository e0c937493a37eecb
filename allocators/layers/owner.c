/* SPDX-License-Identifier: MIT */
/* owner.c - a heap for each thread, which no other thread ever enters: a block that another thread
 * frees waits in a list of the heap that it came from, until the owner takes it back.
 *
 * A thread owns the first heap that nobody has at its first request. If that is full it takes what
 * waits in its list, and then a further heap that nobody has. The list is a stack that any thread
 * may push to and the owner empties whole, without a lock: so the heaps below need none, as long as
 * there are not more threads than heaps. Threads beyond that share heaps, thread t that of number
 * t modulo n; then the heaps need locks.
 *
 * Sources: Leijen, Zorn and de Moura, "Mimalloc: free list sharding in action", APLAS 2019;
 * Lietar and others, "snmalloc: a message passing allocator", ISMM 2019. Footprint: what waits in
 * a list can be used by its owner alone, as in each scheme of private heaps with ownership (Berger
 * and others, "Hoard", ASPLOS 2000: at most P times that of one heap). */
#include "layers/slices.h"

enum { ARG_N, ARG_BATCH };

static const struct param params[] = {
    {.name = "n",
     .help = "heaps, at most; 1: none but the heap below",
     .init = 8,
     .min = 1,
     .max = SLICES_MOST},
    {.name = "batch",
     .help = "a request takes the blocks in its list back if they are so many",
     .unit = "blocks",
     .init = 1,
     .min = 1,
     .max = 65536},
    PARAM_END,
};

/* A block that waits. No block of the program's has the mark: it depends on the block's place, and
 * the owner takes it away with the block. */
struct waiting {
    char *next;
    uint64_t mark;
};

static uint64_t waiting_mark(const struct heap *h, const char *p)
{
    uint64_t place = (uint64_t)(p - h->region->base);
    return (place ^ UINT64_C(0x2b7e151628aed2a6)) * UINT64_C(0x9e3779b97f4a7c15);
}

static struct waiting waiting_read(const char *p)
{
    struct waiting w;
    memcpy(&w, p, sizeof w);
    return w;
}

static struct heap *open_owner(const struct policy *policy, struct region *r, const long *arg)
{
    return slices_open(policy, r, arg, arg[ARG_N]);
}

/* ---- who owns what ---- */

static bool owns(const struct slices *s, uint32_t thread, uint32_t i)
{
    const struct slice *one = &s->slice[i];
    return atomic_load_explicit(&((struct slice *)(uintptr_t)one)->thread, memory_order_relaxed) ==
               thread + 1 ||
           (thread < SLICES_THREADS ? s->home[thread] == i + 1 : thread % s->n == i);
}

/* Takes a heap that nobody has; n: there is none. */
static uint32_t claim(struct slices *s, uint32_t thread)
{
    for (uint32_t i = 0; i < s->n; i++) {
        unsigned nobody = 0;
        if (atomic_compare_exchange_strong(&s->slice[i].thread, &nobody, thread + 1)) {
            return i;
        }
    }
    return s->n;
}

static uint32_t home_of(struct slices *s, uint32_t thread)
{
    if (thread >= SLICES_THREADS) {
        return thread % s->n;
    }
    if (!s->home[thread]) {
        uint32_t i = claim(s, thread);
        s->home[thread] = (uint8_t)((i < s->n ? i : thread % s->n) + 1);
    }
    return s->home[thread] - 1u;
}

/* ---- the lists ---- */

static void push(struct slices *s, uint32_t i, char *p)
{
    struct slice *one = &s->slice[i];
    struct waiting w = {atomic_load_explicit(&one->list, memory_order_relaxed),
                        waiting_mark(&s->heap, p)};
    do {
        memcpy(p, &w, sizeof w);
    } while (!atomic_compare_exchange_weak_explicit(&one->list, &w.next, p, memory_order_release,
                                                    memory_order_relaxed));
    atomic_fetch_add_explicit(&one->waiting, 1, memory_order_relaxed);
}

/* Frees all that waits for the owner of a heap. */
static void collect(struct slices *s, uint32_t i)
{
    struct slice *one = &s->slice[i];
    char *p = atomic_exchange_explicit(&one->list, NULL, memory_order_acquire);
    unsigned n = 0;
    for (char *next; p; p = next, n++) {
        next = waiting_read(p).next;
        memset(p, 0, sizeof(struct waiting));
        slices_free(s, i, p);
    }
    if (n) {
        atomic_fetch_sub_explicit(&one->waiting, n, memory_order_relaxed);
    }
}

/* ---- calls ---- */

#ifdef __SANITIZE_THREAD__
extern void AnnotateIgnoreReadsBegin(const char *file, int line) __attribute__((weak));
extern void AnnotateIgnoreReadsEnd(const char *file, int line) __attribute__((weak));

static void watch_reads(bool on)
{
    void (*tell)(const char *, int) = on ? AnnotateIgnoreReadsEnd : AnnotateIgnoreReadsBegin;
    if (tell) { /* lines.h watches in another way */
        tell("owner.c", __LINE__);
    }
}
#else
static void watch_reads(bool on)
{
    (void)on;
}
#endif

/* The block may be of another thread's heap. In a policy with headers the word that says its size
 * has marks about the neighbours beside it, which the owner may be changing: the size itself does
 * not change while the block lives, and a word is read and written as a whole on every machine that
 * there is. The language calls this a race all the same, and ThreadSanitizer is told not to. A lock
 * below (owner+lock+...) makes it none. */
static size_t usable_owner(const struct heap *h, const void *p)
{
    watch_reads(false);
    size_t bytes = slices_usable(h, p);
    watch_reads(true);
    return bytes;
}

static size_t least(size_t n)
{
    return n < sizeof(struct waiting) ? sizeof(struct waiting) : n;
}

/* From one of the thread's own heaps other than its first, or from one that nobody has. */
static void *ask_others(struct slices *s, uint32_t thread, uint32_t home, size_t align, size_t n)
{
    void *p = NULL;
    for (uint32_t i = 0; !p && i < s->n; i++) {
        if (i != home && owns(s, thread, i)) {
            collect(s, i);
            p = slices_ask(s, i, align, n);
        }
    }
    for (uint32_t i; !p && (i = claim(s, thread)) < s->n;) {
        p = slices_ask(s, i, align, n);
    }
    return p;
}

static void *ask(struct slices *s, size_t align, size_t n)
{
    if (slices_too_large(s, align, n)) {
        return NULL;
    }
    uint32_t thread = region_thread(s->heap.region), home = home_of(s, thread);
    unsigned waiting = atomic_load_explicit(&s->slice[home].waiting, memory_order_relaxed);
    if (waiting && waiting >= (unsigned)s->arg[ARG_BATCH]) {
        collect(s, home);
    }
    void *p = slices_ask(s, home, align, least(n));
    if (!p) {
        collect(s, home);
        p = slices_ask(s, home, align, least(n));
    }
    return p ? p : ask_others(s, thread, home, align, least(n));
}

static void *alloc_owner(struct heap *h, size_t n)
{
    return ask(slices_of(h), 0, n);
}

static void *memalign_owner(struct heap *h, size_t align, size_t n)
{
    return ask(slices_of(h), align, n);
}

static void free_owner(struct heap *h, void *p)
{
    struct slices *s = slices_of(h);
    uint32_t i = slices_find(s, p);
    if (owns(s, region_thread(h->region), i)) {
        slices_free(s, i, p);
    } else {
        push(s, i, (char *)p);
    }
}

/* A block of another thread's heap is copied into an own one. */
static void *realloc_owner(struct heap *h, void *p, size_t n)
{
    struct slices *s = slices_of(h);
    uint32_t i = slices_find(s, p);
    if (slices_too_large(s, 0, n)) {
        return NULL;
    }
    bool own = owns(s, region_thread(h->region), i);
    void *q = own ? slices_resize(s, i, p, least(n)) : NULL;
    if (!q && (q = ask(s, 0, n))) {
        slices_move(h, q, p, n);
        free_owner(h, p);
    }
    return q;
}

/* ---- looking inside ---- */

static bool waits(const struct heap *h, const char *payload)
{
    return slices_usable(h, payload) >= sizeof(struct waiting) &&
           waiting_read(payload).mark == waiting_mark(h, payload);
}

static void walk_owner(const struct heap *h, span_visitor *visit, void *ctx)
{
    struct slices_walk w = {.heap = h, .visit = visit, .ctx = ctx, .kept = waits, .more = true};
    slices_walk(&w);
}

struct telling {
    part_visitor *visit;
    void *ctx;
};

static bool tell_waiting(const struct part *part, void *ctx)
{
    const struct telling *t = (const struct telling *)ctx;
    if (part->kind != PART_PAYLOAD) {
        return t->visit(part, t->ctx);
    }
    struct waiting w = waiting_read(part->addr);
    struct part link = {part->addr, sizeof w.next, PART_LINK, "next", w.next, 0};
    struct part mark = {
        part->addr + sizeof w.next, sizeof w.mark, PART_FIELD, "mark", NULL, w.mark};
    struct part rest = {part->addr + sizeof w, part->bytes - sizeof w, PART_FREE, "free", NULL, 0};
    return t->visit(&link, t->ctx) && t->visit(&mark, t->ctx) &&
           (!rest.bytes || t->visit(&rest, t->ctx));
}

/* The heads of the lists. */
static void tell_own(const struct slices *s, part_visitor *visit, void *ctx)
{
    bool more = true;
    for (uint32_t i = 0; more && i < s->n; i++) {
        const struct slice *one = &s->slice[i];
        struct part part = {(const char *)&one->list,
                            sizeof one->list,
                            PART_HEAD,
                            "freed by other threads",
                            atomic_load(&((struct slice *)(uintptr_t)one)->list),
                            0};
        more = visit(&part, ctx);
    }
}

/* The payload of a block that waits, in its span: the heap below alone knows its place. */
static const char *find_payload(const struct heap *h, const struct heap *below,
                                const struct span *span)
{
    size_t step = heap_align(below);
    const char *end = span->addr + span->bytes;
    uintptr_t first = ((uintptr_t)span->addr + step - 1) & ~(uintptr_t)(step - 1);
    for (const char *p = (const char *)first; p + sizeof(struct waiting) <= end; p += step) {
        if (waiting_read(p).mark == waiting_mark(h, p)) {
            return p;
        }
    }
    return NULL;
}

static void explain_owner(const struct heap *h, const struct span *span, part_visitor *visit,
                          void *ctx)
{
    const struct slices *s = slices_of(h);
    const struct heap *below = slices_explainer(h, span);
    if (!below) {
        if (span->addr == h->region->base) {
            tell_own(s, visit, ctx);
        } else {
            heap_explain_by_walk(h, span, visit, ctx);
        }
        return;
    }
    const char *payload = span->kind == SPAN_SLACK ? find_payload(h, below, span) : NULL;
    struct telling t = {visit, ctx};
    struct span used = {span->addr, span->bytes, payload, SPAN_USED};
    if (payload) {
        heap_explain(below, &used, tell_waiting, &t);
    } else {
        heap_explain(below, span, visit, ctx);
    }
}

static bool list_is_sound(const struct heap *h, uint32_t i)
{
    const struct slices *s = slices_of(h);
    struct slice *one = &slices_of(h)->slice[i];
    const char *p = atomic_load(&one->list), *base = slices_base(s, i);
    unsigned n = atomic_load(&one->waiting);
    for (; p && n; n--) {
        if (!slices_heap(s, i) || p < base || p + sizeof(struct waiting) > one->region.brk ||
            waiting_read(p).mark != waiting_mark(h, p)) {
            return false;
        }
        p = waiting_read(p).next;
    }
    return !p && !n;
}

static const char *check_owner(const struct heap *h)
{
    const struct slices *s = slices_of(h);
    const char *broken = slices_check(h);
    for (uint32_t i = 0; !broken && i < s->n; i++) {
        broken =
            list_is_sound(h, i) ? NULL : "a list of blocks that other threads freed is damaged";
    }
    return broken;
}

static unsigned threads(const long *arg, unsigned below)
{
    unsigned heaps = (unsigned)arg[ARG_N];
    return below == LAYER_ANY_THREADS || heaps == 1 ? below : heaps;
}

const struct layer owner = {
    .policy = {.abi = FITLAB_POLICY_ABI,
               .traits = POLICY_LAYER | POLICY_COARSE | POLICY_KEEPS,
               .name = "owner",
               .summary = "a heap for each thread; others return its blocks by a list",
               .params = params,
               .open = open_owner,
               .alloc = alloc_owner,
               .free = free_owner,
               .usable = usable_owner,
               .walk = walk_owner,
               .realloc = realloc_owner,
               .memalign = memalign_owner,
               .check = check_owner,
               .spare = slices_spare,
               .explain = explain_owner,
               .inner = slices_inner},
    .needs = LAYER_NEEDS_MANY | LAYER_NEEDS_USABLE,
    .threads = threads,
};
