#include "present/lessons/list_order.h"

#include <stdlib.h>

#include "present/step/lists.h"

static bool has_head(const struct picture *p)
{
    for (size_t i = 0; i < p->parts; i++) {
        if (p->part[i].kind == PART_HEAD) {
            return true;
        }
    }
    return false;
}

/* Whether these are all the holes, in a list: a tree has no order of its own. */
static bool is_the_list(const struct picture *p, const struct list_node *node, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (node[i].span->kind != SPAN_FREE || node[i].depth) {
            return false;
        }
    }
    return n == p->holes;
}

/* The list that holds all holes, in `node`, which has room for them and one more. */
static bool find_list(const struct picture *p, struct list_node *node)
{
    const struct picture_part *head = lists_head(p, 0);
    for (; head; head = lists_head(p, (size_t)(head - p->part) + 1)) {
        bool more;
        if (is_the_list(p, node, lists_follow(p, head, node, p->holes + 1, &more))) {
            return true;
        }
    }
    return !p->holes && has_head(p);
}

static bool in_address_order(const struct picture *p, struct list_node *node)
{
    for (size_t i = 0, n = 0; i < p->spans; i++) {
        if (p->span[i].kind == SPAN_FREE) {
            node[n++] = (struct list_node){.span = &p->span[i]};
        }
    }
    return false;
}

bool list_order_visit(const struct heap *heap, hole_visitor *visit, void *ctx)
{
    struct picture p = {0};
    struct problem problem;
    const struct ledger nothing = {0}; /* whose the blocks are does not matter */
    struct list_node *node = NULL;
    if (!picture_take(&p, heap, &nothing, &problem) ||
        !(node = calloc(p.holes + 1, sizeof *node))) {
        abort(); /* no memory */
    }
    bool in_order = find_list(&p, node) || in_address_order(&p, node);
    for (size_t i = 0; i < p.holes; i++) {
        const struct picture_span *s = node[i].span;
        if (!visit(heap->region->base + s->at, s->bytes, ctx)) {
            break;
        }
    }
    free(node);
    picture_release(&p);
    return in_order;
}
