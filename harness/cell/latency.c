#include <string.h>

#include "cell/cell.h"

uint64_t latency_band_most(size_t band)
{
    static const uint64_t most[LATENCY_BANDS] = {64, 512, 4096, 32768, 262144, UINT64_MAX};
    return most[band];
}

void latency_all(const struct latency *latency, struct histogram *all)
{
    memset(all, 0, sizeof *all);
    for (size_t kind = 0; kind < EVENT_KINDS; kind++) {
        for (size_t band = 0; band < LATENCY_BANDS; band++) {
            histogram_merge(all, &latency->chained[kind][band]);
        }
    }
}

void latency_null(const struct latency *latency, struct histogram *all)
{
    memset(all, 0, sizeof *all);
    for (size_t kind = 0; kind < EVENT_KINDS; kind++) {
        histogram_merge(all, &latency->null[kind]);
    }
}
