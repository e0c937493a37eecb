#include "sweep/spec_grid.h"

#include <stdio.h>
#include <string.h>

#include "spec/spec.h"

/* One mapping "name: {key: values, ...}" while it is expanded to texts. */
struct combining {
    const struct spec_grid *grid;
    const char *name;
    const struct param *table;
    yaml_node_t *at;     /* the node of the name, for messages about a whole combination */
    yaml_node_t *params; /* the mapping of keys to values */
};

static bool add(struct yaml_tree *tree, const struct spec_grid *grid, const char *text,
                yaml_node_t *at)
{
    return grid->add(grid->ctx, text, tree->problem) || yaml_locate(tree, at);
}

/* Every value of a key, and of those that follow it, in a text that has those before. */
static bool combine(struct yaml_tree *tree, const struct combining *c, yaml_node_pair_t *pair,
                    const char *text)
{
    if (pair == c->params->data.mapping.pairs.top) {
        return add(tree, c->grid, text, c->at);
    }
    const yaml_node_t *key = yaml_document_get_node(&tree->document, pair->key);
    yaml_node_t *values = yaml_document_get_node(&tree->document, pair->value);
    bool list = values->type == YAML_SEQUENCE_NODE;
    size_t n =
        list ? (size_t)(values->data.sequence.items.top - values->data.sequence.items.start) : 1;
    for (size_t i = 0; i < n; i++) {
        const yaml_node_t *value =
            list ? yaml_document_get_node(&tree->document, values->data.sequence.items.start[i])
                 : values;
        char longer[SPEC_MAX_TEXT];
        if (!c->grid->set(c->grid->ctx, text, (const char *)key->data.scalar.value,
                          (const char *)value->data.scalar.value, longer, sizeof longer,
                          tree->problem)) {
            return yaml_locate(tree, key);
        }
        if (!combine(tree, c, pair + 1, longer)) {
            return false;
        }
    }
    return true;
}

/* The number of combinations, told before there is any. */
static bool few_enough(struct yaml_tree *tree, const struct combining *c)
{
    double combinations = 1;
    const yaml_node_pair_t *pair = c->params->data.mapping.pairs.start;
    for (; pair < c->params->data.mapping.pairs.top; pair++) {
        const yaml_node_t *values = yaml_document_get_node(&tree->document, pair->value);
        if (values->type == YAML_SEQUENCE_NODE) {
            combinations *=
                (double)(values->data.sequence.items.top - values->data.sequence.items.start);
        }
    }
    return combinations <= (double)c->grid->most ||
           yaml_fail(tree, c->at,
                     "'%s' has %.0f combinations of parameters, and %zu cells are the most: name "
                     "fewer values, or raise --max-cells",
                     c->name, combinations, c->grid->most);
}

/* Tries one value by itself, so that a mistake is found where it stands. */
struct trial {
    const struct combining *c;
    const struct param *row;
};

static bool try_value(struct yaml_tree *tree, yaml_node_t *value, void *ctx)
{
    const struct trial *trial = ctx;
    const char *text = yaml_text(tree, value, trial->row->name);
    if (!text) {
        return false;
    }
    if (!*text) {
        return yaml_fail(tree, value, "'%s' has no value", trial->row->name);
    }
    char whose[96], setting[SPEC_MAX_TEXT];
    snprintf(whose, sizeof whose, "'%s'", trial->c->name);
    snprintf(setting, sizeof setting, "%s=%s", trial->row->name, text);
    struct spec_values values;
    return spec_parse(whose, trial->c->table, setting, &values, tree->problem) ||
           yaml_locate(tree, value);
}

static bool try_key(struct yaml_tree *tree, yaml_node_t *key, yaml_node_t *values, void *ctx)
{
    struct combining *c = ctx;
    const char *word = (const char *)key->data.scalar.value, *dot = strrchr(word, '.');
    word = dot ? dot + 1 : word;
    struct trial trial = {c, c->table};
    while (trial.row && trial.row->name && strcmp(trial.row->name, word) != 0) {
        trial.row++;
    }
    if (!trial.row || !trial.row->name) {
        char setting[SPEC_MAX_TEXT];
        snprintf(setting, sizeof setting, "%s=0", word);
        struct spec_values unused;
        spec_parse(c->name, c->table, setting, &unused, tree->problem);
        return yaml_locate(tree, key);
    }
    return yaml_each_item(tree, values, word, try_value, &trial);
}

static bool is_empty(const yaml_node_t *node)
{
    return node->type == YAML_SCALAR_NODE && node->data.scalar.length == 0;
}

static bool read_named(struct yaml_tree *tree, yaml_node_t *key, yaml_node_t *params, void *ctx)
{
    struct combining c = {.grid = ctx, .at = key, .params = params};
    c.name = (const char *)key->data.scalar.value;
    if (strlen(c.name) >= SPEC_MAX_TEXT) {
        return yaml_fail(tree, key, "a name of %zu characters is too long", strlen(c.name));
    }
    if (is_empty(params)) {
        return add(tree, c.grid, c.name, key);
    }
    if (!c.grid->params(c.grid->ctx, c.name, &c.table, tree->problem)) {
        return yaml_locate(tree, key);
    }
    return yaml_each_pair(tree, params, c.name, try_key, &c) && few_enough(tree, &c) &&
           combine(tree, &c, params->data.mapping.pairs.start, c.name);
}

static bool read_item(struct yaml_tree *tree, yaml_node_t *item, void *ctx)
{
    const struct spec_grid *grid = ctx;
    if (item->type == YAML_MAPPING_NODE) {
        return yaml_each_pair(tree, item, grid->whose, read_named, ctx);
    }
    const char *text = yaml_text(tree, item, grid->whose);
    if (text && !*text) {
        return yaml_fail(tree, item, "%s is empty: give at least one", grid->whose);
    }
    return text && add(tree, grid, text, item);
}

bool spec_grid_read(struct yaml_tree *tree, yaml_node_t *node, const struct spec_grid *grid)
{
    return yaml_each_item(tree, node, grid->whose, read_item, (void *)grid);
}
