/* payload_pattern.h - a pattern in the payload that shows later whether anything else wrote there.
 *
 * The value of a byte follows from the block's seed and the byte's offset. The pattern covers the
 * first and last 64 bytes of a block and 8 bytes in every 512 between, so that its cost grows
 * slowly with the size. */
#ifndef FITLAB_PAYLOAD_PATTERN_H
#define FITLAB_PAYLOAD_PATTERN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

void pattern_write(char *p, size_t size, uint64_t seed);

/* Whether the pattern of a block of `size` bytes is intact in its first `kept` bytes. If it is not,
 * *at is the offset of the first wrong byte. */
bool pattern_is_whole(const char *p, size_t size, size_t kept, uint64_t seed, size_t *at);

/* Prefetches the parts of a block that pattern_is_whole will read soon. */
static inline __attribute__((always_inline)) void pattern_prefetch(const char *p, size_t size)
{
    __builtin_prefetch(p);
    __builtin_prefetch(p + 63);
    __builtin_prefetch(p + 512);
    __builtin_prefetch(p + size - 64);
    __builtin_prefetch(p + size);
}

#endif
