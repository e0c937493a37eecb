/* live_set.h - the live blocks of a synthetic workload, and which of them is freed next.
 *
 * Only the lifetime rule differs:
 *   random     each live block with the same probability: lifetimes are memoryless (geometric)
 *   fifo       the oldest: every lifetime is the same
 *   lifo       the youngest: a stack
 *   lognormal  the one whose time of death comes first, drawn at its birth */
#ifndef FITLAB_LIVE_SET_H
#define FITLAB_LIVE_SET_H

#include <gsl/gsl_rng.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum lifetime { LIFETIME_RANDOM, LIFETIME_FIFO, LIFETIME_LIFO, LIFETIME_LOGNORMAL };

/* The names of the rules, in the order of the enum, and the rows of a parameter table. */
extern const char *const lifetime_names[];

#define LIFETIME_PARAMS(init_rule)                                                                 \
    {.name = "lifetime",                                                                           \
     .help = "which block dies next",                                                              \
     .init = init_rule,                                                                            \
     .max = 3,                                                                                     \
     .choices = lifetime_names},                                                                   \
    {                                                                                              \
        .name = "lifetime_cv", .help = "lognormal lifetimes: standard deviation over mean",        \
        .unit = "pct", .init = 300, .min = 1, .max = 10000                                         \
    }

enum { LIFETIME_ROWS = 2 };

struct live_set {
    enum lifetime rule;
    gsl_rng *rng; /* borrowed */
    double cv;    /* of lognormal lifetimes */
    double now;   /* the time of the last death */
    uint32_t *slot;
    double *death; /* lognormal only: slot[] and death[] are a binary heap */
    size_t count, capacity;
    size_t oldest; /* fifo only: slot[] is a ring */
};

/* rows are the values of LIFETIME_PARAMS. False: no memory. Release with live_set_close in
 * either case. */
bool live_set_open(struct live_set *, const long *rows, size_t capacity, gsl_rng *);
void live_set_close(struct live_set *);

/* A block was born in this slot; count < capacity before. */
void live_set_add(struct live_set *, uint32_t slot);

/* The slot of the block that dies; count > 0 before. */
uint32_t live_set_take(struct live_set *);

#endif
