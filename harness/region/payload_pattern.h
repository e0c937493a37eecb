/* payload_pattern.h - a pattern in the payload that shows later whether anybody else wrote there.
 *
 * A byte's value follows from the block's seed and the byte's offset. Stamped are the first
 * and last 64 bytes and 8 bytes in every 512 between: cost grows slowly with the size.
 */
#ifndef FITLAB_PAYLOAD_PATTERN_H
#define FITLAB_PAYLOAD_PATTERN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

void pattern_write(char *p, size_t size, uint64_t seed);

/* Whether the stamp of a block of `size` bytes is whole in its first `kept` bytes; if not, *at is
 * the offset of the damage. */
bool pattern_is_whole(const char *p, size_t size, size_t kept, uint64_t seed, size_t *at);

/* For a block that is soon to be judged. */
static inline __attribute__((always_inline)) void pattern_prefetch(const char *p, size_t size)
{
    __builtin_prefetch(p);
    __builtin_prefetch(p + 63);
    __builtin_prefetch(p + 512);
    __builtin_prefetch(p + size - 64);
    __builtin_prefetch(p + size);
}

#endif
