#include "base/yaml_tree.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/words.h"

enum { YAML_KEYS_MOST = 24 }; /* names that a message lists */

static bool parse(yaml_parser_t *parser, struct yaml_tree *tree)
{
    if (!yaml_parser_load(parser, &tree->document)) {
        return problem_set(tree->problem, "%s:%zu:%zu: no valid YAML: %s%s%s", tree->path,
                           parser->problem_mark.line + 1, parser->problem_mark.column + 1,
                           parser->problem ? parser->problem : "cannot be read",
                           parser->context ? " " : "", parser->context ? parser->context : "");
    }
    if (!yaml_document_get_root_node(&tree->document)) {
        yaml_document_delete(&tree->document);
        return problem_set(tree->problem, "%s: it is empty", tree->path);
    }
    return true;
}

bool yaml_tree_load(const char *path, struct yaml_tree *tree, struct problem *problem)
{
    tree->path = path;
    tree->problem = problem;
    bool standard = !strcmp(path, "-");
    FILE *file = standard ? stdin : fopen(path, "rb");
    if (!file) {
        return problem_set(problem, "%s: %s", path, strerror(errno));
    }
    struct stat st;
    if (fstat(fileno(file), &st) == 0 && S_ISDIR(st.st_mode)) {
        fclose(file);
        return problem_set(problem, "%s: is a folder, not a YAML file", path);
    }
    yaml_parser_t parser;
    bool done = yaml_parser_initialize(&parser);
    if (!done) {
        problem_set(problem, "%s: out of memory", path);
    } else {
        yaml_parser_set_input_file(&parser, file);
        done = parse(&parser, tree);
        yaml_parser_delete(&parser);
    }
    if (!standard) {
        fclose(file);
    }
    return done;
}

void yaml_tree_free(struct yaml_tree *tree)
{
    yaml_document_delete(&tree->document);
}

yaml_node_t *yaml_root(struct yaml_tree *tree)
{
    return yaml_document_get_root_node(&tree->document);
}

bool yaml_locate(struct yaml_tree *tree, const yaml_node_t *node)
{
    return problem_prefix(tree->problem, "%s:%zu:%zu", tree->path, node->start_mark.line + 1,
                          node->start_mark.column + 1);
}

bool yaml_fail(struct yaml_tree *tree, const yaml_node_t *node, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(tree->problem->text, sizeof tree->problem->text, format, args);
    va_end(args);
    return yaml_locate(tree, node);
}

const char *yaml_text(struct yaml_tree *tree, const yaml_node_t *node, const char *whose)
{
    if (node->type != YAML_SCALAR_NODE) {
        yaml_fail(tree, node, "%s takes a plain value, not a %s", whose,
                  node->type == YAML_SEQUENCE_NODE ? "list" : "mapping");
        return NULL;
    }
    const char *text = (const char *)node->data.scalar.value;
    if (strlen(text) != node->data.scalar.length) {
        yaml_fail(tree, node, "%s holds a NUL character", whose);
        return NULL;
    }
    return text;
}

static bool given_before(struct yaml_tree *tree, const yaml_node_t *mapping,
                         const yaml_node_pair_t *pair)
{
    const char *key =
        (const char *)yaml_document_get_node(&tree->document, pair->key)->data.scalar.value;
    for (yaml_node_pair_t *p = mapping->data.mapping.pairs.start; p < pair; p++) {
        yaml_node_t *earlier = yaml_document_get_node(&tree->document, p->key);
        if (!strcmp((const char *)earlier->data.scalar.value, key)) {
            return true;
        }
    }
    return false;
}

bool yaml_each_pair(struct yaml_tree *tree, yaml_node_t *node, const char *whose,
                    yaml_pair_reader *each, void *out)
{
    if (node->type != YAML_MAPPING_NODE) {
        return yaml_fail(tree, node, "%s must be a mapping of 'key: value'", whose);
    }
    for (yaml_node_pair_t *pair = node->data.mapping.pairs.start;
         pair < node->data.mapping.pairs.top; pair++) {
        yaml_node_t *key = yaml_document_get_node(&tree->document, pair->key);
        if (!yaml_text(tree, key, "a key")) {
            return false;
        }
        if (given_before(tree, node, pair)) {
            return yaml_fail(tree, key, "'%s' is given twice", key->data.scalar.value);
        }
        if (!each(tree, key, yaml_document_get_node(&tree->document, pair->value), out)) {
            return false;
        }
    }
    return true;
}

bool yaml_each_item(struct yaml_tree *tree, yaml_node_t *node, const char *whose,
                    yaml_item_reader *each, void *out)
{
    if (node->type != YAML_SEQUENCE_NODE) {
        return each(tree, node, out);
    }
    if (node->data.sequence.items.start == node->data.sequence.items.top) {
        return yaml_fail(tree, node, "%s is an empty list: give at least one value", whose);
    }
    for (yaml_node_item_t *item = node->data.sequence.items.start;
         item < node->data.sequence.items.top; item++) {
        if (!each(tree, yaml_document_get_node(&tree->document, *item), out)) {
            return false;
        }
    }
    return true;
}

struct mapping_read {
    const char *whose;
    const struct yaml_key *keys;
    void *out;
};

static bool unknown_key(struct yaml_tree *tree, const yaml_node_t *key,
                        const struct mapping_read *read)
{
    const char *names[YAML_KEYS_MOST], *word = (const char *)key->data.scalar.value;
    char list[256];
    size_t n = 0;
    for (; read->keys[n].name && n < YAML_KEYS_MOST; n++) {
        names[n] = read->keys[n].name;
    }
    const char *near = words_nearest(word, names, n);
    if (near) {
        return yaml_fail(tree, key, "unknown key '%s' in %s: did you mean '%s'?", word, read->whose,
                         near);
    }
    return yaml_fail(tree, key, "unknown key '%s' in %s: it takes %s", word, read->whose,
                     words_join(list, sizeof list, names, n, ", "));
}

static bool read_key(struct yaml_tree *tree, yaml_node_t *key, yaml_node_t *value, void *context)
{
    const struct mapping_read *read = context;
    for (const struct yaml_key *k = read->keys; k->name; k++) {
        if (!strcmp(k->name, (const char *)key->data.scalar.value)) {
            return k->read(tree, value, read->out);
        }
    }
    return unknown_key(tree, key, read);
}

bool yaml_read_mapping(struct yaml_tree *tree, yaml_node_t *node, const char *whose,
                       const struct yaml_key *keys, void *out)
{
    struct mapping_read read = {whose, keys, out};
    return yaml_each_pair(tree, node, whose, read_key, &read);
}

bool yaml_number(struct yaml_tree *tree, const yaml_node_t *node, const char *whose, long min,
                 long max, long *out)
{
    const char *text = yaml_text(tree, node, whose);
    if (!text) {
        return false;
    }
    if (!words_number(text, out)) {
        return yaml_fail(tree, node, "%s: '%s' is no whole number (K, M and G may follow it)",
                         whose, text);
    }
    if (*out < min || *out > max) {
        return yaml_fail(tree, node, "%s: '%s' is out of range: give %ld to %ld", whose, text, min,
                         max);
    }
    return true;
}

bool yaml_choice(struct yaml_tree *tree, const yaml_node_t *node, const char *whose,
                 const char *const *names, size_t n, size_t *index)
{
    const char *text = yaml_text(tree, node, whose);
    if (!text) {
        return false;
    }
    char list[256];
    for (size_t i = 0; i < n; i++) {
        if (!strcmp(names[i], text)) {
            *index = i;
            return true;
        }
    }
    const char *near = words_nearest(text, names, n);
    if (near) {
        return yaml_fail(tree, node, "%s: unknown '%s': did you mean '%s'?", whose, text, near);
    }
    return yaml_fail(tree, node, "%s: unknown '%s': give one of %s", whose, text,
                     words_join(list, sizeof list, names, n, ", "));
}
