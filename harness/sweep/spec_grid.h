/* spec_grid.h - lists of policies or workloads in YAML, with parameter grids.
 *
 *   [first-fit, 'best-fit:order=lifo', tlsf: {second_level: [3, 4]}]   or
 *   {first-fit: , tlsf: {second_level: [3, 4]}}
 *
 * Each combination of values becomes one text "name:key=value,...", the last key varying fastest.
 */
#ifndef FITLAB_SPEC_GRID_H
#define FITLAB_SPEC_GRID_H

#include "allocators/param.h"
#include "base/yaml_tree.h"

struct spec_grid {
    const char *whose; /* "policies", for messages */
    size_t most;       /* combinations of one name; more are refused before there is any */

    /* Sets *table to the parameters of a name (NULL: it has none). False and a problem, without a
     * place, if the name is unknown. */
    bool (*params)(void *ctx, const char *name, const struct param **table, struct problem *);

    /* Receives one text. False and a problem, without a place, if it is not accepted. */
    bool (*add)(void *ctx, const char *text, struct problem *);

    void *ctx;
};

/* Adds every combination; on false, the tree's problem has the place of the word at fault. */
bool spec_grid_read(struct yaml_tree *, yaml_node_t *, const struct spec_grid *);

#endif
