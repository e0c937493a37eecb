#include "present/emit/condition.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "present/emit/items.h"

/* Part of a text. */
struct part_of {
    const char *at, *end;
};

static struct part_of trimmed(const char *at, const char *end)
{
    while (at < end && isspace((unsigned char)*at)) {
        at++;
    }
    while (end > at && isspace((unsigned char)end[-1])) {
        end--;
    }
    return (struct part_of){at, end};
}

static bool part_is(struct part_of p, const char *word)
{
    return (size_t)(p.end - p.at) == strlen(word) && !memcmp(p.at, word, strlen(word));
}

static void copy(struct part_of p, char *out)
{
    snprintf(out, CONDITION_MOST, "%.*s", (int)(p.end - p.at), p.at);
}

/* Where an operator of two characters stands outside all brackets. NULL: nowhere. */
static const char *find_operator(struct part_of p, const char *sign)
{
    int depth = 0;
    for (const char *at = p.at; at + 1 < p.end; at++) {
        depth += strchr("([{", *at) != NULL;
        depth -= strchr(")]}", *at) != NULL;
        if (depth == 0 && !strncmp(at, sign, 2)) {
            return at;
        }
    }
    return NULL;
}

/* The same of a character that is no bracket. */
static const char *find_character(struct part_of p, char c)
{
    int depth = 0;
    for (const char *at = p.at; at < p.end; at++) {
        depth += strchr("([{", *at) != NULL;
        depth -= strchr(")]}", *at) != NULL;
        if (depth == 0 && *at == c) {
            return at;
        }
    }
    return NULL;
}

/* The value of MACRO(...), or NULL. */
static const char *known_value(struct part_of p, const struct known_field *known)
{
    for (; known->field; known++) {
        size_t n = strlen(known->macro);
        if ((size_t)(p.end - p.at) > n && !strncmp(p.at, known->macro, n) && p.at[n] == '(' &&
            p.end[-1] == ')') {
            return known->value;
        }
    }
    return NULL;
}

/* Whether the word is an enumerator of the same family as the value: ORDER_LIFO, ORDER_SIZE. */
static bool is_alike(struct part_of p, const char *value)
{
    size_t family = strcspn(value, "_") + 1;
    bool word = p.at < p.end && isupper((unsigned char)*value);
    for (const char *c = p.at; c < p.end; c++) {
        word = word && (isupper((unsigned char)*c) || *c == '_');
    }
    return word && !strncmp(p.at, value, family);
}

/* A comparison of a parameter with one of its choices. */
static bool compare(struct part_of p, const struct known_field *known, char *out)
{
    const char *equal = find_operator(p, "=="), *differ = find_operator(p, "!=");
    const char *at = equal ? equal : differ;
    struct part_of left = trimmed(p.at, at ? at : p.at), right = trimmed(at ? at + 2 : p.at, p.end);
    const char *value = at ? known_value(left, known) : NULL;
    if (!value || !is_alike(right, value)) {
        return false;
    }
    strcpy(out, part_is(right, value) == (equal != NULL) ? "true" : "false");
    return true;
}

static void simplify(struct part_of p, const struct known_field *known, char *out);

/* Parts joined by && (which `false` decides) or by || (which `true` does). */
static void join(struct part_of p, const char *at, const struct known_field *known, char *out)
{
    const char *sign = *at == '&' ? "&&" : "||";
    const char *decides = *at == '&' ? "false" : "true", *neutral = *at == '&' ? "true" : "false";
    char first[CONDITION_MOST], rest[CONDITION_MOST];
    simplify(trimmed(p.at, at), known, first);
    simplify(trimmed(at + 2, p.end), known, rest);
    if (!strcmp(first, decides) || !strcmp(rest, decides)) {
        strcpy(out, decides);
    } else if (!strcmp(first, neutral)) {
        strcpy(out, rest);
    } else if (!strcmp(rest, neutral)) {
        strcpy(out, first);
    } else {
        int n = snprintf(out, CONDITION_MOST, "%s %s %s", first, sign, rest);
        if (n >= CONDITION_MOST) {
            copy(p, out);
        }
    }
}

static void negate(struct part_of p, const struct known_field *known, char *out)
{
    char inner[CONDITION_MOST];
    simplify(trimmed(p.at + 1, p.end), known, inner);
    if (!strcmp(inner, "true") || !strcmp(inner, "false")) {
        strcpy(out, *inner == 't' ? "false" : "true");
    } else {
        copy(p, out);
    }
}

/* Whether a bracket that is opened at the start closes at the end. */
static bool is_in_brackets(struct part_of p)
{
    int depth = 0;
    for (const char *at = p.at; *p.at == '(' && at < p.end; at++) {
        depth += *at == '(';
        depth -= *at == ')';
        if (depth == 0) {
            return at + 1 == p.end;
        }
    }
    return false;
}

/* a ? b : c, where all of a is known: what is left of it. */
static void choose(struct part_of p, const char *at, const struct known_field *known, char *out)
{
    const char *colon = find_character((struct part_of){at + 1, p.end}, ':');
    const char *other = find_character((struct part_of){at + 1, p.end}, '?');
    char condition[CONDITION_MOST];
    simplify(trimmed(p.at, at), known, condition);
    if (!colon || (other && other < colon)) {
        return;
    }
    if (!strcmp(condition, "true")) {
        simplify(trimmed(at + 1, colon), known, out);
    } else if (!strcmp(condition, "false")) {
        simplify(trimmed(colon + 1, p.end), known, out);
    }
}

static void simplify(struct part_of p, const struct known_field *known, char *out)
{
    const char *either = find_operator(p, "||"), *both = find_operator(p, "&&");
    const char *choice = find_character(p, '?'), *value;
    char inner[CONDITION_MOST];
    copy(p, out);
    if (choice) {
        choose(p, choice, known, out);
    } else if (either || both) {
        join(p, either ? either : both, known, out);
    } else if (compare(p, known, out)) {
        return;
    } else if (*p.at == '!' && p.at + 1 < p.end && p.at[1] != '=') {
        negate(p, known, out);
    } else if (is_in_brackets(p)) {
        simplify(trimmed(p.at + 1, p.end - 1), known, inner);
        if (!strcmp(inner, "true") || !strcmp(inner, "false")) {
            strcpy(out, inner);
        }
    } else if ((value = known_value(p, known)) &&
               (!strcmp(value, "true") || !strcmp(value, "false"))) {
        strcpy(out, value);
    } else if (part_is(p, "0 != 0")) {
        strcpy(out, "false");
    }
}

void condition_simplify(const char *from, const char *end, const struct known_field *known,
                        char out[CONDITION_MOST])
{
    struct part_of p = trimmed(from, end);
    if (p.end - p.at >= CONDITION_MOST) {
        out[0] = '\0';
        return;
    }
    simplify(p, known, out);
}
