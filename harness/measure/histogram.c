#include "measure/histogram.h"

#include <math.h>

void histogram_merge(struct histogram *into, const struct histogram *from)
{
    into->total += from->total;
    into->max = from->max > into->max ? from->max : into->max;
    for (size_t i = 0; i < HISTOGRAM_BUCKETS; i++) {
        into->count[i] += from->count[i];
    }
}

size_t histogram_quantile(const struct histogram *h, double q)
{
    if (h->total == 0) {
        return HISTOGRAM_BUCKETS;
    }
    double rank = ceil(q * (double)h->total);
    uint64_t below = rank < 1 ? 1 : (uint64_t)rank;
    size_t bucket = 0;
    for (uint64_t seen = h->count[0]; seen < below; seen += h->count[++bucket]) {
    }
    return bucket;
}
