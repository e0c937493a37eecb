/* page_census.h - what the resident pages of a heap hold at a moment, and whether that adds up. */
#ifndef FITLAB_PAGE_CENSUS_H
#define FITLAB_PAGE_CENSUS_H

#include "replay/page_ledger.h"

/* Bytes. The first four are all the resident pages there are. */
struct page_census {
    uint64_t live_pages_bytes; /* pages with a live payload byte */
    uint64_t
        rounding_pages_bytes;  /* others, with usable bytes of live blocks that nobody asked for */
    uint64_t data_pages_bytes; /* others, with data of the policy's: headers, tables, links */
    uint64_t returnable_bytes; /* pages free of all of these: they could be given back now */
    uint64_t pinned_bytes;     /* free bytes inside the pages with a live payload byte */
    const char *broken;        /* NULL, or what does not add up */
    size_t broken_at;          /* offset from the region's base */
};

/* Asks the kernel about all pages and walks the heap, if it has a walk; without one only `broken`
 * is of use. Asserts, page by page: a page with a live payload byte is resident; a spare page holds
 * neither a block nor data; the live bytes of a page fit into what its blocks may use; what was
 * known to be resident is. */
struct page_census page_census_take(struct page_ledger *, const struct heap *);

#endif
