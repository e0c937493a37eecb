#include "mallocs/definitions.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "workloads/array.h"

enum { MOST_BYTES = 16 << 20 };

static char *read_text(const char *path, struct problem *problem)
{
    FILE *file = fopen(path, "rbe");
    char *text = file ? malloc(MOST_BYTES + 1) : NULL;
    if (!text) {
        problem_set(problem, "%s: %s", path, strerror(errno));
    } else {
        size_t n = fread(text, 1, MOST_BYTES, file);
        if (ferror(file)) {
            problem_set(problem, "%s: %s", path, strerror(errno));
            free(text);
            text = NULL;
        } else {
            text[n] = '\0';
        }
    }
    if (file) {
        fclose(file);
    }
    return text;
}

/* ---- passing over what is no code ---- */

/* The end of a literal that begins at `from` with its quote. */
static char *literal_end(char *from)
{
    char *at = from + 1;
    while (*at && *at != *from && *at != '\n') {
        at += *at == '\\' && at[1] ? 2 : 1;
    }
    return *at ? at + 1 : at;
}

static char *comment_end(char *from)
{
    char *end = strstr(from + 2, from[1] == '/' ? "\n" : "*/");
    return !end ? from + strlen(from) : from[1] == '/' ? end : end + 2;
}

/* The end of a preprocessor line, with those that a backslash joins to it. */
static char *directive_end(char *from)
{
    char *at = from;
    while (*at && (*at != '\n' || at[-1] == '\\')) {
        at = at[0] == '/' && at[1] == '*' ? comment_end(at) : at + 1;
    }
    return at;
}

static void blank(char *from, const char *end)
{
    for (; from < end; from++) {
        *from = *from == '\n' ? '\n' : ' ';
    }
}

static void blank_all_but_code(char *text)
{
    bool line_begins = true;
    for (char *at = text; *at;) {
        char *end = at + 1;
        if (*at == '/' && (at[1] == '/' || at[1] == '*')) {
            end = comment_end(at);
        } else if (*at == '"' || *at == '\'') {
            end = literal_end(at);
        } else if (*at == '#' && line_begins) {
            end = directive_end(at);
        } else {
            line_begins = *at == '\n' || (line_begins && isspace((unsigned char)*at));
            at++;
            continue;
        }
        blank(at, end);
        at = end;
    }
}

/* ---- finding definitions ---- */

static bool in_name(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

/* The first word of [from, end) that a parenthesis follows, attributes passed over, with where
 * the parenthesis is; 0: there is none. */
static size_t called_word(const char *from, const char *end, const char **word, const char **paren)
{
    for (const char *at = from; at < end;) {
        if (!in_name(*at)) {
            at++;
            continue;
        }
        const char *begin = at;
        while (at < end && in_name(*at)) {
            at++;
        }
        size_t length = (size_t)(at - begin);
        const char *next = at;
        while (next < end && isspace((unsigned char)*next)) {
            next++;
        }
        bool attribute = length == 13 && !strncmp(begin, "__attribute__", length);
        if (next < end && *next == '(' && !attribute) {
            *word = begin;
            *paren = next;
            return length;
        }
        for (int depth = 0; attribute && next < end; next++) {
            depth += (*next == '(') - (*next == ')');
            at = next + 1;
            if (depth == 0) {
                break;
            }
        }
    }
    return 0;
}

static bool has_word(const char *from, const char *end, const char *word)
{
    size_t length = strlen(word);
    for (const char *at = from; at + length <= end; at++) {
        if (!strncmp(at, word, length) && (at == from || !in_name(at[-1])) &&
            !in_name(at[length])) {
            return true;
        }
    }
    return false;
}

/* Notes the function whose body begins at `brace`, if the text from `from` on is its head. */
static bool note_head(struct definitions *d, const char *from, const char *brace)
{
    const char *word, *paren;
    size_t length = called_word(from, brace, &word, &paren);
    if (!length || memchr(from, '=', (size_t)(paren - from)) || length >= sizeof d->item->name) {
        return true;
    }
    struct definition *grown = array_reserve(d->item, &d->room, d->n + 1, sizeof *grown);
    if (!grown) {
        return false;
    }
    d->item = grown;
    struct definition *item = &d->item[d->n++];
    *item = (struct definition){.returns_bool = has_word(from, word, "bool")};
    memcpy(item->name, word, length);
    const char *star = memchr(paren, '*', (size_t)(brace - paren));
    const char *comma = memchr(paren, ',', (size_t)(brace - paren));
    item->takes_memory = star && comma && star < comma;
    return true;
}

/* A brace at the very start of a line ends a function. So the reader recovers after a branch of an
 * #if that opens one brace more than it closes. */
static bool find_all(struct definitions *d, const char *text)
{
    long depth = 0;
    const char *head = text;
    for (const char *at = text; *at; at++) {
        if (*at == '{') {
            const char *word, *paren;
            bool linkage =
                depth == 0 && has_word(head, at, "extern") && !called_word(head, at, &word, &paren);
            if (depth == 0 && !linkage && !note_head(d, head, at)) {
                return false;
            }
            depth += !linkage;
        } else if (*at == '}') {
            bool at_line = at == text || at[-1] == '\n';
            depth = at_line || depth == 0 ? 0 : depth - 1;
        }
        if (depth == 0 && (*at == ';' || *at == '}' || *at == '{')) {
            head = at + 1;
        }
    }
    return true;
}

static bool calls(const char *text, const char *name)
{
    for (const char *at = text; (at = strstr(at, name)); at += strlen(name)) {
        if ((at == text || !in_name(at[-1])) && at[strlen(name)] == '(') {
            return true;
        }
    }
    return false;
}

bool definitions_read(const char *path, struct definitions *d, struct problem *problem)
{
    *d = (struct definitions){0};
    char *text = read_text(path, problem);
    if (!text) {
        return false;
    }
    blank_all_but_code(text);
    d->calls_sbrk = calls(text, "sbrk");
    bool found = find_all(d, text);
    free(text);
    if (!found) {
        definitions_close(d);
        return problem_set(problem, "%s: no memory to read it", path);
    }
    return true;
}

const struct definition *definitions_find(const struct definitions *d, const char *name)
{
    for (size_t i = 0; i < d->n; i++) {
        if (!strcmp(d->item[i].name, name)) {
            return &d->item[i];
        }
    }
    return NULL;
}

void definitions_close(struct definitions *d)
{
    free(d->item);
    *d = (struct definitions){0};
}
