/* yaml_tree.h - reading a YAML file against tables of keys, with exact positions.
 *
 * libyaml parses the file; this module compares it with what is allowed. A mapping is read by a
 * table of struct yaml_key. Each mistake becomes one line "FILE:LINE:COLUMN: what is wrong, and the
 * remedy". Values are text until a reader of the caller's converts them, so a number is read as
 * strictly as on the command line. */
#ifndef FITLAB_YAML_TREE_H
#define FITLAB_YAML_TREE_H

#include <stddef.h>
#include <yaml.h>

#include "workloads/problem.h"

struct yaml_tree {
    yaml_document_t document;
    const char *path;        /* for messages; "-" was standard input */
    struct problem *problem; /* where every function below puts its message */
};

/* Parses the file, which must hold one document; false and a problem otherwise. The path and
 * the problem must outlive the tree. */
bool yaml_tree_load(const char *path, struct yaml_tree *, struct problem *);

void yaml_tree_free(struct yaml_tree *);

yaml_node_t *yaml_root(struct yaml_tree *);

/* Sets the tree's problem to "FILE:LINE:COLUMN: TEXT", where node begins; returns false. */
bool yaml_fail(struct yaml_tree *, const yaml_node_t *, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Puts "FILE:LINE:COLUMN: " in front of a problem that is set already; returns false. */
bool yaml_locate(struct yaml_tree *, const yaml_node_t *);

/* One key that a mapping may hold. read stores the value in out, the caller's. */
struct yaml_key {
    const char *name; /* NULL ends a table */
    bool (*read)(struct yaml_tree *, yaml_node_t *value, void *out);
};

/* Reads a mapping by its table, in the file's order. whose names it in messages, as in
 * "unknown key 'polices' in the sweep: did you mean 'policies'?". A key given twice is an error. */
bool yaml_read_mapping(struct yaml_tree *, yaml_node_t *, const char *whose,
                       const struct yaml_key *, void *out);

/* Calls each(tree, key, value, out) for every pair; keys are scalars and differ. */
typedef bool yaml_pair_reader(struct yaml_tree *, yaml_node_t *key, yaml_node_t *value, void *out);
bool yaml_each_pair(struct yaml_tree *, yaml_node_t *, const char *whose, yaml_pair_reader *each,
                    void *out);

/* Calls each(tree, item, out) for every item of a sequence, which must not be empty; any other
 * node counts as a sequence of itself. */
typedef bool yaml_item_reader(struct yaml_tree *, yaml_node_t *item, void *out);
bool yaml_each_item(struct yaml_tree *, yaml_node_t *, const char *whose, yaml_item_reader *each,
                    void *out);

/* A scalar's text, or NULL and a problem "WHOSE takes a plain value". An empty scalar is one. */
const char *yaml_text(struct yaml_tree *, const yaml_node_t *, const char *whose);

/* A whole number, with K, M or G, in [min, max]. */
bool yaml_number(struct yaml_tree *, const yaml_node_t *, const char *whose, long min, long max,
                 long *out);

/* The index of the scalar among n names; a near miss is suggested. */
bool yaml_choice(struct yaml_tree *, const yaml_node_t *, const char *whose,
                 const char *const *names, size_t n, size_t *index);

#endif
