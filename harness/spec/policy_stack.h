/* policy_stack.h - words such as "cache:blocks=32+arenas:n=4+best-fit": layers over a policy. */
#ifndef FITLAB_POLICY_STACK_H
#define FITLAB_POLICY_STACK_H

#include "allocators/layers/layer.h"
#include "spec/spec.h"
#include "workloads/problem.h"

/* The name of a layer, or of the policy at the bottom, and its settings. */
struct stack_part {
    char name[SPEC_MAX_TEXT / 2];
    char settings[SPEC_MAX_TEXT]; /* "key=value,...", or empty */
    const struct layer *layer;    /* built in; NULL: a file, or the bottom */
};

enum { STACK_MOST_PARTS = 8 };

struct stack_parts {
    struct stack_part part[STACK_MOST_PARTS];
    size_t n;
};

/* How long the name at the beginning of a word is: the word is one policy, or several parts with a
 * '+' between them, of which the first is looked at. In a path, whose folders may have a '+' in
 * their names, no layer ends before its file does; the bits behind a name, as in "tlsf@32", belong
 * to it. */
size_t stack_name_length(const char *text);

/* The length of the bits at the end of a name of so many letters, such as "@32"; 0: it has none. */
size_t stack_bits_length(const char *name, size_t length);

/* The length of the layer with which a word begins, its settings included, if a '+' and another
 * part follow; 0: the word begins with the last part. */
size_t stack_layer_length(const char *text);

/* Divides a word at each '+' that follows a layer, built in or the path of a plug-in (.so). The
 * last part is all that remains. */
bool stack_divide(const char *text, struct stack_parts *, struct problem *);

/* The layer of that name that is built in, or NULL. */
const struct layer *stack_find_layer(const char *name);

/* The stack of the two, or NULL and a problem that says why they do not fit. It stays, and the same
 * two give the same stack. */
const struct policy *stack_on(const struct layer *, const struct policy *below, struct problem *);

/* Adds "key=value" to the part of a word that has this parameter: the first that has it, or, if the
 * key is "name.key", the part of that name. False and a problem if it becomes too long. */
bool stack_add_setting(const char *text, const char *key, const char *value, char *out, size_t size,
                       struct problem *);

#endif
