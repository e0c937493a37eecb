#include "stamp.h"

#include <string.h>

enum { WORD = 8, EDGE = 64, STRIDE = 512 };

static uint64_t word_at(uint64_t seed, size_t offset)
{
    return (seed + offset) * UINT64_C(0x9e3779b97f4a7c15);
}

/* The offset of the word to stamp after this one. */
static size_t next_offset(size_t offset, size_t size)
{
    size_t tail = size > EDGE ? (size - EDGE) & ~(size_t)(WORD - 1) : 0;
    size_t next = offset + WORD;
    if (next < EDGE || next >= tail) {
        return next;
    }
    next = (offset & ~(size_t)(STRIDE - 1)) + STRIDE;
    return next < tail ? next : tail;
}

void stamp_write(char *p, size_t size, uint64_t seed)
{
    size_t at = 0;
    for (; at + WORD <= size; at = next_offset(at, size)) {
        uint64_t word = word_at(seed, at);
        memcpy(p + at, &word, WORD);
    }
    if (at < size) {
        uint64_t word = word_at(seed, at);
        memcpy(p + at, &word, size - at);
    }
}

bool stamp_whole(const char *p, size_t size, size_t kept, uint64_t seed, size_t *at)
{
    size_t i = 0;
    for (; i + WORD <= kept; i = next_offset(i, size)) {
        uint64_t found;
        memcpy(&found, p + i, WORD);
        if (found != word_at(seed, i)) {
            *at = i;
            return false;
        }
    }
    uint64_t word = word_at(seed, i);
    if (i < kept && memcmp(p + i, &word, kept - i) != 0) {
        *at = i;
        return false;
    }
    return true;
}
