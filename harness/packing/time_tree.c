/* time_tree.c - what is occupied over time, as a segment tree of sets of offsets.
 *
 * Time is a binary tree of sections. A node that a block's life covers whole, and whose parent it
 * does not, keeps the block's offsets in `cover`; that node and all above it keep them in `touch`.
 * What is occupied somewhere in a life is then the union of few sets: `touch` of the nodes that
 * make up the life, and `cover` of the nodes above those. Each set joins what touches, so `touch`
 * has few pieces. The covers of the long-lived have many: so a large tree joins them once more, in
 * `shade`, which holds for each of some equal stretches of time what occupies it from end to end,
 * and stands for all covers from there up.
 */
#include "packing/time_tree.h"

#include <stdlib.h>

enum { MOST_SETS = 4 * 33 };

/* The sets that tell what is occupied in [lower, upper). */
struct set_list {
    const struct span_set *set[MOST_SETS];
    uint32_t count;
};

static void list_set(struct set_list *l, const struct span_set *set)
{
    if (set->pages) {
        l->set[l->count++] = set;
    }
}

/* Calls of the canonical nodes of a life climb from both ends, as in an iterative segment tree;
 * a node above them is an ancestor of the first or of the last section. */
static void occupied(const struct time_tree *t, uint32_t lower, uint32_t upper, struct set_list *l)
{
    l->count = 0;
    uint32_t a = t->leaves + lower, b = t->leaves + upper;
    for (; a < b; a >>= 1, b >>= 1) {
        if (a & 1) {
            list_set(l, &t->touch[a++]);
        }
        if (b & 1) {
            list_set(l, &t->touch[--b]);
        }
    }
    uint32_t first = t->leaves + lower, last = t->leaves + upper - 1;
    uint32_t top = 2 * (t->leaves / t->stretch);
    for (first >>= 1, last >>= 1; first >= top; first >>= 1, last >>= 1) {
        list_set(l, &t->cover[first]);
        if (last != first) {
            list_set(l, &t->cover[last]);
        }
    }
    list_set(l, &t->shade[lower / t->stretch]);
    if (lower / t->stretch != (upper - 1) / t->stretch) {
        list_set(l, &t->shade[(upper - 1) / t->stretch]);
    }
}

static uint64_t lowest_offset(const struct set_list *l, uint64_t at, uint64_t size)
{
    for (uint32_t agreed = 0, i = 0; agreed < l->count; i = i + 1 == l->count ? 0 : i + 1) {
        uint64_t gap = span_set_gap(l->set[i], at, size);
        agreed = gap == at ? agreed + 1 : 1;
        at = gap;
    }
    return at;
}

uint64_t time_tree_lowest(const struct time_tree *t, uint32_t lower, uint32_t upper, uint64_t from,
                          uint64_t size)
{
    struct set_list sets;
    occupied(t, lower, upper, &sets);
    return lowest_offset(&sets, from, size);
}

bool time_tree_occupy(struct time_tree *t, uint32_t lower, uint32_t upper, uint64_t low,
                      uint64_t high)
{
    bool ok = true;
    uint32_t a = t->leaves + lower, b = t->leaves + upper;
    for (; a < b; a >>= 1, b >>= 1) {
        if (a & 1) {
            ok &= span_set_add(&t->cover[a], low, high);
            ok &= span_set_add(&t->touch[a++], low, high);
        }
        if (b & 1) {
            ok &= span_set_add(&t->cover[--b], low, high);
            ok &= span_set_add(&t->touch[b], low, high);
        }
    }
    uint32_t first = t->leaves + lower, last = t->leaves + upper - 1;
    for (first >>= 1, last >>= 1; first; first >>= 1, last >>= 1) {
        ok &= span_set_add(&t->touch[first], low, high);
        if (last != first) {
            ok &= span_set_add(&t->touch[last], low, high);
        }
    }
    uint32_t from = (lower + t->stretch - 1) / t->stretch, to = upper / t->stretch;
    for (; from < to; from++) {
        ok &= span_set_add(&t->shade[from], low, high);
    }
    return ok;
}

bool time_tree_make(struct time_tree *t, uint32_t sections, uint32_t shades)
{
    *t = (struct time_tree){.leaves = 1};
    while (t->leaves < sections) {
        t->leaves *= 2;
    }
    t->stretch = t->leaves > shades ? t->leaves / shades : 1;
    t->cover = calloc(4 * (size_t)t->leaves, sizeof *t->cover);
    t->shade = calloc(t->leaves / t->stretch, sizeof *t->shade);
    if (!t->cover || !t->shade) {
        time_tree_release(t);
        return false;
    }
    t->touch = t->cover + 2 * (size_t)t->leaves;
    return true;
}

void time_tree_clear(struct time_tree *t)
{
    for (size_t i = 0; i < 4 * (size_t)t->leaves; i++) {
        span_set_release(&t->cover[i]);
    }
    for (uint32_t i = 0; i < t->leaves / t->stretch; i++) {
        span_set_release(&t->shade[i]);
    }
}

void time_tree_release(struct time_tree *t)
{
    if (t->cover && t->shade) {
        time_tree_clear(t);
    }
    free(t->cover);
    free(t->shade);
    *t = (struct time_tree){0};
}
