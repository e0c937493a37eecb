#define _GNU_SOURCE /* tdestroy */
#include "conformance/shadow.h"

#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "allocators/layers/layer.h"

/* Two blocks that share a byte compare equal, so that a lookup in the tree finds an overlap. */
static int by_address(const void *left, const void *right)
{
    const struct block *a = left, *b = right;
    size_t a_bytes = a->usable ? a->usable : 1, b_bytes = b->usable ? b->usable : 1;
    if (a->p + a_bytes <= b->p) {
        return -1;
    }
    return b->p + b_bytes <= a->p ? 1 : 0;
}

static uint64_t pattern_word(uint64_t pattern, size_t index)
{
    return (pattern + index) * UINT64_C(0x9e3779b97f4a7c15);
}

static void fill(const struct block *b, size_t from)
{
    for (size_t at = from & ~(size_t)7; at < b->usable; at += 8) {
        uint64_t word = pattern_word(b->pattern, at);
        memcpy(b->p + at, &word, b->usable - at < 8 ? b->usable - at : 8);
    }
}

static void verify_bytes(struct shadow *s, const struct block *b, size_t bytes)
{
    for (size_t at = 0; at < bytes; at += 8) {
        uint64_t word = pattern_word(b->pattern, at);
        if (memcmp(b->p + at, &word, bytes - at < 8 ? bytes - at : 8) != 0) {
            trial_fail(s->trial, "the payload of a live block of %zu bytes is damaged at byte %zu",
                       b->size, at);
        }
    }
}

/* Whether a heap's table may be that of a policy: the same, a special form of it, or that of what
 * is below a layer which has nothing to do. */
static bool is_form_of(const struct policy *own, const struct policy *policy)
{
    if (!strcmp(own->name, policy->name)) {
        return true;
    }
    return policy->traits & POLICY_STACK && is_form_of(own, stack_of(policy)->below);
}

void shadow_open(struct shadow *s, struct trial *t, struct site *site, unsigned watch)
{
    *s = (struct shadow){.trial = t, .site = site, .watch = watch};
    s->next_pattern = t->seed;
    trial_calls(t, "open", 0, 0, 0);
    s->heap = t->policy->open(t->policy, &site->region, t->arg);
    if (!s->heap) {
        trial_fail(t, "refuses a region of %zu bytes",
                   (size_t)(site->region.limit - site->region.base));
    }
    const struct policy *own = s->heap->policy;
    if (!own || !is_form_of(own, t->policy) || s->heap->region != &site->region) {
        trial_fail(t, "does not fill in heap->policy and heap->region");
    }
    s->align = heap_align(s->heap);
    bounds_settle(&site->guard);
    s->before = heap_counters(s->heap);
    s->brk_before = site->region.brk;
}

static void watch_block(struct shadow *s, const struct block *b, size_t align)
{
    const struct region *r = &s->site->region;
    if ((s->watch & WATCH_ALIGNMENT) && ((uintptr_t)b->p & (align - 1)) != 0) {
        trial_fail(s->trial, "the block is not aligned to %zu bytes", align);
    }
    if ((s->watch & WATCH_USABLE) && b->usable < b->size) {
        trial_fail(s->trial, "only %zu bytes are usable", b->usable);
    }
    if ((s->watch & WATCH_BOUNDS) &&
        (b->p < r->base || b->p > r->brk || b->usable > (size_t)(r->brk - b->p))) {
        trial_fail(s->trial, "the block lies at base%+td with %zu usable bytes, out of [base, brk)",
                   b->p - r->base, b->usable);
    }
    struct block *const *other = tfind(b, &s->tree, by_address);
    if ((s->watch & WATCH_OVERLAP) && other) {
        trial_fail(s->trial, "the block at base%+td overlaps a live block of %zu bytes at base%+td",
                   b->p - r->base, (*other)->size, (*other)->p - r->base);
    }
}

static void enter(struct shadow *s, struct block *b)
{
    struct block **entered = tsearch(b, &s->tree, by_address);
    if (s->live == s->room) {
        s->room = s->room ? 2 * s->room : 64;
        s->blocks = realloc(s->blocks, s->room * sizeof(struct block *));
    }
    if (!entered || !s->blocks) {
        abort();
    }
    b->place = s->live;
    s->blocks[s->live++] = b;
    s->live_bytes += b->size;
    s->granted_bytes += b->usable;
}

static void leave(struct shadow *s, struct block *b)
{
    tdelete(b, &s->tree, by_address);
    s->blocks[b->place] = s->blocks[--s->live];
    s->blocks[b->place]->place = b->place;
    s->live_bytes -= b->size;
    s->granted_bytes -= b->usable;
}

static struct block *new_block(struct block value)
{
    struct block *b = malloc(sizeof *b);
    if (!b) {
        abort();
    }
    *b = value;
    return b;
}

void shadow_copy(struct shadow *s, const struct shadow *from)
{
    *s = *from;
    s->tree = NULL;
    s->blocks = NULL;
    s->room = s->live = 0;
    s->live_bytes = s->granted_bytes = 0;
    for (size_t i = 0; i < from->live; i++) {
        enter(s, new_block(*from->blocks[i]));
    }
}

/* Takes a pointer that the policy just returned into the shadow. */
static struct block *adopt(struct shadow *s, void *p, size_t align, size_t n)
{
    bounds_settle(&s->site->guard);
    s->last = p;
    if (!p) {
        return NULL;
    }
    s->next_pattern += UINT64_C(0x100000001);
    struct block *b = new_block((struct block){
        .p = p, .size = n, .usable = heap_granted(s->heap, p, n), .pattern = s->next_pattern});
    watch_block(s, b, align);
    if (s->watch & WATCH_PAYLOAD) {
        fill(b, 0);
    }
    enter(s, b);
    return b;
}

struct block *shadow_alloc(struct shadow *s, size_t n)
{
    trial_calls(s->trial, "alloc", 1, n, 0);
    return adopt(s, heap_alloc(s->heap, n), s->align, n);
}

struct block *shadow_memalign(struct shadow *s, size_t align, size_t n)
{
    trial_calls(s->trial, "memalign", 2, align, n);
    return adopt(s, heap_memalign(s->heap, align, n), align, n);
}

bool shadow_realloc(struct shadow *s, struct block *b, size_t n)
{
    shadow_verify(s, b);
    trial_calls(s->trial, "realloc", 2, b->size, n);
    uint64_t moved = heap_counters(s->heap).moved_bytes;
    void *p = heap_realloc(s->heap, b->p, n);
    bounds_settle(&s->site->guard);
    s->last = p;
    if (!p) {
        shadow_verify(s, b);
        return false;
    }
    if ((s->watch & WATCH_COUNTERS) && !(s->trial->policy->traits & POLICY_OPAQUE) && p != b->p &&
        b->usable && n && heap_counters(s->heap).moved_bytes == moved) {
        trial_fail(s->trial, "the block moved but moved_bytes did not");
    }
    leave(s, b);
    struct block old = *b;
    *b = (struct block){
        .p = p, .size = n, .usable = heap_granted(s->heap, p, n), .pattern = old.pattern};
    watch_block(s, b, s->align);
    enter(s, b);
    if (s->watch & WATCH_PAYLOAD) {
        size_t kept = old.usable < n ? old.usable : n;
        verify_bytes(s, b, kept);
        fill(b, kept);
    }
    return true;
}

void shadow_verify(struct shadow *s, const struct block *b)
{
    size_t usable = heap_granted(s->heap, b->p, b->usable);
    if ((s->watch & WATCH_USABLE) && usable != b->usable) {
        trial_fail(s->trial, "usable was %zu and now is %zu, for one live block", b->usable,
                   usable);
    }
    if (s->watch & WATCH_PAYLOAD) {
        verify_bytes(s, b, b->usable);
    }
}

void shadow_verify_all(struct shadow *s)
{
    for (size_t i = 0; i < s->live; i++) {
        shadow_verify(s, s->blocks[i]);
    }
}

void shadow_free(struct shadow *s, struct block *b)
{
    shadow_verify(s, b);
    leave(s, b);
    trial_calls(s->trial, "free", 1, b->size, 0);
    heap_free(s->heap, b->p);
    bounds_settle(&s->site->guard);
    free(b);
}

void shadow_free_all(struct shadow *s)
{
    while (s->live) {
        shadow_free(s, s->blocks[s->live - 1]);
    }
}

static void forget(void *block)
{
    free(block);
}

void shadow_close(struct shadow *s)
{
    tdestroy(s->tree, forget);
    free(s->blocks);
}

void shadow_finish(struct shadow *s)
{
    shadow_verify_all(s);
    shadow_free_all(s);
    shadow_inspect(s);
    shadow_close(s);
}
