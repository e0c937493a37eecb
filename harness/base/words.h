/* words.h - words that people write: numbers with a unit, and names of which some are nearly right.
 */
#ifndef FITLAB_WORDS_H
#define FITLAB_WORDS_H

#include <stdbool.h>
#include <stddef.h>

#include "workloads/problem.h"

/* Reads a whole number with an optional K, M or G. */
bool words_number(const char *text, long *value);

/* The candidate nearest to word in edit distance, or NULL if none is near enough to suggest. */
const char *words_nearest(const char *word, const char *const *candidates, size_t n);

/* Writes n names with a text between them to list, as far as they fit, and returns it. */
const char *words_join(char *list, size_t size, const char *const *names, size_t n,
                       const char *between);

/* False and a problem: the word is none of n names of a kind, such as "policy". It suggests the
 * nearest; if none is near it says what to do, or, where that is NULL, all the names. */
bool words_unknown(const char *kind, const char *word, const char *const *names, size_t n,
                   const char *what_to_do, struct problem *);

#endif
