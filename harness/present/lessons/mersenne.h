/* mersenne.h - the Mersenne Twister MT19937, as Python's module `random` uses it.
 *
 * Python seeds it with the 32-bit words of the seed's absolute value, the lowest first
 * (init_by_array), and makes a number in [0, 1) of 53 bits out of two outputs. So the same seed
 * draws the same numbers here as there. Source: Matsumoto and Nishimura, ACM TOMACS 8(1), 1998;
 * Python's documentation of `random`.
 */
#ifndef FITLAB_MERSENNE_H
#define FITLAB_MERSENNE_H

#include <stddef.h>
#include <stdint.h>

enum { MERSENNE_WORDS = 624 };

struct mersenne {
    uint32_t word[MERSENNE_WORDS];
    size_t next; /* MERSENNE_WORDS: all words are used up */
};

/* What random.seed(seed) does. */
void mersenne_seed(struct mersenne *, int64_t seed);

/* What random.random() returns. */
double mersenne_random(struct mersenne *);

/* A whole number in [0, n), drawn as int(random.random() * n). */
size_t mersenne_below(struct mersenne *, size_t n);

#endif
