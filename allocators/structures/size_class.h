/* SPDX-License-Identifier: MIT */
/* size_class.h - size classes: each doubling of the size is divided evenly into 2^finer classes,
 * but classes are at least 16 bytes (the alignment) apart.
 *
 *   finer 0   16 32 64 128 ...                       powers of two
 *   finer 2   16 32 48 64 80 96 112 128 160 192 ...  four in a doubling
 *
 * Class k has size_class_bytes(k, finer); class 0 is empty. Rounding a size up to its
 * class adds less than one part in 2^finer, plus the rounding to 16. */
#ifndef FITLAB_SIZE_CLASS_H
#define FITLAB_SIZE_CLASS_H

#include "policy.h"

enum { SIZE_CLASS_GRANULE_LOG2 = FITLAB_ALIGN_BYTES == 16 ? 4 : 3 };

static inline unsigned size_class_log2(size_t n)
{
    return 63 - (unsigned)__builtin_clzll(n);
}

/* The largest class of at most so many bytes. */
static inline unsigned size_class_floor(size_t bytes, unsigned finer)
{
    unsigned linear = finer + SIZE_CLASS_GRANULE_LOG2;
    if (bytes >> linear == 0) {
        return (unsigned)(bytes >> SIZE_CLASS_GRANULE_LOG2);
    }
    unsigned log2 = size_class_log2(bytes);
    return ((log2 - linear) << finer) + (unsigned)(bytes >> (log2 - finer));
}

/* The smallest class of at least so many bytes, bytes >= 1. */
static inline unsigned size_class_ceil(size_t bytes, unsigned finer)
{
    unsigned log2 = size_class_log2(bytes);
    unsigned step =
        log2 >= finer + SIZE_CLASS_GRANULE_LOG2 ? log2 - finer : (unsigned)SIZE_CLASS_GRANULE_LOG2;
    return size_class_floor(bytes + ((size_t)1 << step) - 1, finer);
}

static inline size_t size_class_bytes(unsigned k, unsigned finer)
{
    unsigned doubling = k >> finer;
    if (doubling == 0) {
        return (size_t)k << SIZE_CLASS_GRANULE_LOG2;
    }
    size_t part = (k & ((1u << finer) - 1)) + (1u << finer);
    return part << (doubling - 1 + SIZE_CLASS_GRANULE_LOG2);
}

/* Choices for a parameter `classes`, and what they mean. */
static const char *const size_class_names[] = {"power2", "geometric", "linear", NULL};
static const unsigned char size_class_finer[] = {0, 2, 6};

#endif
