/* specialise.h - a policy's sources for one choice of its parameters: what every heap reads from
 * its own state or gets as an argument, although it never changes, becomes a constant.
 */
#ifndef FITLAB_SPECIALISE_H
#define FITLAB_SPECIALISE_H

#include "present/emit/items.h"
#include "present/emit/recipes.h"

/* A field whose value is known: a read x->field becomes macro(x). */
struct known_field {
    const char *field, *macro, *value;
};

/* Rewrites the items: known fields; the struct seqfit_kind that functions hand to each other; the
 * counters, which nobody reads; calls through the table of the policy; `inline`, which the compiler
 * decides by itself where size counts; what follows from all this; and the words that C++ keeps for
 * itself. The fields end with one without a name. False: out of memory. */
bool specialise(struct items *, const struct known_field *, const struct recipe *);

#endif
