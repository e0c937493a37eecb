/* histogram.h - a log-linear histogram of whole numbers (clock ticks), merged by addition.
 *
 * Below HISTOGRAM_LINEAR each value has its own bucket; above, each doubling is split in
 * HISTOGRAM_LINEAR buckets, so a bucket is at most 1/HISTOGRAM_LINEAR of its lower end wide:
 * any value read back is off by less than 3.2 %.
 */
#ifndef FITLAB_HISTOGRAM_H
#define FITLAB_HISTOGRAM_H

#include <stddef.h>
#include <stdint.h>

enum {
    HISTOGRAM_LINEAR_LOG2 = 5,
    HISTOGRAM_LINEAR = 1 << HISTOGRAM_LINEAR_LOG2,
    HISTOGRAM_DOUBLINGS = 36, /* beyond 2^41 ticks everything is in the last bucket */
    HISTOGRAM_BUCKETS = (HISTOGRAM_DOUBLINGS + 1) * HISTOGRAM_LINEAR
};

struct histogram {
    uint64_t total; /* values counted */
    uint64_t max;   /* the largest, exactly */
    uint64_t count[HISTOGRAM_BUCKETS];
};

static inline size_t histogram_bucket(uint64_t value)
{
    if (value < HISTOGRAM_LINEAR) {
        return (size_t)value;
    }
    unsigned log2 = 63u - (unsigned)__builtin_clzll(value);
    unsigned doubling = log2 - HISTOGRAM_LINEAR_LOG2;
    if (doubling >= HISTOGRAM_DOUBLINGS) {
        return HISTOGRAM_BUCKETS - 1;
    }
    return (size_t)doubling * HISTOGRAM_LINEAR + (size_t)(value >> doubling);
}

/* Smallest value of a bucket; that of the next one is its end. */
static inline uint64_t histogram_lower(size_t bucket)
{
    if (bucket < 2 * HISTOGRAM_LINEAR) {
        return bucket;
    }
    size_t doubling = bucket / HISTOGRAM_LINEAR - 1;
    return (uint64_t)(bucket - doubling * HISTOGRAM_LINEAR) << doubling;
}

static inline void histogram_add(struct histogram *h, uint64_t value)
{
    h->total++;
    h->max = value > h->max ? value : h->max;
    h->count[histogram_bucket(value)]++;
}

void histogram_merge(struct histogram *into, const struct histogram *from);

/* The bucket in which the quantile q (0..1) lies; HISTOGRAM_BUCKETS if nothing was counted. */
size_t histogram_quantile(const struct histogram *, double q);

#endif
