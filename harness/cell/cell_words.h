/* cell_words.h - a cell as words of a command line, for programs that are started to run it: all of
 * it but its policy and its workload. Internal to this room and to runner32/. */
#ifndef FITLAB_CELL_WORDS_H
#define FITLAB_CELL_WORDS_H

#include "cell/cell.h"

enum { CELL_WORDS = 5 };

struct cell_words {
    const char *word[CELL_WORDS]; /* region, pass, touch, release, numbers */
    char numbers[200];
};

/* The words point into the cell, and into *words. seed: of the digest of the results. */
void cell_words_write(const struct cell *, uint64_t seed, struct cell_words *words);

/* Fills what the words say of a cell made by cell_init. */
bool cell_words_read(char *const *word, struct cell *, uint64_t *seed, struct problem *);

#endif
