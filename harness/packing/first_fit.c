/* first_fit.c - placing a sequence of blocks, each at the lowest offset free for all its life.
 *
 * The naive way compares each block with all that were placed before it; a tree of time
 * (time_tree.h) knows what is occupied in a whole life.
 */
#include "packing/packing.h"
#include "packing/time_tree.h"

enum { SHADES = 512 };

uint64_t packing_first_fit(const struct packing *p, const uint32_t *sequence, uint64_t *offset)
{
    struct time_tree t;
    uint64_t height = 0;
    bool ok = time_tree_make(&t, p->sections, SHADES);
    for (size_t i = 0; ok && i < p->count; i++) {
        const struct packing_block *b = &p->block[sequence[i]];
        uint64_t at = time_tree_lowest(&t, b->lower, b->upper, 0, b->size), end = at + b->size;
        ok = time_tree_occupy(&t, b->lower, b->upper, at, end);
        offset[sequence[i]] = at;
        height = end > height ? end : height;
    }
    time_tree_release(&t);
    return ok ? height : 0;
}
