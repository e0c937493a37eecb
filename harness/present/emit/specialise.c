#define _GNU_SOURCE
#include "present/emit/specialise.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "present/emit/fold.h"
#include "present/emit/functions.h"

/* Copies a text to `out`, changing it as it goes. `copied` is where the rest begins. */
struct rewriting {
    const char *copied;
    FILE *out;
};

static void replace(struct rewriting *r, const char *from, const char *end, const char *by)
{
    fwrite(r->copied, 1, (size_t)(from - r->copied), r->out);
    fputs(by, r->out);
    r->copied = end;
}

/* What is known of the heap. */
struct knowledge {
    const struct known_field *field;
    const struct recipe_kind *kind;
    const struct recipe_calls *call;
};

typedef void rewrite(const char *text, struct rewriting *, const struct knowledge *);

/* Where the expression that ends at `end` begins, if it is a name with members; else NULL. */
static const char *members_begin(const char *text, const char *end)
{
    const char *p = end;
    while (p > text &&
           (isalnum((unsigned char)p[-1]) || strchr("_.>", p[-1]) || (p[-1] == '-' && *p == '>'))) {
        p--;
    }
    return p < end && (isalpha((unsigned char)*p) || *p == '_') ? p : NULL;
}

/* The beginning of the line on which a field is set, if that line is one statement and calls no
 * function, so that it can be left out. NULL otherwise. */
static const char *line_that_sets(const char *text, const char *begin, const char *value)
{
    const char *line = begin, *end = strchr(value, ';');
    while (line > text && line[-1] == ' ') {
        line--;
    }
    bool alone = line > text && line[-1] == '\n' && end && end[1] == '\n';
    for (const char *p = value; alone && p < end; p++) {
        alone = *p != '(';
    }
    return alone ? line : NULL;
}

/* A field that is known is not read any more, and so need not be set. */
static void known_fields(const char *text, struct rewriting *r, const struct knowledge *known)
{
    const char *p = text;
    struct token dot = {.kind = TOKEN_END, .at = ""};
    for (struct token t; (t = token_next(&p)).kind != TOKEN_END; dot = t) {
        if (!token_is(&dot, ".") && !token_is(&dot, "->")) {
            continue;
        }
        const char *ahead = p, *begin = members_begin(text, dot.at);
        struct token after = token_next(&ahead);
        for (const struct known_field *k = known->field; begin && k->field; k++) {
            size_t bytes = (size_t)(dot.at - begin);
            if (!token_is(&t, k->field) || (bytes == 7 && !strncmp(begin, "options", 7))) {
                continue;
            }
            const char *line = token_is(&after, "=") ? line_that_sets(text, begin, ahead) : NULL;
            if (line && line >= r->copied) {
                p = strchr(ahead, ';') + 2;
                replace(r, line, p, "");
                break;
            }
            if (!token_is(&after, "=")) {
                char by[128];
                snprintf(by, sizeof by, "%s(%.*s)", k->macro, (int)bytes, begin);
                replace(r, begin, p, by);
            }
        }
    }
}

/* What stands for a member of the kind; *is_function: it can be called. */
static const char *kind_member(const struct recipe_kind *k, const struct token *member,
                               bool *is_function)
{
    const struct {
        const char *name, *function;
    } functions[] = {{"search", k->search},
                     {"insert", k->insert},
                     {"remove", k->remove},
                     {"replace", k->replace},
                     {"take", k->take}};
    *is_function = false;
    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++) {
        if (token_is(member, functions[i].name)) {
            *is_function = true;
            return functions[i].function;
        }
    }
    bool is = token_is(member, "roving")    ? k->roving
              : token_is(member, "bounded") ? k->bounded
                                            : k->descending;
    return token_is(member, "reach") ? (k->reach ? k->reach : "0") : is ? "true" : "false";
}

/* k.member at t: the function that is called, or whether there is one, or the value. */
static void replace_member(struct rewriting *r, const struct token *t, const char **p,
                           const struct recipe_kind *k)
{
    const char *ahead = *p;
    token_next(&ahead); /* the dot */
    struct token member = token_next(&ahead);
    *p = ahead;
    struct token after = token_next(&ahead);
    bool is_function;
    const char *word = kind_member(k, &member, &is_function);
    if (!is_function || (token_is(&after, "(") && word)) {
        replace(r, t->at, *p, word);
    } else if (!token_is(&after, "(")) {
        replace(r, t->at, *p, word ? "true" : "false");
    } else { /* what is never called */
        *p = strchr(*p, ';') + 1;
        replace(r, t->at, *p, "");
    }
}

/* The parameter and the argument k go; k.member becomes what it is. */
static void kind(const char *text, struct rewriting *r, const struct knowledge *known)
{
    const struct recipe_kind *k = known->kind;
    bool has_k = strstr(text, "struct seqfit_kind k") != NULL;
    if (!k->search || *text == '#' || (!has_k && !(k->name && strstr(text, k->name)))) {
        return;
    }
    const char *p = text;
    struct token before[3] = {{.kind = TOKEN_END, .at = ""}}; /* the last one first */
    for (struct token t; (t = token_next(&p)).kind != TOKEN_END;) {
        const char *ahead = p;
        struct token after = token_next(&ahead);
        bool last = token_is(&after, ")") || token_is(&after, ",");
        bool is_kind = (has_k && token_is(&t, "k")) || (k->name && token_is(&t, k->name));
        if (is_kind && token_is(&after, ".")) {
            replace_member(r, &t, &p, k);
        } else if (is_kind && last && token_is(&before[0], "seqfit_kind")) {
            bool only = !token_is(&before[2], ",");
            replace(r, only ? before[1].at : before[2].at, p, only ? "void" : "");
        } else if (is_kind && last && token_is(&before[0], ",")) {
            replace(r, before[0].at, p, "");
        } else if (is_kind && last && token_is(&before[0], "(")) {
            bool points = token_is(&before[1], "seqfit_points");
            replace(r, points ? before[1].at : t.at, points ? ahead : p,
                    !points                   ? ""
                    : k->roving && !k->insert ? "true"
                                              : "false");
            p = points ? ahead : p;
        }
        before[2] = before[1];
        before[1] = before[0];
        before[0] = t;
    }
}

/* Where the members that a counter is reached by end: at "count." behind a '.' or '>'; NULL: there
 * is none. */
static const char *find_counter(const char *p)
{
    while ((p = strstr(p, "count.")) && p[-1] != '.' && p[-1] != '>') {
        p++;
    }
    return p;
}

/* Whether all of it is the call of one function. */
static bool is_call(const char *from, const char *end)
{
    struct token name = token_next(&from), open = token_next(&from);
    for (int depth = 1; depth > 0 && from < end;) {
        struct token t = token_next(&from);
        depth += token_nesting(&t);
    }
    return name.kind == TOKEN_WORD && token_is(&open, "(") && from == end;
}

/* `x.count.name++;` goes; of `x.count.name += value;` a call stays that is the value. */
static void counters(const char *text, struct rewriting *r, const struct knowledge *known)
{
    (void)known;
    static const char mark[] = "count.";
    for (const char *p = text + 1, *at; *text && (at = find_counter(p)); p = at + sizeof mark - 1) {
        const char *line = at, *after = at + sizeof mark - 1;
        while (line > text && line[-1] != '\n') {
            line--;
        }
        const char *first = line + strspn(line, " ");
        while (isalnum((unsigned char)*after) || *after == '_') {
            after++;
        }
        if (members_begin(text, at) != first || first < r->copied) {
            continue;
        }
        if (!strncmp(after, "++;\n", 4)) {
            replace(r, line, after + 4, "");
        } else if (!strncmp(after, " += ", 4)) {
            const char *end = strchr(after, ';');
            if (is_call(after + 4, end)) {
                replace(r, first, after + 4, "");
            } else {
                replace(r, line, end + 1 + (end[1] == '\n'), "");
            }
        }
    }
}

/* x->policy->alloc(...) calls the function itself. */
static void calls(const char *text, struct rewriting *r, const struct knowledge *known)
{
    const struct recipe_calls *c = known->call;
    const struct {
        const char *member, *function;
    } calls[] = {{"alloc(", c->alloc}, {"free(", c->free}, {"usable(", c->usable}};
    static const char mark[] = "->policy->";
    for (const char *p = text, *at; (at = strstr(p, mark)); p = at + 1) {
        const char *member = at + sizeof mark - 1, *begin = members_begin(text, at);
        for (size_t i = 0; begin && i < sizeof calls / sizeof *calls; i++) {
            size_t bytes = strlen(calls[i].member);
            if (calls[i].function && !strncmp(member, calls[i].member, bytes)) {
                replace(r, begin, member + bytes - 1, calls[i].function);
            }
        }
    }
}

/* C++ has a meaning of its own for this word. */
static void words_of_cpp(const char *text, struct rewriting *r, const struct knowledge *known)
{
    (void)known;
    const char *p = text;
    for (struct token t; (t = token_next(&p)).kind != TOKEN_END;) {
        if (token_is(&t, "class")) {
            replace(r, t.at, p, "size_class");
        }
    }
}

static void inlining(const char *text, struct rewriting *r, const struct knowledge *known)
{
    static const char always_inline[] = "__attribute__((always_inline))";
    (void)known;
    const char *p = text;
    struct token before = {.kind = TOKEN_END, .at = ""}, first = token_next(&p);
    p = token_is(&first, "#") ? text + strlen(text) : text; /* a macro stays as it is */
    for (struct token t; (t = token_next(&p)).kind != TOKEN_END; before = t) {
        if (token_is(&t, "SEQFIT_INLINE")) {
            replace(r, t.at, p, "static");
        } else if (token_is(&t, "SEQFIT_APART")) {
            replace(r, t.at, p, "static __attribute__((noinline))");
        } else if (token_is(&t, "inline") && token_is(&before, "static")) {
            const char *end = p + strspn(p, " ");
            bool always = !strncmp(end, always_inline, sizeof always_inline - 1);
            replace(r, before.at, always ? end + sizeof always_inline - 1 : p, "static");
        }
    }
}

static bool rewrite_item(struct item *item, rewrite *change, const struct knowledge *known)
{
    char *text = NULL;
    size_t bytes = 0;
    struct rewriting r = {item->text, open_memstream(&text, &bytes)};
    if (!r.out) {
        return false;
    }
    change(item->text, &r, known);
    fputs(r.copied, r.out);
    if (fclose(r.out) != 0) {
        free(text);
        return false;
    }
    free(item->text);
    item->text = text;
    return true;
}

static bool fold_item(struct item *item, const struct known_field *field)
{
    char *folded = fold_text(item->text, field);
    if (folded) {
        free(item->text);
        item->text = folded;
    }
    return folded != NULL;
}

bool specialise(struct items *list, const struct known_field *field, const struct recipe *recipe)
{
    static rewrite *const changes[] = {words_of_cpp, inlining, kind, calls, known_fields, counters};
    const struct knowledge known = {field, &recipe->kind, &recipe->call};
    bool ok = true;
    for (size_t i = 0; ok && i < list->n; i++) {
        for (size_t c = 0; ok && c < sizeof changes / sizeof *changes; c++) {
            ok = rewrite_item(&list->item[i], changes[c], &known);
        }
        ok = ok && fold_item(&list->item[i], field);
    }
    return ok && functions_tidy(list, field);
}
