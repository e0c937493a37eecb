/* hole_sizes.h - how large the holes of a heap are, and how many of their bytes blocks of one size
 * can use.
 *
 * Band b holds sizes from hole_band_bytes(b) up to the next band's; there are two bands for each
 * doubling. */
#ifndef FITLAB_HOLE_SIZES_H
#define FITLAB_HOLE_SIZES_H

#include <stddef.h>
#include <stdint.h>

enum { HOLE_BANDS = 66 };

struct hole_sizes {
    uint64_t holes[HOLE_BANDS]; /* holes in each band */
    uint64_t bytes[HOLE_BANDS]; /* in them */
    uint64_t
        usable[HOLE_BANDS]; /* bytes that blocks of the band's least size can fill in all holes */
    uint64_t total_bytes;
};

/* The least size in a band: 16, 24, 32, 48, 64, 96, ...; band 0 takes smaller holes too. */
uint64_t hole_band_bytes(size_t band);

void hole_sizes_add(struct hole_sizes *, uint64_t hole_bytes);

/* unusable(s) for s the band's least size: 100 * (1 - sum of s * floor(hole / s) / all free
 * bytes). 0 if nothing is free. */
double hole_unusable_pct(const struct hole_sizes *, size_t band);

#endif
