/* spec.h - reading "name:key=value,key=value" against a parameter table.
 *
 * One grammar for policies and workloads: `best-fit:order=lifo,split_min=64`. Numbers take
 * K, M and G (powers of 1024); a value is in the table's range or an error that says the
 * range; an unknown key or choice suggests the nearest one.
 */
#ifndef FITLAB_SPEC_H
#define FITLAB_SPEC_H

#include <stddef.h>

#include "allocators/param.h"
#include "workloads/problem.h"

#define SPEC_MAX_PARAMS 24
#define SPEC_MAX_TEXT   512 /* a canonical spec, its NUL included */

/* A spec's values: one entry a table row, in table order. */
struct spec_values {
    long number[SPEC_MAX_PARAMS];
    const char *text[SPEC_MAX_PARAMS]; /* point into text_pool, or NULL */
    char text_pool[SPEC_MAX_TEXT];
};

/* Parses the part of spec after the name and its ':' (or an empty string). whose names the
 * owner in messages, such as "policy best-fit". Rows not given take their init. */
bool spec_parse(const char *whose, const struct param *table, const char *settings,
                struct spec_values *, struct problem *);

/* Splits spec at its first ':'; the name is copied, and what follows is returned. */
const char *spec_split(const char *spec, char *name, size_t name_size);

enum spec_form {
    SPEC_FULL, /* every parameter, in table order: what rows and keys carry */
    SPEC_SHORT /* only the ones that differ from their init: labels */
};

/* Writes "name:key=value,..." to out; "name" alone if there is nothing to say. */
void spec_format(const char *name, const struct param *table, const struct spec_values *,
                 enum spec_form, char *out, size_t size);

/* How many rows a table has. NULL has none. */
size_t param_count(const struct param *table);

#endif
