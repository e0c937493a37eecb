#include "spec/spec.h"

#include "base/words.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

size_t param_count(const struct param *table)
{
    size_t n = 0;
    while (table && table[n].name) {
        n++;
    }
    return n;
}

static bool unknown_key(const char *whose, const struct param *table, const char *key,
                        struct problem *problem)
{
    const char *names[SPEC_MAX_PARAMS];
    size_t n = param_count(table);
    if (n == 0) {
        return problem_set(problem, "%s takes no parameters; remove '%s'", whose, key);
    }
    for (size_t i = 0; i < n; i++) {
        names[i] = table[i].name;
    }
    const char *near = words_nearest(key, names, n);
    if (near) {
        return problem_set(problem, "unknown parameter '%s' of %s: did you mean '%s'?", key, whose,
                           near);
    }
    char list[256];
    return problem_set(problem, "unknown parameter '%s' of %s: it takes %s", key, whose,
                       words_join(list, sizeof list, names, n, ", "));
}

static bool parse_choice(const char *whose, const struct param *row, const char *value, long *out,
                         struct problem *problem)
{
    size_t n = 0;
    for (; row->choices[n]; n++) {
        if (!strcmp(row->choices[n], value)) {
            *out = (long)n;
            return true;
        }
    }
    const char *near = words_nearest(value, row->choices, n);
    if (near) {
        return problem_set(problem, "%s: '%s=%s' is no choice: did you mean '%s=%s'?", whose,
                           row->name, value, row->name, near);
    }
    char list[256];
    return problem_set(problem, "%s: '%s=%s' is no choice: give one of %s", whose, row->name, value,
                       words_join(list, sizeof list, row->choices, n, "|"));
}

static bool parse_number(const char *whose, const struct param *row, const char *value, long *out,
                         struct problem *problem)
{
    if (!words_number(value, out)) {
        return problem_set(problem, "%s: '%s=%s' is no whole number (K, M and G may follow it)",
                           whose, row->name, value);
    }
    if (*out < row->min || *out > row->max) {
        return problem_set(problem, "%s: '%s=%s' is out of range: give %ld to %ld", whose,
                           row->name, value, row->min, row->max);
    }
    return true;
}

/* Handles one "key=value"; the ends of key and value are NULs already. */
static bool parse_setting(const char *whose, const struct param *table, const char *key,
                          char *value, struct spec_values *v, struct problem *problem)
{
    size_t i = 0, n = param_count(table);
    while (i < n && strcmp(table[i].name, key) != 0) {
        i++;
    }
    if (i == n) {
        return unknown_key(whose, table, key, problem);
    }
    if (table[i].text) {
        v->text[i] = value;
        return true;
    }
    return table[i].choices ? parse_choice(whose, &table[i], value, &v->number[i], problem)
                            : parse_number(whose, &table[i], value, &v->number[i], problem);
}

bool spec_parse(const char *whose, const struct param *table, const char *settings,
                struct spec_values *v, struct problem *problem)
{
    *v = (struct spec_values){.text_pool = ""};
    size_t n = param_count(table);
    for (size_t i = 0; i < n; i++) {
        v->number[i] = table[i].init;
    }
    if (strlen(settings) >= sizeof v->text_pool) {
        return problem_set(problem, "%s: its parameters are longer than %zu characters", whose,
                           sizeof v->text_pool - 1);
    }
    strcpy(v->text_pool, settings);
    bool given[SPEC_MAX_PARAMS] = {false};
    for (char *next = v->text_pool; next && *next;) {
        char *key = strsep(&next, ",");
        char *value = strchr(key, '=');
        if (!value || value == key || !value[1]) {
            return problem_set(problem, "%s: '%s' is no 'key=value'", whose, key);
        }
        *value++ = '\0';
        if (!parse_setting(whose, table, key, value, v, problem)) {
            return false;
        }
        for (size_t i = 0; i < n; i++) {
            if (!strcmp(table[i].name, key)) {
                if (given[i]) {
                    return problem_set(problem, "%s: '%s' is given twice", whose, key);
                }
                given[i] = true;
            }
        }
    }
    return true;
}

const char *spec_split(const char *spec, char *name, size_t name_size)
{
    size_t length = strcspn(spec, ":");
    snprintf(name, name_size, "%.*s", (int)length, spec);
    return spec[length] ? spec + length + 1 : spec + length;
}

void spec_format(const char *name, const struct param *table, const struct spec_values *v,
                 enum spec_form form, char *out, size_t size)
{
    size_t used = (size_t)snprintf(out, size, "%s", name);
    char separator = ':';
    for (size_t i = 0; i < param_count(table) && used < size; i++) {
        const struct param *row = &table[i];
        if (row->text ? !v->text[i] : form == SPEC_SHORT && v->number[i] == row->init) {
            continue;
        }
        int wrote =
            row->text
                ? snprintf(out + used, size - used, "%c%s=%s", separator, row->name, v->text[i])
            : row->choices
                ? snprintf(out + used, size - used, "%c%s=%s", separator, row->name,
                           row->choices[v->number[i]])
                : snprintf(out + used, size - used, "%c%s=%ld", separator, row->name, v->number[i]);
        used += (size_t)wrote;
        separator = ',';
    }
}
