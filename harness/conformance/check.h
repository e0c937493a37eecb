/* check.h - a policy judged by all properties, with a verdict on each printed for a person. */
#ifndef FITLAB_CHECK_H
#define FITLAB_CHECK_H

#include <stdbool.h>

#include "spec/policy_spec.h"

struct check_options {
    const char *property; /* only this one; NULL: all */
    bool grid;            /* every value of every parameter, not just those of the spec */
    bool first_only;      /* stop at the first failure */
    long seed;
    long ops;     /* in each random mix; 0: 2000, or 300 with a grid */
    long timeout; /* seconds for each property */
};

/* Whether all properties hold. */
bool check_policy(const struct check_options *, const struct policy_spec *);

#endif
