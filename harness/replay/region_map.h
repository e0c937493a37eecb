/* region_map.h - where a region's memory comes from, and how the command line asks for it.
 *
 *   grow        reserves REGION_RESERVE bytes of address space; the break starts at the base
 *   grow:64M    the same with this limit
 *   64M         fixed for life: the break is at the limit when the policy opens the region
 *   1.5x        fixed, this multiple of the workload's peak live bytes
 */
#ifndef FITLAB_REGION_MAP_H
#define FITLAB_REGION_MAP_H

#include <stddef.h>
#include <stdint.h>

#include "problem.h"
#include "region.h"

#define REGION_RESERVE ((size_t)64 << 30)

enum region_form { REGION_GROW, REGION_FIXED, REGION_MULTIPLE };

struct region_spec {
    enum region_form form;
    size_t bytes;  /* the limit (REGION_GROW) or the size (REGION_FIXED) */
    double factor; /* REGION_MULTIPLE */
    char text[32]; /* canonical: what rows and keys carry */
};

bool region_spec_parse(const char *text, struct region_spec *, struct problem *);

/* The region's size or limit for a workload of this peak, rounded up to FITLAB_ALIGN. */
size_t region_spec_bytes(const struct region_spec *, uint64_t peak_live_bytes);

/* Maps a region of `bytes`, which costs no memory until it is touched. colour shifts the
 * base by that many pages (a layout to vary between repetitions). False and a problem if
 * the address space is not to be had. */
bool region_map(struct region *, size_t bytes, bool fixed, unsigned colour, struct problem *);

/* Touches every page up to `bytes` from the base, so that no page fault is timed. */
void region_prefault(const struct region *, size_t bytes);

void region_unmap(struct region *);

#endif
