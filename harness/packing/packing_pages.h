/* packing_pages.h - resident pages of a packing over time, if a page is given back to the system as
 * soon as no live block lies in it and is taken again when one does: no allocator that keeps these
 * offsets can have fewer. */
#ifndef FITLAB_PACKING_PAGES_H
#define FITLAB_PACKING_PAGES_H

#include "packing/packing.h"

enum { PACKING_PAGE = 4096 }; /* bytes */

struct packing_pages {
    uint64_t peak; /* the most pages resident at once */
    double mean;   /* over births: after each, the pages then resident */
};

/* False: not enough memory. O(births + pages of all blocks); 4 bytes a birth, a page and a block.
 */
bool packing_pages_count(const struct packing *, const uint64_t *offset, struct packing_pages *);

/* The lower bound of every packing: live bytes after each birth, in whole pages. */
bool packing_pages_bound(const struct packing *, struct packing_pages *);

#endif
