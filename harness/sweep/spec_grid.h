/* spec_grid.h - lists of policies or workloads in YAML, with parameter grids.
 *
 *   [first-fit, 'best-fit:order=lifo', tlsf: {sl: [3, 4]}]   or
 *   {first-fit: , tlsf: {sl: [3, 4]}}
 *
 * Each combination of values becomes one text "name:key=value,...", the last key varying fastest.
 */
#ifndef FITLAB_SPEC_GRID_H
#define FITLAB_SPEC_GRID_H

#include "allocators/param.h"
#include "base/yaml_tree.h"

struct spec_grid {
    const char *whose; /* "policies", for messages */

    /* The parameters of a name in *table (NULL: none), or false and a problem without a place. */
    bool (*params)(void *ctx, const char *name, const struct param **table, struct problem *);

    /* Takes one text, or false and a problem without a place. */
    bool (*add)(void *ctx, const char *text, struct problem *);

    void *ctx;
};

/* Adds every combination; on false, the tree's problem has the place of the word at fault. */
bool spec_grid_read(struct yaml_tree *, yaml_node_t *, const struct spec_grid *);

#endif
