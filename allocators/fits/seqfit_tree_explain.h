/* SPDX-License-Identifier: MIT */
/* seqfit_tree_explain.h - index=tree: what the links of a hole and the root of the tree are. */
#ifndef FITLAB_SEQFIT_TREE_EXPLAIN_H
#define FITLAB_SEQFIT_TREE_EXPLAIN_H

#include "fits/seqfit_explain.h"
#include "fits/seqfit_tree.h"

/* What a handle leads to; 0: nothing. */
static inline const struct block *seqfit_handle_target(const struct seqfit *h, uint32_t handle)
{
    return handle ? tree_node(&seqfit_tree_of(h)->space, handle) : NULL;
}

static inline void seqfit_explain_handle(struct parts *p, const struct seqfit *h,
                                         const uint32_t *at, const char *name)
{
    parts_link(p, at, sizeof *at, name, seqfit_handle_target(h, *at));
}

static inline void seqfit_explain_tree_links(struct parts *p, const struct seqfit *h,
                                             const struct block *b)
{
    unsigned key = seqfit_tree_of(h)->space.key;
    seqfit_explain_handle(p, h, &b->below[0], "left");
    seqfit_explain_handle(p, h, &b->below[1], "right");
    if (key & TREE_BY_RANK) {
        parts_number(p, &b->rank, sizeof b->rank, "rank");
    }
    parts_number(p, &b->most, sizeof b->most,
                 key & TREE_LARGEST ? "granules of the largest hole below" : "priority");
}

static inline void seqfit_explain_root(struct parts *p, const struct seqfit *h, const char *name,
                                       size_t least)
{
    const struct seqfit_tree *t = seqfit_tree_of(h);
    parts_head(p, &t->root, sizeof t->root, name, seqfit_handle_target(h, t->root), least);
    parts_number(p, &t->stamp, sizeof t->stamp, "ranks dealt");
}

static inline void seqfit_explain_tree_state(struct parts *p, const struct seqfit *h)
{
    seqfit_explain_common(p, h);
    seqfit_explain_root(p, h, "tree of holes", 0);
}

static inline void seqfit_tree_explain(const struct heap *heap, const struct span *s,
                                       part_visitor *visit, void *ctx)
{
    seqfit_explain_as(
        heap, s, visit, ctx,
        (struct seqfit_explainer){seqfit_explain_tree_state, seqfit_explain_tree_links});
}

#endif
