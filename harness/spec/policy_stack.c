#include "spec/policy_stack.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "allocators/registry.h"

/* The stacks made so far. They are few, and heaps point to them. */
static struct made {
    struct stack stack; /* must come first */
    struct made *next;
} * stacks;

const struct layer *stack_find_layer(const char *name)
{
    for (size_t i = 0; registry_layers[i]; i++) {
        if (!strcmp(registry_layers[i]->policy.name, name)) {
            return registry_layers[i];
        }
    }
    return NULL;
}

size_t stack_bits_length(const char *name, size_t length)
{
    size_t digits = 0;
    while (digits < length && isdigit((unsigned char)name[length - 1 - digits])) {
        digits++;
    }
    return digits && digits < length && name[length - 1 - digits] == '@' ? digits + 1 : 0;
}

/* How long the path of a plug-in at the beginning of a text is, with bits such as "@32" behind it.
 * A path ends where a '+' or a ':' follows ".so", since folders may have both in their names. */
static size_t plugin_length(const char *text)
{
    for (const char *at = text; (at = strstr(at, ".so")); at++) {
        const char *end = at + 3;
        end += *end == '@' ? 1 + strspn(end + 1, "0123456789") : 0;
        if (*end == '+' || *end == ':') {
            return (size_t)(end - text);
        }
    }
    return 0;
}

/* Whether a name of so many letters is the path of a file that is there. */
static bool is_file(const char *name, size_t length)
{
    char path[SPEC_MAX_TEXT];
    length -= stack_bits_length(name, length);
    if (length >= sizeof path || !memchr(name, '/', length)) {
        return false;
    }
    memcpy(path, name, length);
    path[length] = '\0';
    return access(path, F_OK) == 0;
}

/* Whether a text begins with a path, where its first word ends before a ':' or a '+'. Folders may
 * have a '+' in their names: that "c++/my.so" is a path, and not a layer "c" over something, shows
 * only in that the file is there. */
static bool begins_with_path(const char *text, size_t word)
{
    size_t plain = word - stack_bits_length(text, word);
    return *text == '.' || memchr(text, '/', word) ||
           (plain > 3 && !strncmp(text + plain - 3, ".so", 3)) ||
           (text[word] == '+' &&
            (is_file(text, plugin_length(text)) || is_file(text, strcspn(text, ":"))));
}

size_t stack_name_length(const char *text)
{
    size_t word = strcspn(text, ":+");
    if (!begins_with_path(text, word)) {
        return word;
    }
    size_t plugin = plugin_length(text);
    return plugin ? plugin : strcspn(text, ":");
}

size_t stack_layer_length(const char *text)
{
    size_t length = stack_name_length(text);
    length += strcspn(text + length, "+");
    return length && text[length] == '+' ? length : 0;
}

static bool add_part(struct stack_parts *parts, const char *text, size_t length,
                     struct problem *problem)
{
    char one[SPEC_MAX_TEXT];
    if (parts->n == STACK_MOST_PARTS) {
        return problem_set(problem, "'%.100s': at most %d layers stand on a policy", text,
                           STACK_MOST_PARTS - 1);
    }
    if (length >= sizeof one) {
        return problem_set(problem, "'%.64s...' is longer than %zu characters", text,
                           sizeof one - 1);
    }
    struct stack_part *part = &parts->part[parts->n++];
    snprintf(one, sizeof one, "%.*s", (int)length, text);
    if (strcspn(one, ":") >= sizeof part->name) {
        return problem_set(problem, "'%.64s...' is longer than %zu characters", text,
                           sizeof part->name - 1);
    }
    strcpy(part->settings, spec_split(one, part->name, sizeof part->name));
    part->layer = stack_find_layer(part->name);
    return true;
}

bool stack_divide(const char *text, struct stack_parts *parts, struct problem *problem)
{
    parts->n = 0;
    for (size_t length; (length = stack_layer_length(text)); text += length + 1) {
        if (!add_part(parts, text, length, problem)) {
            return false;
        }
    }
    return add_part(parts, text, strlen(text), problem);
}

const struct policy *stack_on(const struct layer *layer, const struct policy *below,
                              struct problem *problem)
{
    for (const struct made *m = stacks; m; m = m->next) {
        if (m->stack.layer == layer && m->stack.below == below) {
            return &m->stack.policy;
        }
    }
    const char *why = layer_refuses(layer, below);
    if (why) {
        problem_set(problem, "%s cannot stand on %s: %s", layer->policy.name, below->name, why);
        return NULL;
    }
    struct made *made = malloc(sizeof *made);
    if (!made) {
        problem_set(problem, "out of memory");
        return NULL;
    }
    stack_make(&made->stack, layer, below);
    made->next = stacks;
    stacks = made;
    return &made->stack.policy;
}

/* Whether a setting belongs to this part: it is named, or has the parameter. */
static bool is_meant(const struct stack_part *part, bool last, const char *name, size_t name_length,
                     const char *key)
{
    if (name_length) {
        return !strncmp(part->name, name, name_length) && !part->name[name_length];
    }
    const struct param *row = part->layer ? part->layer->policy.params : NULL;
    while (row && row->name && strcmp(row->name, key) != 0) {
        row++;
    }
    return last || (row && row->name);
}

bool stack_add_setting(const char *text, const char *key, const char *value, char *out, size_t size,
                       struct problem *problem)
{
    struct stack_parts parts;
    const char *dot = strrchr(key, '.');
    size_t used = 0;
    bool added = false;
    if (!stack_divide(text, &parts, problem)) {
        return false;
    }
    for (size_t i = 0; i < parts.n && used < size; i++) {
        const struct stack_part *part = &parts.part[i];
        bool here = !added && is_meant(part, i + 1 == parts.n, key, dot ? (size_t)(dot - key) : 0,
                                       dot ? dot + 1 : key);
        used += (size_t)snprintf(out + used, size - used, "%s%s%s%s", i ? "+" : "", part->name,
                                 part->settings[0] ? ":" : "", part->settings);
        if (here && used < size) {
            used += (size_t)snprintf(out + used, size - used, "%c%s=%s",
                                     part->settings[0] ? ',' : ':', dot ? dot + 1 : key, value);
            added = true;
        }
    }
    return (used < size || problem_set(problem, "the parameters of '%.64s' are too long", text)) &&
           (added || problem_set(problem, "'%.64s' has no part for '%s'", text, key));
}
