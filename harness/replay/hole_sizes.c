#include "replay/hole_sizes.h"

uint64_t hole_band_bytes(size_t band)
{
    return (uint64_t)(band % 2 ? 24 : 16) << (band / 2);
}

void hole_sizes_add(struct hole_sizes *h, uint64_t hole_bytes)
{
    size_t band = 0;
    h->total_bytes += hole_bytes;
    for (size_t b = 0; b < HOLE_BANDS && hole_band_bytes(b) <= hole_bytes; b++) {
        uint64_t size = hole_band_bytes(b);
        h->usable[b] += hole_bytes / size * size;
        band = b;
    }
    h->holes[band]++;
    h->bytes[band] += hole_bytes;
}

double hole_unusable_pct(const struct hole_sizes *h, size_t band)
{
    return h->total_bytes ? 100 * (1 - (double)h->usable[band] / (double)h->total_bytes) : 0;
}
