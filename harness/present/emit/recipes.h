/* recipes.h - what `fitlab emit` must be told of a policy: which of its functions do the work once
 * its parameters are known.
 *
 * A policy more is an entry of the table in recipes.c.
 */
#ifndef FITLAB_RECIPES_H
#define FITLAB_RECIPES_H

#include "spec/policy_spec.h"

/* The members of a fit's struct seqfit_kind, which an emitted heap has none of: its functions are
 * called by their names. */
struct recipe_kind {
    const char *search; /* NULL: the policy is no sequential fit */
    const char *insert, *remove, *replace, *take, *reach; /* NULL: the fit has none */
    bool roving, descending, bounded;
    const char *name; /* the macro that the sources hand to functions; NULL: only k */
};

struct recipe {
    const char *policy;
    struct {
        const char *parameter, *choice;
    } when[2];          /* for these choices; NULL: for any */
    const char *source; /* from allocators/ */
    struct recipe_kind kind;
    bool keeps_blocks; /* some freed blocks stay as they are: see BLOCK_KEPT */
    const char *order; /* of the holes, where it is no parameter; NULL: lifo */
    const char *open;  /* the call that opens a heap in `region` */
    const char *check; /* function of (const struct heap *) */
    const char *align; /* what payloads are aligned to; NULL: FITLAB_ALIGN */
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
