#include "advise/candidate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "allocators/registry.h"
#include "workloads/array.h"

/* Whether a text such as "tlsf:second_level=8" sets the parameter. */
static bool sets(const char *text, const char *parameter)
{
    size_t n = strlen(parameter);
    for (const char *at = strpbrk(text, ":,"); at; at = strpbrk(at + 1, ":,")) {
        if (!strncmp(at + 1, parameter, n) && at[1 + n] == '=') {
            return true;
        }
    }
    return false;
}

static bool is_switch(const struct param *p)
{
    return !p->choices && !p->text && !p->unit && p->min == 0 && p->max == 1;
}

static bool is_number(const struct param *p)
{
    return !p->choices && !p->text && !is_switch(p);
}

/* Policies of 32 bits are no stacks: their words are the name and its settings. */
static void format_narrow(struct policy_spec *spec)
{
    char name[SPEC_MAX_TEXT];
    snprintf(name, sizeof name, "%.*s", (int)strcspn(spec->full, ":"), spec->full);
    const struct param *table = spec->policy->params;
    spec_format(name, table, &spec->values, SPEC_FULL, spec->full, sizeof spec->full);
    spec_format(name, table, &spec->values, SPEC_SHORT, spec->label, sizeof spec->label);
}

static void format_spec(struct policy_spec *spec)
{
    const long *number = spec->values.number;
    struct problem unused; /* the words are no longer than those that were parsed, but for digits */
    if (!spec->parts.n) {
        format_narrow(spec);
        return;
    }
    policy_spec_format(&spec->parts, spec->policy, number, SPEC_FULL, spec->full, &unused);
    policy_spec_format(&spec->parts, spec->policy, number, SPEC_SHORT, spec->label, &unused);
}

static bool is_there(const struct candidates *c, const struct policy_spec *spec)
{
    for (size_t i = 0; i < c->count; i++) {
        if (!strcmp(c->item[i].spec->full, spec->full)) {
            return true;
        }
    }
    return false;
}

static void add(struct candidates *c, const struct policy_spec *from, size_t row, long value)
{
    struct policy_spec *spec = malloc(sizeof *spec);
    struct candidate *grown = array_reserve(c->item, &c->room, c->count + 1, sizeof *grown);
    if (!spec || !grown) {
        abort();
    }
    c->item = grown;
    *spec = *from;
    if (row < SPEC_MAX_PARAMS) {
        spec->values.number[row] = value;
    }
    format_spec(spec);
    if (is_there(c, spec)) {
        free(spec);
        return;
    }
    c->item[c->count] = (struct candidate){.spec = spec, .number = c->count};
    c->count++;
}

/* Every combination of the choices from this row of the table on. */
static void add_choices(struct candidates *c, struct policy_spec *spec, const char *text,
                        size_t row)
{
    const struct param *p = spec->policy->params ? &spec->policy->params[row] : NULL;
    if (!p || !p->name) {
        add(c, spec, SPEC_MAX_PARAMS, 0);
        return;
    }
    bool open =
        (p->choices || is_switch(p)) && !sets(text, p->name) && strcmp(p->name, "grow") != 0;
    long was = spec->values.number[row];
    for (long value = open ? p->min : was; value <= (open ? p->max : was); value++) {
        spec->values.number[row] = value;
        add_choices(c, spec, text, row + 1);
    }
    spec->values.number[row] = was;
}

bool candidates_add(struct candidates *c, const char *text, struct problem *problem)
{
    struct policy_spec spec;
    if (!policy_spec_parse_for_rows(text, &spec, problem)) {
        return false;
    }
    add_choices(c, &spec, text, 0);
    return true;
}

/* textbook keeps its list of holes apart from the heap, in a table that grows: it is for reading.
 */
static bool is_for_products(const struct policy *p)
{
    return !(p->traits & (POLICY_NO_REUSE | POLICY_OPAQUE | POLICY_ELSEWHERE)) &&
           strcmp(p->name, "textbook") != 0;
}

bool candidates_add_all(struct candidates *c, unsigned bits, struct problem *problem)
{
    for (size_t i = 0; registry_policies[i]; i++) {
        char text[POLICY_BITS_TEXTS][SPEC_MAX_TEXT];
        policy_spec_for_bits(registry_policies[i]->name, bits, text);
        if (is_for_products(registry_policies[i]) && !candidates_add(c, text[0], problem)) {
            return false;
        }
    }
    return true;
}

static bool is_fixed(const struct policy_spec *spec, const char *parameter,
                     const char *const *fixed, size_t n)
{
    size_t length = strcspn(spec->full, ":@");
    for (size_t i = 0; i < n; i++) {
        if (!strncmp(fixed[i], spec->full, length) && strcspn(fixed[i], ":@") == length &&
            sets(fixed[i], parameter)) {
            return true;
        }
    }
    return false;
}

void candidates_vary(struct candidates *c, size_t from, const char *const *fixed, size_t n)
{
    const struct policy_spec *spec = c->item[from].spec;
    const struct param *table = spec->policy->params;
    for (size_t row = 0; table && table[row].name; row++) {
        const struct param *p = &table[row];
        if (!is_number(p) || is_fixed(spec, p->name, fixed, n)) {
            continue;
        }
        long now = spec->values.number[row];
        long around[] = {p->min, now / 4, now / 2, now * 2, now * 4, p->max};
        for (size_t i = 0; i < sizeof around / sizeof *around; i++) {
            if (around[i] >= p->min && around[i] <= p->max && around[i] != now) {
                add(c, spec, row, around[i]);
            }
        }
    }
}

void candidates_free(struct candidates *c)
{
    for (size_t i = 0; i < c->count; i++) {
        free(c->item[i].spec);
    }
    free(c->item);
    *c = (struct candidates){0};
}
