/* region_map.h - where a region's memory comes from, and how the command line asks for it.
 *
 *   grow        reserves REGION_RESERVE bytes of address space, 64 GiB or, in programs of 32 bits,
 *               1 GiB; the break starts at the base
 *   grow:64M    the same with this limit
 *   64M         fixed for life: the break is at the limit when the policy opens the region
 *   1.5x        fixed, this multiple of the workload's peak live bytes
 */
#ifndef FITLAB_REGION_MAP_H
#define FITLAB_REGION_MAP_H

#include <stddef.h>
#include <stdint.h>

#include "allocators/region.h"
#include "workloads/problem.h"

#if UINTPTR_MAX > 0xffffffff
#define REGION_RESERVE ((size_t)64 << 30)
#else
#define REGION_RESERVE ((size_t)1 << 30) /* there are 4 GiB of addresses, for everything */
#endif

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

/* A region and the mapping that holds it. */
struct region_map {
    struct region region;
    char *map;
    size_t length;
};

/* Maps a region of `bytes`, which costs no memory until it is touched; fixed: the break starts
 * at the limit. The base is aligned to 1 GiB, so that no placement depends on where the
 * kernel put the map, and then shifted by `colour` pages (a layout to vary between
 * repetitions; 0 where results must be deterministic). False and a problem if the address
 * space is not to be had. */
bool region_map_open(struct region_map *, size_t bytes, bool fixed, unsigned colour,
                     struct problem *);

/* The same, with the base at this address, a multiple of 1 GiB, if nothing lies there. So pointers
 * in the region have the same bytes in each run, which helps people who read them. If the address
 * is taken, the base is elsewhere. */
bool region_map_open_at(struct region_map *, size_t bytes, bool fixed, char *base,
                        struct problem *);

/* Resets the region to its state after open, but keeps the pages that were touched: those below the
 * peak hold zeroes again. */
void region_map_renew(struct region_map *, bool fixed);

/* Touches every page of [base, base + bytes), so that no page fault is timed. */
void region_map_prefault(const struct region_map *, size_t bytes);

void region_map_close(struct region_map *);

#endif
