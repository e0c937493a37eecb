#include "packing/span_set.h"

#include <stdlib.h>
#include <string.h>

enum { PAGE_SPANS = 64 };

/* The first page that ends at `offset` or beyond; the number of pages if none does. */
static uint32_t page_reaching(const struct span_set *s, uint64_t offset)
{
    uint32_t low = 0, high = s->pages;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (s->page[middle].high >= offset) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return low;
}

/* The first span of a page that ends at `offset` or beyond. */
static uint32_t span_reaching(const struct span_page *p, uint64_t offset)
{
    uint32_t low = 0, high = p->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (p->span[middle].high >= offset) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return low;
}

/* Goes through a page's spans while they leave less than `size` above *from. True: there is
 * room at *from. False: the page ends first, and *from is its end. */
static bool gap_in_page(const struct span_page *p, uint64_t *from, uint64_t size)
{
    for (uint32_t i = span_reaching(p, *from); i < p->count; i++) {
        if (p->span[i].low >= *from + size) {
            return true;
        }
        *from = p->span[i].high > *from ? p->span[i].high : *from;
    }
    return false;
}

uint64_t span_set_gap(const struct span_set *s, uint64_t from, uint64_t size)
{
    for (uint32_t k = page_reaching(s, from); k < s->pages; k++) {
        const struct span_page *p = &s->page[k];
        if (p->low >= from + size) {
            break;
        }
        if (from <= p->low && p->widest < size) {
            from = p->high;
        } else if (gap_in_page(p, &from, size)) {
            break;
        }
    }
    return from;
}

static void summarise(struct span_page *p)
{
    p->low = p->span[0].low;
    p->high = p->span[p->count - 1].high;
    p->widest = 0;
    for (uint32_t i = 1; i < p->count; i++) {
        uint64_t gap = p->span[i].low - p->span[i - 1].high;
        p->widest = gap > p->widest ? gap : p->widest;
    }
}

/* Makes an empty page at place k. */
static bool add_page(struct span_set *s, uint32_t k, uint32_t room)
{
    if (s->pages == s->room) {
        uint32_t more = s->room ? s->room * 2 : 1;
        struct span_page *page = realloc(s->page, more * sizeof *page);
        if (!page) {
            return false;
        }
        s->page = page;
        s->room = more;
    }
    struct offset_span *span = malloc(room * sizeof *span);
    if (!span) {
        return false;
    }
    memmove(&s->page[k + 1], &s->page[k], (s->pages - k) * sizeof *s->page);
    s->page[k] = (struct span_page){.span = span, .room = room};
    s->pages++;
    return true;
}

/* Halves a full page, or lets one that is not yet of full length grow. */
static bool make_room(struct span_set *s, uint32_t k)
{
    struct span_page *p = &s->page[k];
    if (p->room < PAGE_SPANS) {
        struct offset_span *span = realloc(p->span, 2 * p->room * sizeof *span);
        if (span) {
            p->span = span;
            p->room *= 2;
        }
        return span != NULL;
    }
    if (!add_page(s, k + 1, PAGE_SPANS)) {
        return false;
    }
    struct span_page *left = &s->page[k], *right = left + 1;
    right->count = left->count / 2;
    left->count -= right->count;
    memcpy(right->span, left->span + left->count, right->count * sizeof *right->span);
    summarise(left);
    summarise(right);
    return true;
}

static bool insert(struct span_set *s, uint32_t k, uint64_t low, uint64_t high)
{
    if (s->pages == 0 && !add_page(s, 0, 2)) {
        return false;
    }
    k = k < s->pages ? k : s->pages - 1; /* past everything: into the last page */
    if (s->page[k].count == s->page[k].room) {
        if (!make_room(s, k)) {
            return false;
        }
        k += low > s->page[k].high && k + 1 < s->pages && low > s->page[k + 1].low;
    }
    struct span_page *p = &s->page[k];
    uint32_t i = span_reaching(p, low);
    memmove(&p->span[i + 1], &p->span[i], (p->count - i) * sizeof *p->span);
    p->span[i] = (struct offset_span){low, high};
    p->count++;
    summarise(p);
    return true;
}

/* Takes out the spans after span i of page k that begin at or below `high`; returns how far the
 * last of them reaches, or `high`. */
static uint64_t absorb(struct span_set *s, uint32_t k, uint32_t i, uint64_t high)
{
    for (uint32_t from = i + 1; k < s->pages; from = 0) {
        struct span_page *p = &s->page[k];
        uint32_t to = from;
        for (; to < p->count && p->span[to].low <= high; to++) {
            high = p->span[to].high > high ? p->span[to].high : high;
        }
        bool more = to == p->count;
        memmove(&p->span[from], &p->span[to], (p->count - to) * sizeof *p->span);
        p->count -= to - from;
        if (p->count) {
            summarise(p);
            k++;
        } else {
            free(p->span);
            s->pages--;
            memmove(p, p + 1, (s->pages - k) * sizeof *p);
        }
        if (!more) {
            break;
        }
    }
    return high;
}

bool span_set_add(struct span_set *s, uint64_t low, uint64_t high)
{
    uint32_t k = page_reaching(s, low);
    if (k < s->pages) {
        struct span_page *p = &s->page[k];
        uint32_t i = span_reaching(p, low);
        struct offset_span *span = &p->span[i];
        if (span->low <= high) {
            span->low = span->low < low ? span->low : low;
            if (high > span->high) {
                high = absorb(s, k, i, high);
                s->page[k].span[i].high = high;
            }
            summarise(&s->page[k]);
            return true;
        }
    }
    return insert(s, k, low, high);
}

void span_set_release(struct span_set *s)
{
    for (uint32_t k = 0; k < s->pages; k++) {
        free(s->page[k].span);
    }
    free(s->page);
    *s = (struct span_set){0};
}
