/* page_ledger.h - a replay that keeps account of pages: which are resident, who uses them, and
 * which are given back by which rule.
 *
 *     page_ledger_open(&pages, &map, bytes, rule, &problem)
 *     for each event:  old = ledger.block[slot];  ledger_play(...);
 *                      page_ledger_event(&pages, heap, &ledger, &old, &ledger.block[slot] or NULL)
 *     at a sample:     page_census_take(&pages, heap)                        page_census.h
 *
 * A payload is written in full when it is handed out, as a program would do.
 */
#ifndef FITLAB_PAGE_LEDGER_H
#define FITLAB_PAGE_LEDGER_H

#include "allocators/heap.h"
#include "region/region_map.h"
#include "region/residency.h"
#include "replay/ledger.h"
#include "replay/release_rule.h"

struct page_ledger {
    struct residency at;
    struct release_rule rule;
    size_t most;    /* pages of the region */
    uint16_t *live; /* a page: live payload bytes in it */
    uint64_t
        *used; /* a page: the clock of the rule when a block in it was last allocated or freed */
    uint64_t *spare;  /* a bit a page: spare when last looked at, see page_ledger_find_spare */
    size_t spare_end; /* no bit is set from this page on */
    uint64_t time;    /* ns since the first event; set before each event by the caller, if the rule
                         is in_time */
    uint64_t clock;   /* events, allocated bytes or ns, as the rule counts */
    uint64_t next_look, next_event; /* of the clock, and of the events */
    uint64_t looks, looked;         /* at the spare memory; ranges seen in the last one */
    size_t absent;                  /* of the region, after the last event, */
    const char *peak;               /* and its peak */
    bool emptied;                   /* a page lost its last live byte since the last look */
};

/* For a region that nothing has touched. False and a problem if there is no address space. */
bool page_ledger_open(struct page_ledger *, const struct region_map *, size_t bytes,
                      const struct release_rule *, struct problem *);
void page_ledger_close(struct page_ledger *);

/* After an event that was served: `old`, the block before it (p is NULL: there was none), and
 * `now`, the block after it (NULL: it was freed). Writes the payload, and gives back what the rule
 * says.
 *
 * To look for spare memory is a walk over the heap, so a look at n ranges and blocks is made at
 * most once in n / 16 events. */
void page_ledger_event(struct page_ledger *, struct heap *, const struct ledger *,
                       const struct ledger_block *old, const struct ledger_block *now);

/* Sets the bits of `spare`: whole pages below the break that are absent or, if these are wanted
 * too, that the policy calls spare. */
void page_ledger_find_spare(struct page_ledger *, const struct heap *, bool with_spare);

static inline bool page_ledger_is_spare(const struct page_ledger *l, size_t page)
{
    return page < l->spare_end && (l->spare[page / 64] >> page % 64 & 1);
}

#endif
