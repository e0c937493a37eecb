/* words.h - words that people type: numbers with a unit, and names that may have a typing error. */
#ifndef FITLAB_WORDS_H
#define FITLAB_WORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "workloads/problem.h"

/* Reads a whole number with an optional K, M or G. */
bool words_number(const char *text, long *value);

/* The candidate with the smallest edit distance to word, or NULL if none is similar enough to be
 * suggested. */
const char *words_nearest(const char *word, const char *const *candidates, size_t n);

/* Writes n names with a text between them to list, as far as they fit, and returns it. */
const char *words_join(char *list, size_t size, const char *const *names, size_t n,
                       const char *between);

/* Writes one word of a command line, in quotes where a POSIX shell would read it otherwise. */
void words_quote(FILE *, const char *word);

/* Returns false and sets a problem: the word is none of the n names of a kind, such as "policy".
 * The problem suggests the nearest name. If none is near, it says what to do, or lists all names if
 * what_to_do is NULL. */
bool words_unknown(const char *kind, const char *word, const char *const *names, size_t n,
                   const char *what_to_do, struct problem *);

#endif
