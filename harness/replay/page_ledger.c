#include "replay/page_ledger.h"

#include <errno.h>
#include <string.h>

#include "region/zeroes.h"

enum {
    LOOK_SHARE = 16, /* a look costs about as much as so small a share of the events before it */
    DECAY_STEPS = 16 /* of the time after which a page decays: how often it is looked for */
};

bool page_ledger_open(struct page_ledger *l, const struct region_map *map, size_t bytes,
                      const struct release_rule *rule, struct problem *problem)
{
    *l = (struct page_ledger){.rule = *rule, .most = bytes / RESIDENCY_PAGE + 2};
    if (!residency_open(&l->at, map->region.base, bytes, problem)) {
        return false;
    }
    l->live = zeroes_map(l->most * sizeof *l->live, ZEROES_SPARSE);
    l->used = zeroes_map(l->most * sizeof *l->used, ZEROES_SPARSE);
    l->spare = zeroes_map(l->most / 8 + 8, ZEROES_SPARSE);
    if (l->live && l->used && l->spare) {
        return true;
    }
    page_ledger_close(l);
    return problem_set(problem, "cannot keep account of %zu pages: %s", l->most, strerror(errno));
}

void page_ledger_close(struct page_ledger *l)
{
    zeroes_unmap(l->live, l->most * sizeof *l->live, ZEROES_SPARSE);
    zeroes_unmap(l->used, l->most * sizeof *l->used, ZEROES_SPARSE);
    zeroes_unmap(l->spare, l->most / 8 + 8, ZEROES_SPARSE);
    residency_close(&l->at);
    l->live = NULL;
    l->used = l->spare = NULL;
}

/* ---- who uses a page ---- */

static size_t page_of(const struct page_ledger *l, const char *p)
{
    return (size_t)(p - l->at.base) / RESIDENCY_PAGE;
}

static void count_block(struct page_ledger *l, const char *p, size_t bytes, bool enters)
{
    const char *end = p + bytes;
    for (size_t page = page_of(l, p); p < end; page++) {
        const char *next = l->at.base + (page + 1) * RESIDENCY_PAGE;
        uint16_t part = (uint16_t)((next < end ? next : end) - p);
        l->live[page] = (uint16_t)(enters ? l->live[page] + part : l->live[page] - part);
        l->emptied = l->emptied || l->live[page] == 0;
        if (l->rule.form == RELEASE_DECAY) {
            l->used[page] = l->clock;
        }
        p = next;
    }
}

/* ---- what is spare ---- */

/* Ranges that touch are one. */
struct search {
    struct page_ledger *pages;
    const char *from, *to;
    uint64_t ranges;
};

static void mark(struct page_ledger *l, const char *from, const char *to)
{
    size_t first = ((size_t)(from - l->at.base) + RESIDENCY_PAGE - 1) / RESIDENCY_PAGE;
    size_t last = (size_t)(to - l->at.base) / RESIDENCY_PAGE;
    for (size_t page = first; page < last; page++) {
        l->spare[page / 64] |= (uint64_t)1 << page % 64;
    }
    l->spare_end = first < last && last > l->spare_end ? last : l->spare_end;
}

static bool add_range(const char *addr, size_t bytes, void *ctx)
{
    struct search *s = ctx;
    s->ranges++;
    if (addr != s->to) {
        mark(s->pages, s->from, s->to);
        s->from = addr;
    }
    s->to = addr + bytes;
    return true;
}

static bool add_absent(const struct span *s, void *ctx)
{
    return s->kind != SPAN_ABSENT || add_range(s->addr, s->bytes, ctx);
}

void page_ledger_find_spare(struct page_ledger *l, const struct heap *h, bool with_spare)
{
    struct search s = {.pages = l, .from = l->at.base, .to = l->at.base};
    memset(l->spare, 0, (l->spare_end + 63) / 64 * sizeof(uint64_t));
    l->spare_end = 0;
    if (with_spare && heap_spare(h, add_range, &s)) {
        mark(l, s.from, s.to);
    }
    if (h->region->absent && h->policy->walk) {
        s.from = s.to = l->at.base;
        h->policy->walk(h, add_absent, &s);
        mark(l, s.from, s.to);
    }
    l->looked = s.ranges;
}

/* ---- giving back ---- */

static bool is_due(const struct page_ledger *l, size_t page)
{
    return l->rule.form != RELEASE_DECAY || l->clock - l->used[page] >= l->rule.after;
}

static char *page_at(const struct page_ledger *l, size_t page)
{
    return l->at.base + page * RESIDENCY_PAGE;
}

/* Runs of free pages below the break and, where the rule lets them wait, above it. */
static void give_back(struct page_ledger *l, const struct heap *h, bool with_spare)
{
    size_t top = ((size_t)(h->region->brk - l->at.base) + RESIDENCY_PAGE - 1) / RESIDENCY_PAGE;
    page_ledger_find_spare(l, h, with_spare);
    residency_settle(&l->at);
    for (size_t page = 0; page < l->at.end;) {
        size_t first = page;
        while (page < l->at.end && (page >= top || page_ledger_is_spare(l, page)) &&
               is_due(l, page)) {
            page++;
        }
        if (page > first) {
            residency_give_back(&l->at, page_at(l, first), page_at(l, page));
        } else {
            page++;
        }
    }
    l->looks++;
    l->emptied = false;
}

static void trim(struct page_ledger *l, const struct heap *h)
{
    if (page_at(l, l->at.end) >= h->region->brk + RESIDENCY_PAGE) {
        residency_settle(&l->at);
        residency_give_back(&l->at, h->region->brk, page_at(l, l->at.end));
    }
}

static void look(struct page_ledger *l, const struct heap *h, const struct ledger *ledger)
{
    give_back(l, h, true);
    uint64_t cost = l->looked + ledger->live_blocks + l->at.end / LOOK_SHARE;
    l->next_event = ledger->events + cost / LOOK_SHARE;
    l->next_look = l->clock + (l->rule.form == RELEASE_DECAY ? l->rule.after / DECAY_STEPS : 0);
}

/* The rule, after an event. */
static void release(struct page_ledger *l, const struct heap *h, const struct ledger *ledger)
{
    bool vanished = h->region->absent > l->absent;
    l->absent = h->region->absent;
    switch (l->rule.form) {
    case RELEASE_TRIM:
        trim(l, h);
        if (vanished) { /* the breaks of slices moved down */
            give_back(l, h, false);
        }
        break;
    case RELEASE_NOW:
        trim(l, h);
        l->emptied |= vanished;
        if (l->emptied && ledger->events >= l->next_event) {
            look(l, h, ledger);
        }
        break;
    case RELEASE_DECAY:
        if (l->clock >= l->next_look && ledger->events >= l->next_event) {
            look(l, h, ledger);
        }
        break;
    case RELEASE_NEVER:
    case RELEASE_OWN:
        break;
    }
}

void page_ledger_event(struct page_ledger *l, struct heap *h, const struct ledger *ledger,
                       const struct ledger_block *old, const struct ledger_block *now)
{
    l->at.event = ledger->events;
    l->clock = l->rule.in_time    ? l->time
               : l->rule.in_bytes ? ledger->allocated_bytes
                                  : ledger->events;
    residency_reach(&l->at, h->region->peak != l->peak ? h->region->peak : h->region->brk);
    l->peak = h->region->peak;
    if (old->p) {
        count_block(l, old->p, old->size, false);
    }
    if (now) {
        count_block(l, now->p, now->size, true);
        ledger_write_payload(old, now);
        residency_wrote(&l->at, now->p, now->size);
    }
    release(l, h, ledger);
}
