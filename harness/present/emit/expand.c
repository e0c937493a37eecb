#define _GNU_SOURCE
#include "present/emit/expand.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_PARAMETERS = 10, DEEPEST = 4 };

/* Pieces of a list in brackets, without the white space around them. */
struct pieces {
    struct {
        const char *at;
        size_t bytes;
    } piece[MOST_PARAMETERS];
    size_t n;
};

static void add_piece(struct pieces *p, const char *from, const char *end)
{
    while (from < end && isspace((unsigned char)*from)) {
        from++;
    }
    while (end > from && isspace((unsigned char)end[-1])) {
        end--;
    }
    if (p->n < MOST_PARAMETERS) {
        p->piece[p->n].at = from;
        p->piece[p->n++].bytes = (size_t)(end - from);
    }
}

/* Reads a list at `text`, behind its '('; returns the place behind its ')'. */
static const char *read_pieces(const char *text, struct pieces *p)
{
    const char *from = text;
    int depth = 1;
    p->n = 0;
    for (struct token t; (t = token_next(&text)).kind != TOKEN_END;) {
        depth += token_nesting(&t);
        if (depth == 0 || (depth == 1 && token_is(&t, ","))) {
            add_piece(p, from, t.at);
            from = text;
        }
        if (depth == 0) {
            break;
        }
    }
    return text;
}

/* The body of the macro `name`, and its parameters; NULL if no item defines it. */
static const char *find_macro(const struct items *list, const struct token *name, struct pieces *p)
{
    for (size_t i = 0; i < list->n; i++) {
        const char *text = list->item[i].text;
        struct token hash = token_next(&text), define = token_next(&text), own = token_next(&text);
        if (token_is(&hash, "#") && token_is(&define, "define") && own.bytes == name->bytes &&
            !memcmp(own.at, name->at, own.bytes) && *text == '(') {
            return read_pieces(text + 1, p);
        }
    }
    return NULL;
}

/* Lines of a macro lose their '\', the white space before it, and one step of indentation. */
static void write_gap(const char *from, const char *end, FILE *out)
{
    while (from < end) {
        const char *newline = memchr(from, '\n', (size_t)(end - from));
        const char *stop = newline ? newline : end;
        while (newline && stop > from && (isspace((unsigned char)stop[-1]) || stop[-1] == '\\')) {
            stop--;
        }
        fwrite(from, 1, (size_t)(stop - from), out);
        if (!newline) {
            return;
        }
        putc('\n', out);
        from = newline + 1;
        for (int i = 0; i < 4 && from < end && *from == ' '; i++) {
            from++;
        }
    }
}

static bool write_parameter(const struct token *t, const struct pieces *parameter,
                            const struct pieces *argument, FILE *out)
{
    for (size_t i = 0; i < parameter->n && i < argument->n; i++) {
        if (parameter->piece[i].bytes == t->bytes &&
            !memcmp(parameter->piece[i].at, t->at, t->bytes)) {
            fwrite(argument->piece[i].at, 1, argument->piece[i].bytes, out);
            return true;
        }
    }
    return false;
}

static void write_body(const char *body, const struct pieces *parameter,
                       const struct pieces *argument, FILE *out)
{
    const char *written = body;
    bool pastes = false;
    for (struct token t; (t = token_next(&body)).kind != TOKEN_END;) {
        const char *ahead = body;
        struct token next = token_next(&ahead);
        if (token_is(&t, "#") && token_is(&next, "#")) { /* what is around it is one word */
            pastes = true;
            body = ahead;
        } else {
            const char *gap = ahead;
            struct token second = token_next(&gap);
            bool joins = token_is(&next, "#") && token_is(&second, "#");
            if (!pastes) {
                write_gap(written, t.at, out);
            }
            if (!write_parameter(&t, parameter, argument, out)) {
                fwrite(t.at, 1, t.bytes, out);
            }
            pastes = joins;
        }
        written = body;
    }
    putc('\n', out);
}

/* What a use of a macro stands for, allocated; NULL: nobody knows. */
static char *body_of_use(const struct items *list, const char *use)
{
    struct pieces parameter, argument;
    struct token name = token_next(&use), open = token_next(&use);
    const char *body = token_is(&open, "(") ? find_macro(list, &name, &parameter) : NULL;
    char *text = NULL;
    size_t bytes;
    FILE *out = body ? open_memstream(&text, &bytes) : NULL;
    if (!out) {
        return NULL;
    }
    read_pieces(use, &argument);
    write_body(body, &parameter, &argument, out);
    return fclose(out) == 0 ? text : NULL;
}

static bool expand_once(struct items *list, bool *any, struct problem *problem)
{
    struct items to = {0};
    bool ok = true;
    for (size_t i = 0; i < list->n; i++) {
        char *body = list->item[i].macro_use ? body_of_use(list, list->item[i].text) : NULL;
        ok = ok && (body ? items_cut(&to, body, problem)
                         : items_add(&to, &list->item[i]) || problem_set(problem, "out of memory"));
        *any |= body != NULL;
        free(body);
    }
    for (size_t i = 0; i < list->n; i++) {
        free(list->item[i].text);
    }
    free(list->item);
    list->item = to.item;
    list->n = to.n;
    list->room = to.room;
    return ok;
}

bool expand_uses(struct items *list, struct problem *problem)
{
    bool any = true;
    for (int i = 0; any && i < DEEPEST; i++) {
        any = false;
        if (!expand_once(list, &any, problem)) {
            return false;
        }
    }
    return true;
}
