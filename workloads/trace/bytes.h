/* bytes.h - little-endian numbers in byte buffers, of fixed width and as varints. */
#ifndef FITLAB_BYTES_H
#define FITLAB_BYTES_H

#include <endian.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define VARINT_MOST 10 /* bytes of the longest varint */

static inline void put_u32(unsigned char *to, uint32_t n)
{
    n = htole32(n);
    memcpy(to, &n, sizeof n);
}

static inline void put_u64(unsigned char *to, uint64_t n)
{
    n = htole64(n);
    memcpy(to, &n, sizeof n);
}

static inline uint32_t get_u32(const unsigned char *from)
{
    uint32_t n;
    memcpy(&n, from, sizeof n);
    return le32toh(n);
}

static inline uint64_t get_u64(const unsigned char *from)
{
    uint64_t n;
    memcpy(&n, from, sizeof n);
    return le64toh(n);
}

/* Returns one past the last byte written. */
static inline unsigned char *put_varint(unsigned char *to, uint64_t n)
{
    for (; n >= 0x80; n >>= 7) {
        *to++ = (unsigned char)(n | 0x80);
    }
    *to++ = (unsigned char)n;
    return to;
}

/* Advances *at. False: the varint runs past end or over 64 bits. */
static inline bool get_varint(const unsigned char **at, const unsigned char *end, uint64_t *n)
{
    const unsigned char *p = *at;
    *n = 0;
    for (unsigned shift = 0; p < end && shift < 64; shift += 7) {
        uint64_t bits = *p & 0x7f;
        if (shift == 63 && bits > 1) {
            return false;
        }
        *n |= bits << shift;
        if (!(*p++ & 0x80)) {
            *at = p;
            return true;
        }
    }
    return false;
}

#endif
