/* model_laws.h - what each kind of model makes of a program's objects.
 *
 * The ladder of Zorn & Grunwald, "Evaluating Models of Memory Allocation" (1994), each rung
 * keeping more of the program, and the shuffle of Wilson et al. (1995), who held that all of
 * them miss what matters, the order of events.
 */
#ifndef FITLAB_MODEL_LAWS_H
#define FITLAB_MODEL_LAWS_H

#include <gsl/gsl_rng.h>

#include "workloads/models/model_objects.h"

enum model_kind {
    MODEL_ACTUAL,   /* the objects as they came: the baseline of the others */
    MODEL_MEAN,     /* sizes and lifetimes uniform from 0 to twice their mean */
    MODEL_CDF,      /* sizes and lifetimes drawn from theirs, independently */
    MODEL_MARKOV,   /* each size follows the one before as in the program; lifetimes by size */
    MODEL_SHUFFLED, /* the same (size, lifetime) pairs, in random order */
    MODEL_PHASES    /* the same, in random order within each of `phases` stretches */
};

/* The names, in the order of the enum. */
extern const char *const model_kind_names[];

/* Replaces the objects by as many of the model's. False: no memory. */
bool model_apply(enum model_kind, struct objects *, size_t phases, gsl_rng *);

#endif
