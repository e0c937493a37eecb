/* sweep_outputs.c - the key `outputs` of a sweep's spec: what is kept of each cell. */
#include "sweep/sweep_reading.h"

static bool read_series(struct yaml_tree *tree, yaml_node_t *value, void *out)
{
    static const char *const names[] = {"peaks", "series"};
    size_t which;
    if (!yaml_choice(tree, value, "outputs: fragmentation", names, 2, &which)) {
        return false;
    }
    ((struct reading *)out)->spec->fragmentation = which ? SWEEP_KEEP_ALL : SWEEP_KEEP_LITTLE;
    return true;
}

static bool read_compress(struct yaml_tree *tree, yaml_node_t *value, void *out)
{
    static const char *const names[] = {"yes", "no", "true", "false"};
    size_t which;
    if (!yaml_choice(tree, value, "outputs: compress", names, 4, &which)) {
        return false;
    }
    ((struct reading *)out)->spec->compress = which % 2 ? SWEEP_KEEP_ALL : SWEEP_KEEP_LITTLE;
    return true;
}

static bool read_holes(struct yaml_tree *tree, yaml_node_t *value, void *out)
{
    static const char *const names[] = {"no", "yes", "false", "true"};
    size_t which;
    if (!yaml_choice(tree, value, "outputs: holes", names, 4, &which)) {
        return false;
    }
    ((struct reading *)out)->spec->holes = which % 2 ? SWEEP_KEEP_ALL : SWEEP_KEEP_LITTLE;
    return true;
}

bool sweep_read_outputs(struct yaml_tree *tree, yaml_node_t *value, void *out)
{
    static const struct yaml_key keys[] = {{"fragmentation", read_series},
                                           {"holes", read_holes},
                                           {"compress", read_compress},
                                           {NULL, NULL}};
    return yaml_read_mapping(tree, value, "outputs", keys, out);
}
