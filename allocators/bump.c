/* SPDX-License-Identifier: MIT */
/* bump.c - moves a cursor and never reuses memory: it shows what the harness itself costs.
 *
 * The region is cut into pages. Blocks are handed out from a page's top downwards, so
 * that one subtraction is both the search and the test for room. A block has no header
 * and a free touches no payload: each page begins with a map of one mark for every 16
 * bytes (FITLAB_ALIGN), which is all that walk and usable need. A request too large for a page
 * takes a run of whole pages. Nothing is ever reused, so freed blocks are slack.
 */
#include <string.h>

#include "heap.h"
#include "structures/parts.h"
#include "structures/spans.h"

enum mark { MARK_NONE, MARK_LIVE, MARK_FREED };

/* Its own pages: the machine may have others. */
/* Bytes for which there is one mark. */
#define GRANULE FITLAB_ALIGN_BYTES

enum { MIN_PAGE = 4096, MAX_PAGE = 2 << 20, PAGES_PER_REGION = 64 };

/* A page, or the run of pages of one large block. Offsets count from the page's start. */
struct bump_page {
    size_t bytes;  /* length; the next page starts there */
    size_t low;    /* where payload begins, after the map */
    size_t mapped; /* marks are meaningful for payload in [low, mapped) */
    size_t top;    /* where payload ends */
};

/* Every page has this shape, of which only the first page's copy is the heap: `page` and
 * `map` then lie at the same offset in all of them. The heap is not at the region's very
 * base: page starts are thus never aligned to MIN_PAGE or more, so that a payload that is
 * so aligned never falls on a page's header. */
struct bump {
    struct heap head;
    char *low;            /* of the page in use */
    unsigned char *marks; /* that of the payload at low */
    size_t room;          /* bytes between low and the lowest block */
    size_t page_mask;     /* minus the bytes of a page, a power of two */
    struct bump_page *page;
    char *end; /* where the next page would start */
    struct bump_page first;
    unsigned char map[];
};

enum {
    BASE_PAD = 16, /* from the region's base to the first page */
    PAGE_OFFSET = offsetof(struct bump, first),
    MAP_OFFSET = offsetof(struct bump, map),
    LARGE_LOW = (MAP_OFFSET + 2 * MAP_OFFSET / GRANULE + 16) &
                -16 /* enough for the map of one block there */
};

static inline char *page_start(const struct bump_page *page)
{
    return (char *)page - PAGE_OFFSET;
}

static inline struct bump_page *page_at(char *start)
{
    return (struct bump_page *)(start + PAGE_OFFSET);
}

static inline size_t align_up(size_t n, size_t align)
{
    return (n + align - 1) & ~(align - 1);
}

static inline size_t page_bytes(const struct bump *b)
{
    return -b->page_mask;
}

/* The mark of a live block: its page is found from its distance to the heap alone. */
static inline unsigned char *mark_of(const struct heap *h, const void *p)
{
    const struct bump *b = (const struct bump *)h;
    size_t offset = (size_t)((const char *)p - (const char *)b);
    size_t page = offset & b->page_mask;
    return (unsigned char *)b + MAP_OFFSET + page + ((offset - page) / GRANULE);
}

static inline struct bump_page *page_of(const struct heap *h, const void *p)
{
    const struct bump *b = (const struct bump *)h;
    size_t offset = (size_t)((const char *)p - (const char *)b);
    return page_at((char *)b + (offset & b->page_mask));
}

/* Where the payload of an ordinary page begins. */
static size_t ordinary_low(const struct bump *b)
{
    return align_up(MAP_OFFSET + page_bytes(b) / GRANULE, 16);
}

/* Makes the bytes from b->end up to `to` the policy's. */
static bool reach(struct bump *b, char *to)
{
    struct region *r = b->head.region;
    if (to > r->limit) {
        return false;
    }
    if (to > r->brk) {
        region_extend(r, (size_t)(to - r->brk));
        b->head.count.grows++;
    }
    return true;
}

/* Opens a page at b->end for blocks of at least `size` bytes each; the last page of a region may be
 * short. */
static bool next_page(struct bump *b, size_t size)
{
    char *start = b->end;
    size_t left = (size_t)(b->head.region->limit - start) & ~(FITLAB_ALIGN - 1);
    size_t bytes = left < page_bytes(b) ? left : page_bytes(b);
    size_t low = ordinary_low(b);
    if (bytes < low || size > bytes - low) {
        return false;
    }
    char *dirty = b->head.region->peak;
    reach(b, start + bytes);
    if (start < dirty) {
        memset(start + MAP_OFFSET, MARK_NONE, low - MAP_OFFSET);
    }
    b->page = page_at(start);
    *b->page = (struct bump_page){.bytes = bytes, .low = low, .mapped = bytes, .top = bytes};
    b->low = start + low;
    b->marks = (unsigned char *)start + MAP_OFFSET + low / GRANULE;
    b->room = bytes - low;
    b->end = start + bytes;
    return true;
}

/* A block of its own pages. The pages that alignment skips become a page without blocks. */
static void *alloc_large(struct bump *b, size_t align, size_t size)
{
    const char *base = (const char *)b;
    size_t from = (size_t)(b->end - base);
    size_t room = (size_t)(b->head.region->limit - base);
    size_t at = align_up((size_t)b->end + LARGE_LOW, align) - (size_t)b;
    if (at > room || size > room - at || from % page_bytes(b)) {
        return NULL;
    }
    size_t start = at & b->page_mask;
    size_t end = align_up(at + size, page_bytes(b));
    end = end < room ? end : room & ~(FITLAB_ALIGN - 1);
    reach(b, (char *)b + end);
    if (start > from) {
        size_t skip = start - from;
        *page_at(b->end) = (struct bump_page){
            .bytes = skip, .low = LARGE_LOW, .mapped = LARGE_LOW, .top = LARGE_LOW};
    }
    char *page = (char *)b + start;
    char *p = (char *)b + at;
    size_t low = at - start;
    *page_at(page) = (struct bump_page){
        .bytes = end - start, .low = low, .mapped = low + GRANULE, .top = low + size};
    *mark_of(&b->head, p) = MARK_LIVE;
    b->end = (char *)b + end;
    return p;
}

static void *take(struct bump *b, size_t align, size_t size)
{
    size_t low = (size_t)b->low;
    size_t at = (low + b->room - size) & -align;
    if (size > b->room || at < low) {
        return NULL;
    }
    b->room = at - low;
    b->marks[b->room / GRANULE] = MARK_LIVE;
    return (char *)at;
}

/* All cases but the common one: a new page, a large block, an alignment. */
static void *alloc_slow(struct heap *h, size_t n, size_t align)
{
    struct bump *b = (struct bump *)h;
    if (n > FITLAB_MAX_REQUEST || align > FITLAB_MAX_REQUEST) {
        return NULL;
    }
    size_t size = align_up(n ? n : 1, FITLAB_ALIGN);
    void *p = take(b, align, size);
    if (!p && next_page(b, size + align - FITLAB_ALIGN)) {
        p = take(b, align, size);
    }
    return p ? p : alloc_large(b, align, size);
}

static void *bump_alloc(struct heap *h, size_t n)
{
    struct bump *b = (struct bump *)h;
    /* Minus the bytes of the block: added to the room it overflows, but for a block that is larger
     * than the room or of no bytes. */
    size_t less = -n & -FITLAB_ALIGN, room;
    if (__builtin_expect(!__builtin_add_overflow(b->room, less, &room), 0)) {
        return alloc_slow(h, n, FITLAB_ALIGN);
    }
    b->room = room;
    b->marks[room / GRANULE] = MARK_LIVE;
    return b->low + room;
}

static void bump_free(struct heap *h, void *p)
{
    *mark_of(h, p) = MARK_FREED;
}

static void *bump_memalign(struct heap *h, size_t align, size_t n)
{
    return alloc_slow(h, n, align);
}

/* Where the block at offset `at` of a page ends: at the next mark, or the top. */
static size_t block_end(const struct bump_page *page, size_t at)
{
    const unsigned char *map = (const unsigned char *)page_start(page) + MAP_OFFSET;
    size_t i = at / GRANULE + 1, end = page->mapped / GRANULE;
    for (uint64_t marks; i + sizeof marks <= end; i += sizeof marks) {
        memcpy(&marks, map + i, sizeof marks);
        if (marks) { /* the first of eight bytes that is set, whichever end of the word it is */
            int skipped = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? __builtin_ctzll(marks)
                                                                    : __builtin_clzll(marks);
            return (i + (size_t)skipped / 8) * GRANULE;
        }
    }
    for (; i < end; i++) {
        if (map[i] != MARK_NONE) {
            return i * GRANULE;
        }
    }
    return page->top;
}

static size_t bump_usable(const struct heap *h, const void *p)
{
    const struct bump_page *page = page_of(h, p);
    size_t at = (size_t)((const char *)p - page_start(page));
    return block_end(page, at) - at;
}

static void *bump_realloc(struct heap *h, void *p, size_t n)
{
    size_t old = bump_usable(h, p);
    void *q = n <= old ? p : bump_alloc(h, n);
    if (q && q != p) {
        memcpy(q, p, old);
        h->count.moved_bytes += old;
        bump_free(h, p);
    }
    return q;
}

static bool visit(span_visitor *visitor, void *ctx, const char *from, const char *to,
                  enum span_kind kind)
{
    const void *payload = kind == SPAN_USED ? from : NULL;
    return from >= to || spans_visit(visitor, ctx, from, (size_t)(to - from), payload, kind);
}

/* The spans of one page after its header and map. */
static bool walk_page(const struct bump *b, const struct bump_page *page, span_visitor *visitor,
                      void *ctx)
{
    const char *start = page_start(page);
    const unsigned char *map = (const unsigned char *)start + MAP_OFFSET;
    size_t at = page->low;
    if (at < page->mapped && map[at / GRANULE] == MARK_NONE) {
        size_t first = block_end(page, at);
        enum span_kind kind = page == b->page ? SPAN_FREE : SPAN_SLACK;
        if (!visit(visitor, ctx, start + at, start + first, kind)) {
            return false;
        }
        at = first;
    }
    while (at < page->top) {
        size_t end = block_end(page, at);
        enum span_kind kind = map[at / GRANULE] == MARK_LIVE ? SPAN_USED : SPAN_SLACK;
        if (!visit(visitor, ctx, start + at, start + end, kind)) {
            return false;
        }
        at = end;
    }
    return visit(visitor, ctx, start + page->top, start + page->bytes, SPAN_SLACK);
}

static void bump_walk(const struct heap *h, span_visitor *visitor, void *ctx)
{
    const struct bump *b = (const struct bump *)h;
    const struct region *r = h->region;
    const char *meta = r->base; /* the first page's metadata has the padding in front */
    for (char *start = (char *)b; start < b->end; start += page_at(start)->bytes) {
        const struct bump_page *page = page_at(start);
        if (!visit(visitor, ctx, meta, start + page->low, SPAN_META) ||
            !walk_page(b, page, visitor, ctx)) {
            return;
        }
        meta = start + page->bytes;
    }
    visit(visitor, ctx, b->end, r->brk, SPAN_FREE);
}

struct sparing {
    spare_visitor *visit;
    void *ctx;
};

static bool spare_span(const struct span *s, void *ctx)
{
    const struct sparing *to = ctx;
    return s->kind == SPAN_META || s->kind == SPAN_USED || to->visit(s->addr, s->bytes, to->ctx);
}

/* All that is free: the maps alone say which blocks there are. */
static void bump_spare(const struct heap *h, spare_visitor *visitor, void *ctx)
{
    bump_walk(h, spare_span, &(struct sparing){visitor, ctx});
}

/* The header and map of a page; the first page's is the heap, behind some padding. */
static void explain_page(struct parts *p, const struct bump *b, const struct span *s)
{
    const char *start = s->addr;
    if (start == b->head.region->base) {
        start = (const char *)b;
        parts_between(p, s->addr, start, PART_PADDING, "padding");
        parts_add(p, start, sizeof b->head, PART_FIELD, "struct heap", NULL, 0);
        parts_add(p, &b->low, sizeof b->low, PART_FIELD, "lowest payload of the page in use",
                  b->low, 0);
        parts_number(p, &b->room, sizeof b->room, "room in the page in use");
        parts_add(p, &b->page, sizeof b->page, PART_FIELD, "page in use", b->page, 0);
    }
    const struct bump_page *page = page_at((char *)(uintptr_t)start);
    parts_tag(p, page, sizeof *page, PART_HEADER, "page header", page->bytes);
    parts_between(p, start + MAP_OFFSET, s->addr + s->bytes, PART_BITMAP, "marks");
}

static void bump_explain(const struct heap *h, const struct span *s, part_visitor *visitor,
                         void *ctx)
{
    struct parts p = parts_begin(visitor, ctx);
    if (s->kind == SPAN_META) {
        explain_page(&p, (const struct bump *)h, s);
    } else if (s->kind == SPAN_USED) {
        parts_payload(&p, s, s->bytes);
    } else {
        parts_add(&p, s->addr, s->bytes, PART_FREE,
                  s->kind == SPAN_FREE ? "free" : "not used again", NULL, 0);
    }
}

static const char *check_page(const struct bump *b, const char *start)
{
    const struct bump_page *page = page_at((char *)start);
    size_t left = (size_t)(b->end - start);
    if (left < LARGE_LOW || page->bytes > left || page->top > page->bytes ||
        page->low > page->top || page->low < LARGE_LOW) {
        return "a page's bounds are damaged";
    }
    if (page->mapped > page->low && page->mapped - page->low > page_bytes(b)) {
        return "a page's map is longer than a page";
    }
    for (size_t at = page->low; at < page->mapped; at += GRANULE) {
        if (((const unsigned char *)start + MAP_OFFSET)[at / GRANULE] > MARK_FREED) {
            return "a mark in a page's map is none that exists";
        }
    }
    return NULL;
}

static const char *bump_check(const struct heap *h)
{
    const struct bump *b = (const struct bump *)h;
    const struct region *r = h->region;
    if ((const char *)b != r->base + BASE_PAD || b->end > r->brk || b->end < (const char *)b) {
        return "the end of the pages is outside the region";
    }
    bool found = false;
    for (char *start = (char *)b; start < b->end; start += page_at(start)->bytes) {
        const char *broken = check_page(b, start);
        if (broken) {
            return broken;
        }
        found |= page_at(start) == b->page && b->low == start + b->page->low &&
                 b->room <= b->page->top - b->page->low;
    }
    return found ? NULL : "the cursor is not in its page";
}

static struct heap *bump_open(const struct policy *policy, struct region *r, const long *arg)
{
    (void)arg;
    size_t span = (size_t)(r->limit - r->base);
    size_t length = MIN_PAGE;
    while (length < MAX_PAGE && length * PAGES_PER_REGION < span) {
        length *= 2;
    }
    if (span < MIN_PAGE ||
        (r->brk < r->limit && !region_extend(r, BASE_PAD + sizeof(struct bump)))) {
        return NULL;
    }
    struct bump *b = (struct bump *)(r->base + BASE_PAD);
    memset(b, 0, sizeof *b);
    b->head.policy = policy;
    b->head.region = r;
    b->page_mask = -length;
    b->end = (char *)b;
    next_page(b, FITLAB_ALIGN);
    return &b->head;
}

const struct policy bump = {
    .abi = FITLAB_POLICY_ABI,
    .traits = POLICY_NO_REUSE,
    .name = "bump",
    .summary = "a cursor that only moves: the least that an allocation can cost",
    .open = bump_open,
    .alloc = bump_alloc,
    .free = bump_free,
    .usable = bump_usable,
    .walk = bump_walk,
    .realloc = bump_realloc,
    .memalign = bump_memalign,
    .check = bump_check,
    .spare = bump_spare,
    .explain = bump_explain,
};
