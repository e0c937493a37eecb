#include "present/lessons/mersenne.h"

enum { AHEAD = 397 };

static uint32_t mix(uint32_t word)
{
    return word ^ (word >> 30);
}

static void seed_with_word(struct mersenne *m, uint32_t seed)
{
    m->word[0] = seed;
    for (uint32_t i = 1; i < MERSENNE_WORDS; i++) {
        m->word[i] = UINT32_C(1812433253) * mix(m->word[i - 1]) + i;
    }
    m->next = MERSENNE_WORDS;
}

/* Position 0 is filled from the last word when the walk over the words comes round. */
static size_t step(struct mersenne *m, size_t i)
{
    if (++i < MERSENNE_WORDS) {
        return i;
    }
    m->word[0] = m->word[MERSENNE_WORDS - 1];
    return 1;
}

void mersenne_seed(struct mersenne *m, int64_t seed)
{
    uint64_t value = seed < 0 ? -(uint64_t)seed : (uint64_t)seed;
    const uint32_t key[2] = {(uint32_t)value, (uint32_t)(value >> 32)};
    uint32_t keys = key[1] ? 2 : 1;
    size_t i = 1;
    seed_with_word(m, 19650218);
    for (uint32_t n = 0; n < MERSENNE_WORDS; n++) {
        uint32_t k = n % keys;
        m->word[i] = (m->word[i] ^ mix(m->word[i - 1]) * UINT32_C(1664525)) + key[k] + k;
        i = step(m, i);
    }
    for (uint32_t n = 1; n < MERSENNE_WORDS; n++) {
        m->word[i] = (m->word[i] ^ mix(m->word[i - 1]) * UINT32_C(1566083941)) - (uint32_t)i;
        i = step(m, i);
    }
    m->word[0] = UINT32_C(1) << 31;
}

static void refill(struct mersenne *m)
{
    for (size_t i = 0; i < MERSENNE_WORDS; i++) {
        uint32_t low = m->word[(i + 1) % MERSENNE_WORDS];
        uint32_t both = (m->word[i] & UINT32_C(0x80000000)) | (low & UINT32_C(0x7fffffff));
        uint32_t twist = low & 1 ? UINT32_C(0x9908b0df) : 0;
        m->word[i] = m->word[(i + AHEAD) % MERSENNE_WORDS] ^ (both >> 1) ^ twist;
    }
    m->next = 0;
}

static uint32_t next_word(struct mersenne *m)
{
    if (m->next == MERSENNE_WORDS) {
        refill(m);
    }
    uint32_t w = m->word[m->next++];
    w ^= w >> 11;
    w ^= w << 7 & UINT32_C(0x9d2c5680);
    w ^= w << 15 & UINT32_C(0xefc60000);
    return w ^ w >> 18;
}

double mersenne_random(struct mersenne *m)
{
    uint32_t high = next_word(m) >> 5, low = next_word(m) >> 6;
    return ((double)high * 67108864. + (double)low) / 9007199254740992.;
}

size_t mersenne_below(struct mersenne *m, size_t n)
{
    return (size_t)(mersenne_random(m) * (double)n);
}
