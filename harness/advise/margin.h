/* margin.h - how much more than the recorded program needs a pool should have, so that programs
 * like it find room, too.
 *
 * Workloads like the recorded ones are drawn (advised_programs.h), a family for each kind of
 * likeness, and the smallest region of each is found. In each family the margin is the larger of
 * two: what the neediest of them needs, and the one-sided tolerance bound of the normal
 * distribution, which holds 99 % of all such workloads with a confidence of 95 % if what they need
 * is about normally distributed (Natrella, Experimental Statistics, NBS Handbook 91, 1963, section
 * 2-5.2). What counts is the largest of all families. */
#ifndef FITLAB_MARGIN_H
#define FITLAB_MARGIN_H

#include "advise/study.h"

struct family {
    enum likeness likeness;
    size_t tried, failed;         /* no region was found for so many */
    double mean, deviation, most; /* of what they need, over what the recorded program needs */
    double bound;                 /* the tolerance bound */
};

struct margin {
    struct family family[LIKENESSES];
    size_t families, tried, failed;
    double factor; /* at least 1: the pool over what the recorded program needs */
};

/* The factor of the standard deviation for a tolerance bound from n values. */
double margin_tolerance(size_t n);

/* Finds the margin of a policy whose smallest pool is known. */
bool margin_find(struct study *, const struct policy_spec *, double pool_bytes, struct margin *,
                 struct problem *);

/* How many of workloads like the recorded ones, `n` of the draws from `first` on, a pool of this
 * size serves to the end. Without draws, of the recorded ones themselves. */
bool margin_try(struct study *, const struct policy_spec *, double pool_bytes, unsigned first,
                size_t n, size_t *served, struct problem *);

#endif
