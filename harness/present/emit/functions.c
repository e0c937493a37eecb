#define _GNU_SOURCE
#include "present/emit/functions.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "present/emit/fold.h"

/* At the bracket that closes the one before p. */
static const char *closing(const char *p)
{
    int depth = 1;
    for (struct token t; (t = token_next(&p)).kind != TOKEN_END;) {
        depth += token_nesting(&t);
        if (depth == 0) {
            return t.at;
        }
    }
    return NULL;
}

bool function_read(const struct item *item, struct function *f)
{
    const char *p = item->text;
    struct token before = {.kind = TOKEN_END, .at = ""}, t;
    while ((t = token_next(&p)).kind != TOKEN_END) {
        if (token_is(&t, "(") && token_is(&before, "__attribute__")) {
            p = closing(p) + 1;
        } else if (t.kind == TOKEN_OTHER && t.bytes == 1 && strchr("(={;#", *t.at)) {
            break;
        }
        before = t;
    }
    if (!token_is(&t, "(") || before.kind != TOKEN_WORD) {
        return false;
    }
    *f =
        (struct function){.name = before.at, .name_end = before.at + before.bytes, .parameters = p};
    f->parameters_end = closing(p);
    p = f->parameters_end + 1;
    t = token_next(&p);
    f->body = p;
    f->body_end = token_is(&t, "{") ? closing(p) : NULL;
    return f->body_end != NULL;
}

/* ---- functions that do nothing ---- */

static bool is_void(const struct item *item, const struct function *f)
{
    const char *p = item->text;
    struct token t = token_next(&p);
    while (token_is(&t, "static")) {
        t = token_next(&p);
    }
    struct token after = token_next(&p);
    return token_is(&t, "void") && after.at == f->name;
}

static bool does_nothing(const struct item *item)
{
    struct function f;
    if (!function_read(item, &f) || !is_void(item, &f)) {
        return false;
    }
    const char *p = f.body;
    struct token t = token_next(&p);
    if (token_is(&t, "return")) {
        token_next(&p);
        t = token_next(&p);
    }
    return t.at >= f.body_end;
}

/* The text without its first statement that calls the function, or NULL. */
static char *without_call(const char *text, const struct function *callee)
{
    const char *p = text;
    struct token before = {.kind = TOKEN_END, .at = ""};
    for (struct token t; (t = token_next(&p)).kind != TOKEN_END; before = t) {
        size_t bytes = (size_t)(callee->name_end - callee->name);
        bool statement = before.kind == TOKEN_OTHER && strchr(";{}", *before.at);
        if (!statement || t.bytes != bytes || memcmp(t.at, callee->name, bytes) != 0 || *p != '(') {
            continue;
        }
        const char *line = t.at, *end = strchr(closing(p + 1), '\n');
        while (line > text && line[-1] != '\n') {
            line--;
        }
        char *without = NULL;
        if (end && asprintf(&without, "%.*s%s", (int)(line - text), text, end + 1) < 0) {
            without = NULL;
        }
        return without;
    }
    return NULL;
}

/* Whether any call of it was there. */
static bool drop_calls(struct items *list, const struct function *callee,
                       const struct known_field *known)
{
    bool any = false;
    for (size_t i = 0; i < list->n; i++) {
        struct function caller;
        char *without;
        while (function_read(&list->item[i], &caller) &&
               (without = without_call(list->item[i].text, callee))) {
            free(list->item[i].text);
            list->item[i].text = fold_text(without, known);
            free(without);
            if (!list->item[i].text) {
                abort();
            }
            any = true;
        }
    }
    return any;
}

/* ---- parameters ---- */

/* The name in the declaration of a parameter. */
static struct token parameter_name(const char *from, const char *end)
{
    struct token name = {.kind = TOKEN_END, .at = ""}, before = name;
    for (struct token t; (t = token_next(&from)).kind != TOKEN_END && t.at < end; before = t) {
        if (token_is(&t, "[") || (token_is(&t, ")") && before.kind == TOKEN_WORD)) {
            break; /* an array, or (*name)(...) */
        }
        name = t.kind == TOKEN_WORD ? t : name;
    }
    return name;
}

static bool is_used(const struct function *f, const struct token *name)
{
    const char *p = f->body;
    struct token before = {.kind = TOKEN_END, .at = ""};
    for (struct token t; (t = token_next(&p)).kind != TOKEN_END && t.at < f->body_end; before = t) {
        if (t.kind == TOKEN_WORD && t.bytes == name->bytes && !memcmp(t.at, name->at, t.bytes) &&
            !token_is(&before, ".") && !token_is(&before, "->")) {
            return true;
        }
    }
    return false;
}

static void write_unused(const struct function *f, FILE *out)
{
    const char *p = f->parameters, *from = p;
    int depth = 0;
    for (struct token t; (t = token_next(&p)).kind != TOKEN_END;) {
        depth += token_nesting(&t);
        if (t.at == f->parameters_end || (depth == 0 && token_is(&t, ","))) {
            struct token name = parameter_name(from, t.at);
            if (name.kind == TOKEN_WORD && !token_is(&name, "void") && !is_used(f, &name)) {
                fprintf(out, "    (void)%.*s;\n", (int)name.bytes, name.at);
            }
            from = p;
        }
        if (t.at == f->parameters_end) {
            return;
        }
    }
}

/* A `return` at the end of a function without a value goes. */
static size_t length_without_return(const struct item *item, const struct function *f)
{
    static const char last[] = "    return;\n";
    size_t bytes = (size_t)(f->body_end - f->body), n = sizeof last - 1;
    return is_void(item, f) && bytes > n && !strncmp(f->body_end - n, last, n) &&
                   f->body_end[-(ptrdiff_t)n - 1] == '\n'
               ? bytes - n
               : bytes;
}

static bool note_unused(struct item *item)
{
    struct function f;
    if (*item->text == '#' || !function_read(item, &f) || *f.body != '\n') {
        return true;
    }
    char *text = NULL;
    size_t bytes;
    FILE *out = open_memstream(&text, &bytes);
    if (!out) {
        return false;
    }
    fwrite(item->text, 1, (size_t)(f.body + 1 - item->text), out);
    write_unused(&f, out);
    fwrite(f.body + 1, 1, length_without_return(item, &f) - 1, out);
    fputs(f.body_end, out);
    if (fclose(out) != 0) {
        free(text);
        return false;
    }
    free(item->text);
    item->text = text;
    return true;
}

bool functions_tidy(struct items *list, const struct known_field *known)
{
    for (bool again = true; again;) {
        again = false;
        for (size_t i = 0; i < list->n; i++) {
            struct function f;
            if (!does_nothing(&list->item[i]) || !function_read(&list->item[i], &f)) {
                continue;
            }
            char *name = strndup(f.name, (size_t)(f.name_end - f.name));
            struct function callee = {.name = name, .name_end = name + (f.name_end - f.name)};
            again |= name && drop_calls(list, &callee, known);
            free(name);
        }
    }
    bool ok = true;
    for (size_t i = 0; ok && i < list->n; i++) {
        ok = note_unused(&list->item[i]);
    }
    return ok;
}
