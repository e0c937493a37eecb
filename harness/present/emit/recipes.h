/* recipes.h - what `fitlab emit` must be told of a policy: which of its functions do the work once
 * its parameters are known.
 *
 * A policy more is an entry of the table in recipes.c.
 */
#ifndef FITLAB_RECIPES_H
#define FITLAB_RECIPES_H

#include "spec/policy_spec.h"

struct recipe {
    const char *policy;
    const char *parameter, *choice; /* for this choice of this parameter; NULL: for any */
    const char *source;             /* from allocators/ */
    const char *kind;               /* the initializer of the fit's struct seqfit_kind */
    const char *open;               /* the call that opens a heap in `region` */
    const char *check;              /* function of (const struct heap *) */
};

/* NULL and a problem that says what can be emitted: there is none. */
const struct recipe *recipe_find(const struct policy_spec *, struct problem *);

#endif
