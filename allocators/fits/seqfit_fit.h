/* SPDX-License-Identifier: MIT */
/* seqfit_fit.h - what a sequential fit includes: SEQFIT_POLICY makes a policy of two searches and a
 * table. */
#ifndef FITLAB_SEQFIT_FIT_H
#define FITLAB_SEQFIT_FIT_H

#include "fits/seqfit_tree_explain.h"

/* A policy of two mechanisms, index=list|tree, each a struct seqfit_kind that is a constant
 * expression. A heap's own policy is the one whose entries are compiled for its index. */
#define SEQFIT_POLICY(symbol, title, line, table, list_kind, tree_kind)                            \
    static struct heap *symbol##_open(const struct policy *, struct region *, const long *arg);    \
    SEQFIT_ENTRIES(symbol, list_kind)                                                              \
    SEQFIT_ENTRIES(tree, tree_kind)                                                                \
    static const struct policy by_tree = SEQFIT_VTABLE_OPENED(                                     \
        tree, title, line, table, symbol##_open, seqfit_tree_check, seqfit_tree_explain);          \
    const struct policy symbol =                                                                   \
        SEQFIT_VTABLE(symbol, title, line, table, seqfit_check, seqfit_explain);                   \
    static struct heap *symbol##_open(const struct policy *p, struct region *r, const long *arg)   \
    {                                                                                              \
        struct seqfit_options options = seqfit_options_of(arg);                                    \
        return arg[ARG_INDEX] == INDEX_TREE                                                        \
                   ? seqfit_tree_open(&by_tree, r, options, tree_kind, false)                      \
                   : seqfit_open(p, r, options, list_kind);                                        \
    }

#endif
