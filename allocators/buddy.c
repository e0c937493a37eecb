/* SPDX-License-Identifier: MIT */
/* buddy.c - buddy systems: blocks of fixed classes that split into buddies and merge again.
 *
 * A system is a sequence of sizes in which each is the sum of the one before and of
 * another of the sequence; a block splits into these two, its left and its right buddy.
 *   binary     1 2 4 8 16 ...        2^k + 2^k
 *   fibonacci  1 2 3 5 8 13 ...      F(k-1) + F(k-2)
 *   weighted   1 2 3 4 6 8 12 ...    2^(k+2) = 3*2^k + 2^k and 3*2^k = 2^(k+1) + 2^k
 * in units of 32 bytes. Addresses are thought of as one infinite tree: the block of each
 * class at address 0 is the left buddy in the block of the next class. So the region may
 * have any length, and a block's place in the tree is a function of address and class.
 *
 * A block carries its own link to its parent (the parent's class, and the side) and one
 * link on the parent's behalf: a left buddy keeps the parent's own, a right buddy the
 * parent's second. Both buddies together thus restore the parent when they merge, in
 * constant time and for any sequence.
 *
 * Rules on which placements depend: the lowest address in the smallest class that fits;
 * a split goes on in the smaller buddy that is large enough, the left one if both are
 * alike; memory above the last live block belongs to no class, and is taken, at the lowest
 * node of the tree that is large enough, only when no free block fits.
 *
 * Sources: K. C. Knowlton, "A Fast Storage Allocator", CACM 8(10), 1965 (binary); D. S.
 * Hirschberg, "A Class of Dynamic Memory Allocation Algorithms", CACM 16(10), 1973
 * (Fibonacci); B. Cranston and R. Thomas, "A Simplified Recombination Scheme for the
 * Fibonacci Buddy System", CACM 18(6), 1975 (the two links); K. K. Shen and J. L.
 * Peterson, "A Weighted Buddy Method for Dynamic Storage Allocation", CACM 17(10), 1974;
 * J. L. Peterson and T. A. Norman, "Buddy Systems", CACM 20(6), 1977.
 */
#include "buddy/buddy_check.h"
#include "buddy/buddy_explain.h"
#include "heap.h"
#include "structures/spans.h"

static inline struct buddy_block *block_of(const void *p)
{
    struct buddy_block *b = (struct buddy_block *)((char *)p - BUDDY_TAG);
    return b->tag.shifted ? (struct buddy_block *)((char *)b - b->tag.shift * FITLAB_ALIGN) : b;
}

static inline void *payload(const struct buddy_block *b)
{
    return (char *)b + BUDDY_TAG + b->tag.shift * FITLAB_ALIGN;
}

/* The smallest class that holds n bytes beside the tag, or h->classes if none does. */
static unsigned class_for(const struct buddy *h, size_t n)
{
    size_t bytes = n + BUDDY_TAG;
    if (n > h->bytes[h->classes - 1]) {
        return h->classes;
    }
    size_t units = (bytes + BUDDY_UNIT - 1) / BUDDY_UNIT;
    unsigned k = h->hint[63 - __builtin_clzll(units)];
    while (k < h->classes && h->bytes[k] < bytes) {
        k++;
    }
    return k;
}

/* ---- the free blocks ---- */

static void set_free(struct buddy *h, struct buddy_block *b)
{
    unsigned k = b->tag.class;
    b->tag.free = 1;
    b->tag.shift = 0;
    address_heap_insert(&h->free[k], &b->node, &h->heap.count.insert_probes);
    h->stocked[k / 64] |= 1ull << k % 64;
}

static void take_free(struct buddy *h, struct buddy_block *b)
{
    unsigned k = b->tag.class;
    b->tag.free = 0;
    address_heap_remove(&h->free[k], &b->node, &h->heap.count.insert_probes);
    if (!h->free[k]) {
        h->stocked[k / 64] &= ~(1ull << k % 64);
    }
}

/* The smallest class from k on that has a free block, or h->classes. */
static unsigned stocked_class(struct buddy *h, unsigned k)
{
    for (unsigned word = k / 64; word < 2; word++, k = word * 64) {
        h->heap.count.probes++;
        uint64_t bits = h->stocked[word] >> k % 64;
        if (bits) {
            return k + (unsigned)__builtin_ctzll(bits);
        }
    }
    return h->classes;
}

/* ---- splitting and merging ---- */

/* Divides b, which is in no free list, and returns the right buddy. */
static struct buddy_block *split(struct buddy *h, struct buddy_block *b)
{
    struct buddy_tag parent = b->tag;
    struct buddy_block *right = buddy_at(b, (ptrdiff_t)h->bytes[parent.class - 1]);
    b->tag = buddy_left_of(parent);
    right->tag = buddy_right_of(h, parent);
    h->heap.count.splits++;
    return right;
}

/* Divides b down to class k; what is cut off becomes free. Returns the block of class k. */
static struct buddy_block *split_down(struct buddy *h, struct buddy_block *b, unsigned k)
{
    while (b->tag.class > k) {
        struct buddy_block *left = b, *right = split(h, b);
        bool take_right = right->tag.class >= k && right->tag.class < left->tag.class;
        b = take_right ? right : left;
        set_free(h, take_right ? left : right);
    }
    return b;
}

/* The free buddy of b with which it can merge, or NULL. */
static struct buddy_block *free_buddy(const struct buddy *h, const struct buddy_block *b)
{
    unsigned parent = b->tag.own.parent;
    if (parent >= h->classes) {
        return NULL;
    }
    struct buddy_block *other;
    unsigned k;
    if (b->tag.own.right) {
        k = parent - 1;
        other = buddy_at(b, -(ptrdiff_t)h->bytes[k]);
    } else {
        k = h->right[parent];
        other = buddy_at(b, (ptrdiff_t)h->bytes[b->tag.class]);
        if ((char *)other >= h->end) {
            return NULL;
        }
    }
    return other->tag.free && other->tag.class == k ? other : NULL;
}

/* Joins b and its buddy, neither of them listed, and returns their parent. */
static struct buddy_block *merge(struct buddy *h, struct buddy_block *b, struct buddy_block *other)
{
    struct buddy_block *left = b->tag.own.right ? other : b, *right = b->tag.own.right ? b : other;
    left->tag = buddy_parent_of(left->tag, right->tag);
    h->heap.count.merges++;
    return left;
}

/* Gives back what is free at the end of the heap. */
static void retreat(struct buddy *h)
{
    struct buddy_block *last;
    while ((last = buddy_last(h)) && last->tag.free) {
        take_free(h, last);
        h->end = (char *)last;
    }
    growth_release(&h->heap, h->grow, h->end);
}

/* Makes the used block b free, with all the merging that follows from it. */
static void release(struct buddy *h, struct buddy_block *b)
{
    struct buddy_block *other;
    while ((other = free_buddy(h, b))) {
        take_free(h, other);
        b = merge(h, b, other);
    }
    if (h->grow != GROW_ARENA && (char *)b + h->bytes[b->tag.class] == h->end) {
        h->end = (char *)b;
        retreat(h);
    } else {
        set_free(h, b);
    }
}

/* ---- the end of the heap ---- */

/* A block of class k over whatever was there. */
static struct buddy_block *make_block(const struct buddy *h, size_t at, unsigned k)
{
    struct buddy_block *b = (struct buddy_block *)(h->first + at);
    buddy_locate(h, at, k, &b->tag);
    return b;
}

/* Frees the stretch [from, to) that belongs to no block. */
static void fill(struct buddy *h, size_t from, size_t to)
{
    while (from < to) {
        unsigned k = buddy_fill(h, from, to);
        set_free(h, make_block(h, from, k));
        from += h->bytes[k];
    }
}

/* A used block of class k at the lowest place in the tree above all blocks, or NULL. */
static struct buddy_block *grow(struct buddy *h, unsigned k)
{
    size_t at = buddy_place(h, (size_t)(h->end - h->first), k);
    size_t room = (size_t)(h->heap.region->limit - h->first);
    if (at > room || h->bytes[k] > room - at ||
        !growth_reach(&h->heap, h->grow, h->first + at + h->bytes[k])) {
        return NULL;
    }
    size_t from = (size_t)(h->end - h->first);
    h->end = h->first + at + h->bytes[k];
    fill(h, from, at);
    return make_block(h, at, k);
}

static struct buddy_block *take_class(struct buddy *h, unsigned k)
{
    if (k >= h->classes) {
        return NULL;
    }
    unsigned from = stocked_class(h, k);
    if (from >= h->classes) {
        return grow(h, k);
    }
    struct address_heap *lowest = h->free[from];
    struct buddy_block *b = (struct buddy_block *)((char *)lowest - BUDDY_TAG);
    take_free(h, b);
    return split_down(h, b, k);
}

/* ---- the contract ---- */

static void *buddy_alloc(struct heap *heap, size_t n)
{
    struct buddy *h = (struct buddy *)heap;
    struct buddy_block *b = take_class(h, class_for(h, n));
    return b ? payload(b) : NULL;
}

static void buddy_free(struct heap *heap, void *p)
{
    release((struct buddy *)heap, block_of(p));
}

static size_t buddy_usable(const struct heap *heap, const void *p)
{
    const struct buddy *h = (const struct buddy *)heap;
    const struct buddy_block *b = block_of(p);
    return (size_t)((const char *)b + h->bytes[b->tag.class] - (const char *)p);
}

/* An aligned payload inside a larger block, with a second tag before it that leads back. */
static void *buddy_memalign(struct heap *heap, size_t align, size_t n)
{
    struct buddy *h = (struct buddy *)heap;
    if (n > FITLAB_MAX_REQUEST || align / FITLAB_ALIGN > UINT32_MAX) {
        return NULL;
    }
    struct buddy_block *b = take_class(h, class_for(h, n + align - FITLAB_ALIGN));
    if (!b) {
        return NULL;
    }
    size_t at = (size_t)payload(b);
    b->tag.shift = (uint32_t)((((at + align - 1) & -align) - at) / FITLAB_ALIGN);
    char *p = (char *)payload(b);
    if (b->tag.shift) {
        struct buddy_tag second;
        memset(&second, 0, sizeof second);
        second.shifted = 1;
        second.shift = b->tag.shift;
        ((struct buddy_block *)(p - BUDDY_TAG))->tag = second;
    }
    return p;
}

/* Grows b by free right buddies, or by the end of the heap, to class k. */
static bool widen(struct buddy *h, struct buddy_block *b, unsigned k)
{
    struct buddy_tag tag = b->tag;
    char *start = (char *)b;
    while (tag.class < k) { /* is every buddy on the way up free? */
        const struct buddy_block *right = buddy_at(b, (ptrdiff_t)h->bytes[tag.class]);
        if (tag.own.right || tag.own.parent >= h->classes) {
            return false;
        }
        if ((const char *)right == h->end) {
            break;
        }
        if (!right->tag.free || right->tag.class != h->right[tag.own.parent]) {
            return false;
        }
        tag = buddy_parent_of(tag, right->tag);
    }
    bool at_end = tag.class < k;
    size_t at = (size_t)(start - h->first);
    struct buddy_tag whole;
    if (!buddy_locate(h, at, k, &whole) ||
        (at_end && !growth_reach(&h->heap, h->grow, start + h->bytes[k]))) {
        return false;
    }
    while (b->tag.class < tag.class) {
        struct buddy_block *right = buddy_at(b, (ptrdiff_t)h->bytes[b->tag.class]);
        take_free(h, right);
        merge(h, b, right);
    }
    b->tag = whole;
    h->end = at_end ? start + h->bytes[k] : h->end;
    return true;
}

static void *buddy_realloc(struct heap *heap, void *p, size_t n)
{
    struct buddy *h = (struct buddy *)heap;
    struct buddy_block *b = block_of(p);
    unsigned k = class_for(h, n);
    if (b->tag.shift) {
        return n <= buddy_usable(heap, p) ? p : heap_realloc_by_copy(heap, p, n);
    }
    while (k < b->tag.class) {
        struct buddy_block *right = split(h, b);
        release(h, right);
    }
    if (k > b->tag.class && (k >= h->classes || !widen(h, b, k))) {
        return heap_realloc_by_copy(heap, p, n);
    }
    return p;
}

static void buddy_walk(const struct heap *heap, span_visitor *visit, void *ctx)
{
    const struct buddy *h = (const struct buddy *)heap;
    const struct region *r = heap->region;
    bool go = spans_visit(visit, ctx, r->base, (size_t)(h->first - r->base), NULL, SPAN_META);
    const char *at = h->first;
    while (go && at < h->end) {
        const struct buddy_block *b = (const struct buddy_block *)at;
        size_t bytes = h->bytes[b->tag.class];
        go = b->tag.free ? spans_visit(visit, ctx, at, bytes, NULL, SPAN_FREE)
                         : spans_visit(visit, ctx, at, bytes, payload(b), SPAN_USED);
        at += bytes;
    }
    if (go && at < r->brk) {
        spans_visit(visit, ctx, at, (size_t)(r->brk - at), NULL, SPAN_FREE);
    }
}

static const char *const system_names[] = {"binary", "fibonacci", "weighted", NULL};

static const struct param params[] = {
    {.name = "system",
     .help = "the sequence of block sizes",
     .max = BUDDY_WEIGHTED,
     .choices = system_names},
    GROWTH_PARAM,
    PARAM_END,
};

static struct heap *buddy_open(const struct policy *policy, struct region *r, const long *arg)
{
    struct buddy *h = buddy_layout(r, (enum buddy_system)arg[0], arg[1]);
    if (!h) {
        return NULL;
    }
    h->heap.policy = policy;
    if (h->grow == GROW_ARENA) {
        growth_reach(&h->heap, GROW_ARENA, r->limit);
        size_t room = (size_t)(r->limit - h->first) / BUDDY_UNIT * BUDDY_UNIT;
        h->end = h->first + room;
        fill(h, 0, room);
    }
    return &h->heap;
}

const struct policy buddy = {
    .abi = FITLAB_POLICY_ABI,
    .traits = POLICY_COARSE,
    .name = "buddy",
    .summary = "classes of blocks that split into buddies and merge again",
    .params = params,
    .open = buddy_open,
    .alloc = buddy_alloc,
    .free = buddy_free,
    .usable = buddy_usable,
    .walk = buddy_walk,
    .realloc = buddy_realloc,
    .memalign = buddy_memalign,
    .check = buddy_check,
    .spare = buddy_spare,
    .explain = buddy_explain,
};
