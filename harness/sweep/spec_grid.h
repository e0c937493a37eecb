/* spec_grid.h - lists of policies or workloads in YAML, with parameter grids.
 *
 *   [first-fit, 'best-fit:order=lifo', tlsf: {second_level: [3, 4]}]   or
 *   {first-fit: , tlsf: {second_level: [3, 4]}}
 *
 * Each combination of values becomes one text "name:key=value,...", the last key varying fastest.
 * In a stack of layers a value goes to the part that has the key, or that the key names:
 *
 *   cache+arenas+best-fit: {blocks: [0, 32], n: [1, 4], best-fit.index: exact}
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

    /* Writes the text with one more setting to out. False and a problem, without a place. */
    bool (*set)(void *ctx, const char *text, const char *key, const char *value, char *out,
                size_t size, struct problem *);

    /* Receives one text. False and a problem, without a place, if it is not accepted. */
    bool (*add)(void *ctx, const char *text, struct problem *);

    void *ctx;
};

/* Adds every combination; on false, the tree's problem has the place of the word at fault. */
bool spec_grid_read(struct yaml_tree *, yaml_node_t *, const struct spec_grid *);

#endif
