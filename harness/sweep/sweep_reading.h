/* sweep_reading.h - a sweep's spec while its file is read: sweep_spec.c's own. */
#ifndef FITLAB_SWEEP_READING_H
#define FITLAB_SWEEP_READING_H

#include "base/yaml_tree.h"
#include "sweep/sweep_spec.h"

struct reading {
    struct sweep_spec *spec;
    size_t policy_room, workload_room, region_room, seed_room, figure_room, release_room,
        threads_room, untimed_room;
    bool workloads_given; /* on the command line: the file's are not read, and need not be here */
};

/* Readers of struct yaml_key; out is a struct reading. */
bool sweep_read_policies(struct yaml_tree *, yaml_node_t *value, void *out);
bool sweep_read_workloads(struct yaml_tree *, yaml_node_t *value, void *out);
bool sweep_read_threads(struct yaml_tree *, yaml_node_t *value, void *out);
bool sweep_read_outputs(struct yaml_tree *, yaml_node_t *value, void *out);
bool sweep_read_oversubscribe(struct yaml_tree *, yaml_node_t *value, void *out);

/* False and a problem if the sweep asks for more threads than there are processors, and does not
 * allow it. */
bool sweep_threads_fit(const struct sweep_spec *, struct problem *);

bool sweep_read_untimed(struct yaml_tree *, yaml_node_t *value, void *out);
bool sweep_read_given(struct yaml_tree *, yaml_node_t *value, void *out);
bool sweep_skip_bits(struct yaml_tree *, yaml_node_t *value, void *out);

/* Reads the pair of the key `bits`, on which what the others mean depends, and passes others by. */
bool sweep_read_bits_first(struct yaml_tree *, yaml_node_t *key, yaml_node_t *value, void *out);

/* Puts the lists of the command line in place of those that were read. */
bool sweep_replace(struct reading *, const struct sweep_replacement *, struct problem *);

#endif
