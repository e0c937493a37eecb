#include "present/emit/items.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- tokens ---- */

static bool is_word(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

/* Behind white space, comments and the ends of continued lines. */
static const char *skip_blank(const char *p)
{
    for (;;) {
        if (!strncmp(p, "/*", 2)) {
            const char *end = strstr(p + 2, "*/");
            p = end ? end + 2 : p + strlen(p);
        } else if (isspace((unsigned char)*p) || (*p == '\\' && p[1] == '\n')) {
            p++;
        } else {
            return p;
        }
    }
}

static const char *skip_literal(const char *p)
{
    char quote = *p++;
    while (*p && *p != quote) {
        p += *p == '\\' && p[1] ? 2 : 1;
    }
    return *p ? p + 1 : p;
}

struct token token_next(const char **text)
{
    const char *at = skip_blank(*text), *p = at;
    enum token_kind kind = TOKEN_OTHER;
    if (!*p) {
        kind = TOKEN_END;
    } else if (is_word(*p)) {
        kind = isdigit((unsigned char)*p) ? TOKEN_OTHER : TOKEN_WORD;
        while (is_word(*p)) {
            p++;
        }
    } else if (*p == '"' || *p == '\'') {
        p = skip_literal(p);
    } else {
        p += !strncmp(p, "->", 2) || !strncmp(p, "==", 2) ? 2 : 1;
    }
    *text = p;
    return (struct token){kind, at, (size_t)(p - at)};
}

bool token_is(const struct token *t, const char *text)
{
    return strlen(text) == t->bytes && !memcmp(t->at, text, t->bytes);
}

int token_nesting(const struct token *t)
{
    if (t->kind != TOKEN_OTHER || t->bytes != 1) {
        return 0;
    }
    return strchr("({[", *t->at) ? 1 : strchr(")}]", *t->at) ? -1 : 0;
}

/* ---- cutting a file into items ---- */

static bool add_item(struct items *list, const char *from, const char *end, bool macro_use)
{
    if (list->n == list->room) {
        size_t room = list->room ? 2 * list->room : 64;
        struct item *item = realloc(list->item, room * sizeof *item);
        if (!item) {
            return false;
        }
        list->item = item;
        list->room = room;
    }
    while (isspace((unsigned char)*from)) {
        from++;
    }
    char *text = strndup(from, (size_t)(end - from));
    if (!text) {
        return false;
    }
    list->item[list->n++] = (struct item){.text = text, .macro_use = macro_use};
    return true;
}

bool items_add(struct items *list, const struct item *item)
{
    return add_item(list, item->text, item->text + strlen(item->text), item->macro_use);
}

/* The end of a preprocessor line with those that continue it. */
static const char *line_end(const char *p)
{
    while (*p && *p != '\n') {
        p += *p == '\\' && p[1] == '\n' ? 2 : 1;
    }
    return p;
}

static bool is_macro_name(const struct token *t)
{
    for (size_t i = 0; i < t->bytes; i++) {
        if (islower((unsigned char)t->at[i])) {
            return false;
        }
    }
    return t->kind == TOKEN_WORD;
}

/* The end of the declaration or definition at p. */
static const char *declaration_end(const char *p, bool *macro_use)
{
    int depth = 0;
    bool function = false;
    struct token before = {.kind = TOKEN_END, .at = ""};
    const char *begin = p;
    struct token first = token_next(&begin), second = token_next(&begin);
    bool like_macro = is_macro_name(&first) && token_is(&second, "(");
    for (struct token t; (t = token_next(&p)).kind != TOKEN_END; before = t) {
        function = function || (depth == 0 && token_is(&t, "{") && token_is(&before, ")"));
        depth += token_nesting(&t);
        if (depth > 0) {
            continue;
        }
        if (token_is(&t, ";") || (function && token_is(&t, "}"))) {
            break;
        }
        const char *after = skip_blank(p);
        if (like_macro && token_is(&t, ")") && *after != '{' && *after != ';') {
            *macro_use = true;
            break;
        }
    }
    return p;
}

/* Whether the name is that of a guard against a second inclusion. */
static bool is_guard(const struct token *name)
{
    return name->bytes > 2 && !memcmp(name->at + name->bytes - 2, "_H", 2);
}

/* The end of the #endif that closes the #if before `p`. */
static const char *condition_end(const char *p)
{
    for (int depth = 1; *p && depth > 0; p = line_end(p)) {
        p = skip_blank(p);
        if (*p == '#') {
            const char *at = p + 1;
            struct token word = token_next(&at);
            depth += token_is(&word, "if") || token_is(&word, "ifdef") || token_is(&word, "ifndef");
            depth -= token_is(&word, "endif");
        }
    }
    return p;
}

/* A preprocessor line of the top level: NULL if something is wrong. `from`: where the comment
 * before it begins. */
static const char *take_directive(struct items *list, const char *root, const char *from,
                                  const char *hash, struct problem *problem)
{
    const char *end = line_end(hash), *p = hash + 1;
    struct token word = token_next(&p);
    if (token_is(&word, "include")) {
        struct token file = token_next(&p);
        char name[128];
        snprintf(name, sizeof name, "%.*s", (int)file.bytes - 2, file.at + 1);
        return *file.at != '"' || items_read(list, root, name, problem) ? end : NULL;
    }
    if (token_is(&word, "ifdef")) { /* __cplusplus */
        const char *close = strstr(end, "#endif");
        return close ? line_end(close) : end;
    }
    struct token condition = token_next(&(const char *){p});
    if (token_is(&word, "if") || (token_is(&word, "ifndef") && !is_guard(&condition))) {
        end = condition_end(end);
        return add_item(list, from, end, false) || problem_set(problem, "out of memory") ? end
                                                                                         : NULL;
    }
    if (token_is(&word, "define")) {
        struct token name = token_next(&p);
        bool guard = name.at + name.bytes == end;
        if (!guard && !add_item(list, from, end, false)) {
            return problem_set(problem, "out of memory") ? end : NULL;
        }
    }
    return end;
}

static bool cut(struct items *list, const char *root, const char *text, struct problem *problem)
{
    for (const char *from = text;;) {
        const char *at = skip_blank(from);
        if (!*at) {
            return true;
        }
        if (*at == '#') {
            from = take_directive(list, root, from, at, problem);
            if (!from) {
                return false;
            }
            continue;
        }
        bool macro_use = false;
        const char *end = declaration_end(at, &macro_use);
        if (!add_item(list, from, end, macro_use)) {
            return problem_set(problem, "out of memory");
        }
        from = end;
    }
}

bool items_cut(struct items *list, const char *text, struct problem *problem)
{
    return cut(list, "", text, problem);
}

static char *read_text(const char *path, struct problem *problem)
{
    enum { MOST = 1 << 20 };
    FILE *file = fopen(path, "re");
    char *text = malloc(MOST);
    if (!file || !text) {
        problem_set(problem, "%s: cannot read it: %s", path, strerror(errno));
        free(text);
        text = NULL;
    } else {
        text[fread(text, 1, MOST - 1, file)] = '\0';
    }
    if (file) {
        fclose(file);
    }
    return text;
}

/* False if the file was read before. */
static bool note_file(struct items *list, const char *file)
{
    for (size_t i = 0; i < list->files; i++) {
        if (!strcmp(list->read[i], file)) {
            return false;
        }
    }
    if (list->files == list->files_room) {
        size_t room = list->files_room + 32;
        void *read = realloc(list->read, room * sizeof *list->read);
        if (!read) {
            return false;
        }
        list->read = read;
        list->files_room = room;
    }
    snprintf(list->read[list->files++], sizeof *list->read, "%s", file);
    return true;
}

bool items_read(struct items *list, const char *root, const char *file, struct problem *problem)
{
    if (!note_file(list, file)) {
        return true;
    }
    char path[4096 + 128];
    snprintf(path, sizeof path, "%s/%s", root, file);
    char *text = read_text(path, problem);
    bool ok = text && cut(list, root, text, problem);
    free(text);
    return ok;
}

void items_close(struct items *list)
{
    for (size_t i = 0; i < list->n; i++) {
        free(list->item[i].text);
    }
    free(list->item);
    free(list->read);
}

/* ---- what an item defines, and what it uses ---- */

static bool same(const struct token *t, const char *name, size_t bytes)
{
    return t->kind == TOKEN_WORD && t->bytes == bytes && !memcmp(t->at, name, bytes);
}

/* Behind the ')' of a '(' that was read. */
static void skip_brackets(const char **p)
{
    struct token t = {.kind = TOKEN_OTHER, .at = ""};
    for (int depth = 1; depth > 0 && t.kind != TOKEN_END; depth += token_nesting(&t)) {
        t = token_next(p);
    }
}

bool item_defines(const struct item *item, const char *name, size_t bytes)
{
    const char *p = item->text;
    struct token before = token_next(&p), t = before;
    if (item->macro_use) {
        return false;
    }
    if (token_is(&t, "#")) { /* a #define, or a condition with some */
        for (; t.kind != TOKEN_END; before = t) {
            t = token_next(&p);
            if (token_is(&before, "define") && same(&t, name, bytes)) {
                return true;
            }
        }
        return false;
    }
    bool of_enum = token_is(&t, "enum");
    while (t.kind != TOKEN_END) {
        t = token_next(&p);
        if (token_is(&before, "__attribute__")) {
            skip_brackets(&p);
            t = token_next(&p);
        }
        if (t.kind == TOKEN_OTHER && strchr("(=[;{", *t.at)) {
            break;
        }
        before = t;
    }
    if (same(&before, name, bytes)) {
        return true;
    }
    of_enum = of_enum && token_is(&t, "{");
    for (int depth = 1; of_enum && depth > 0 && t.kind != TOKEN_END;) {
        before = t;
        t = token_next(&p);
        depth += token_nesting(&t);
        if (depth == 1 && strchr("{,", *before.at) && same(&t, name, bytes)) {
            return true;
        }
    }
    return false;
}

/* A policy's table, which has all of its functions, and for an emitted heap too many. */
static bool is_table(const struct item *item)
{
    const char *p = item->text;
    struct token t = token_next(&p);
    t = token_is(&t, "static") ? token_next(&p) : t;
    const char *rest = t.at;
    return token_is(&t, "const") && !strncmp(rest, "const struct policy ", 20) && rest[20] != '*';
}

static void mark_word(struct items *list, const struct token *t)
{
    for (size_t i = 0; i < list->n; i++) {
        struct item *item = &list->item[i];
        if (!item->live && item_defines(item, t->at, t->bytes) && !is_table(item)) {
            item->live = true;
            items_mark(list, item->text);
        }
    }
}

void items_mark(struct items *list, const char *text)
{
    struct token before = {.kind = TOKEN_END, .at = ""};
    for (struct token t; (t = token_next(&text)).kind != TOKEN_END; before = t) {
        const char *ahead = text;
        struct token after = token_next(&ahead);
        bool member = token_is(&before, ".") || token_is(&before, "->") ||
                      (token_is(&before, "*") && token_is(&after, ")")); /* (*member)(...) */
        /* The heap has a pointer to its policy, which an emitted heap has none of. */
        if (t.kind == TOKEN_WORD && !member && !token_is(&t, "policy")) {
            mark_word(list, &t);
        }
    }
}
