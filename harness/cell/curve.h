/* curve.h - how requests fail in a region of one size: a row of curve.csv. */
#ifndef FITLAB_CURVE_H
#define FITLAB_CURVE_H

#include <stdbool.h>
#include <stdint.h>

/* From 1 to 3 times the peak live bytes, in equal steps of 5 %. */
enum { CURVE_POINTS = 41 };

struct curve_point {
    uint64_t region_bytes;
    bool opened; /* false: the region is too small for the policy's own data */
    _Alignas(8) uint64_t refused, refused_bytes, skipped;
};

#endif
