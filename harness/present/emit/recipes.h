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
    const char *kind;  /* the initializer of the fit's struct seqfit_kind; NULL: it is none */
    const char *open;  /* the call that opens a heap in `region` */
    const char *check; /* function of (const struct heap *) */
    struct recipe_calls {
        const char *alloc, *free, *realloc, *memalign, *usable, *walk;
    } call;           /* functions as in struct policy; all NULL: those of seqfit.h */
    const char *last; /* an argument that they and `check` have more, such as ", SLIM_TAG4"; NULL:
                         none */
    const char *more; /* functions that `call` names and the sources have as macros alone; NULL */
};

/* NULL and a problem that says what can be emitted: there is none. */
const struct recipe *recipe_find(const struct policy_spec *, struct problem *);

#endif
