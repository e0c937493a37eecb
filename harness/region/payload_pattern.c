#include "region/payload_pattern.h"

#include <string.h>

enum { WORD = 8, EDGE = 64, STRIDE = 512 };

#define INLINE static inline __attribute__((always_inline))

#define MIX UINT64_C(0x9e3779b97f4a7c15)

INLINE uint64_t word_at(uint64_t seed, size_t offset)
{
    return (seed + offset) * MIX;
}

/* The 8 bytes of the pattern that end at an offset: bytes of a word, and of the next above them
 * (a word lies in memory with its lowest byte first, on every machine). */
INLINE uint64_t word_before(uint64_t seed, size_t end)
{
    size_t whole = end & ~(size_t)(WORD - 1), shift = 8 * (end - whole);
    uint64_t low = word_at(seed, whole - WORD), high = word_at(seed, whole);
    return shift ? low >> shift | high << (64 - shift) : low;
}

/* To and from the order of bytes in memory, which is the same on every machine. */
INLINE uint64_t lowest_first(uint64_t word)
{
    return __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? word : __builtin_bswap64(word);
}

INLINE uint64_t load(const char *p)
{
    uint64_t word;
    memcpy(&word, p, WORD);
    return lowest_first(word);
}

INLINE void store(char *p, uint64_t word)
{
    word = lowest_first(word);
    memcpy(p, &word, WORD);
}

/* The last offset at which a stamped word may begin, at the end of a block of at least two edges.
 */
INLINE size_t last_edge(size_t size)
{
    return (size - EDGE) & ~(size_t)(WORD - 1);
}

INLINE bool byte_differs(const char *p, size_t at, uint64_t seed)
{
    uint64_t word = word_at(seed, at & ~(size_t)(WORD - 1));
    return (unsigned char)p[at] != (unsigned char)(word >> 8 * (at % WORD));
}

/* An edge: eight words, no branch among them. */
INLINE void write_edge(char *p, size_t from, uint64_t seed)
{
    const uint64_t first = word_at(seed, from);
#pragma GCC unroll 8
    for (size_t i = 0; i < EDGE / WORD; i++) {
        store(p + from + i * WORD, first + i * WORD * MIX);
    }
}

INLINE uint64_t edge_damage(const char *p, size_t from, uint64_t seed)
{
    const uint64_t first = word_at(seed, from);
    uint64_t damage = 0;
#pragma GCC unroll 8
    for (size_t i = 0; i < EDGE / WORD; i++) {
        damage |= load(p + from + i * WORD) ^ (first + i * WORD * MIX);
    }
    return damage;
}

static void write_small(char *p, size_t size, uint64_t seed)
{
    for (size_t at = 0; at + WORD <= size; at += WORD) {
        store(p + at, word_at(seed, at));
    }
    if (size >= WORD) {
        store(p + size - WORD, word_before(seed, size));
        return;
    }
    uint64_t word = lowest_first(word_at(seed, 0));
    memcpy(p, &word, size);
}

static uint64_t small_damage(const char *p, size_t size, uint64_t seed)
{
    uint64_t damage = 0;
    for (size_t at = 0; at + WORD <= size; at += WORD) {
        damage |= load(p + at) ^ word_at(seed, at);
    }
    if (size >= WORD) {
        return damage | (load(p + size - WORD) ^ word_before(seed, size));
    }
    for (size_t at = 0; at < size; at++) {
        damage |= byte_differs(p, at, seed);
    }
    return damage;
}

void pattern_write(char *p, size_t size, uint64_t seed)
{
    if (size < 2 * EDGE) {
        write_small(p, size, seed);
        return;
    }
    size_t last = last_edge(size);
    write_edge(p, 0, seed);
    for (size_t at = STRIDE; at < last; at += STRIDE) {
        store(p + at, word_at(seed, at));
    }
    write_edge(p, last, seed);
    store(p + size - WORD, word_before(seed, size));
}

static bool whole(const char *p, size_t size, uint64_t seed)
{
    if (size < 2 * EDGE) {
        return small_damage(p, size, seed) == 0;
    }
    size_t last = last_edge(size);
    uint64_t damage = edge_damage(p, 0, seed) | edge_damage(p, last, seed);
    for (size_t at = STRIDE; at < last; at += STRIDE) {
        damage |= load(p + at) ^ word_at(seed, at);
    }
    return (damage | (load(p + size - WORD) ^ word_before(seed, size))) == 0;
}

/* The first stamped byte at or after this one. */
static size_t next_stamped(size_t at, size_t size)
{
    size_t last = size < 2 * EDGE ? 0 : last_edge(size);
    if (at < EDGE || at >= last || at % STRIDE < WORD) {
        return at;
    }
    size_t next = (at / STRIDE + 1) * STRIDE;
    return next < last ? next : last;
}

/* The first stamped byte below `kept` that is not what it was; `kept` if all are. */
static size_t first_damage(const char *p, size_t size, size_t kept, uint64_t seed)
{
    size_t at = 0;
    while (at < kept && !byte_differs(p, at, seed)) {
        at = next_stamped(at + 1, size);
    }
    return at < kept ? at : kept;
}

bool pattern_is_whole(const char *p, size_t size, size_t kept, uint64_t seed, size_t *at)
{
    if (kept == size && whole(p, size, seed)) {
        return true;
    }
    *at = first_damage(p, size, kept, seed);
    return *at == kept;
}
