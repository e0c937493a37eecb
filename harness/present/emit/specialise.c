#define _GNU_SOURCE
#include "present/emit/specialise.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
            if (token_is(&t, k->field) && !token_is(&after, "=") &&
                !(bytes == 7 && !strncmp(begin, "options", 7))) {
                char by[128];
                snprintf(by, sizeof by, "%s(%.*s)", k->macro, (int)bytes, begin);
                replace(r, begin, p, by);
            }
        }
    }
}

/* The parameter and the argument k go; k.member becomes a member of the constant. */
static void kind(const char *text, struct rewriting *r, const struct knowledge *known)
{
    (void)known;
    if (!strstr(text, "struct seqfit_kind k")) {
        return;
    }
    const char *p = text;
    struct token before[3] = {{.kind = TOKEN_END, .at = ""}}; /* the last one first */
    for (struct token t; (t = token_next(&p)).kind != TOKEN_END;) {
        const char *ahead = p;
        struct token after = token_next(&ahead);
        bool last = token_is(&after, ")") || token_is(&after, ",");
        if (token_is(&t, "k") && token_is(&after, ".")) {
            replace(r, t.at, p, SPECIALISE_KIND);
        } else if (token_is(&t, "k") && last && token_is(&before[0], "seqfit_kind")) {
            bool only = !token_is(&before[2], ",");
            replace(r, only ? before[1].at : before[2].at, p, only ? "void" : "");
        } else if (token_is(&t, "k") && last && token_is(&before[0], ",")) {
            replace(r, before[0].at, p, "");
        } else if (token_is(&t, "k") && last && token_is(&before[0], "(")) {
            replace(r, t.at, p, "");
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

/* `x.count.name++;` goes; `x.count.name += value;` becomes the value, which may be a call. */
static void counters(const char *text, struct rewriting *r, const struct knowledge *known)
{
    static const char mark[] = "count.";
    if (known->call->alloc) {
        return; /* functions of other policies may need their heap for nothing but its counters */
    }
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
            char by[256];
            snprintf(by, sizeof by, "(void)(%.*s)", (int)(end - after - 4), after + 4);
            replace(r, first, end, by);
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

static void inlining(const char *text, struct rewriting *r, const struct knowledge *known)
{
    (void)known;
    const char *p = text;
    struct token before = {.kind = TOKEN_END, .at = ""}, first = token_next(&p);
    p = token_is(&first, "#") ? text + strlen(text) : text; /* a macro stays as it is */
    for (struct token t; (t = token_next(&p)).kind != TOKEN_END; before = t) {
        if (token_is(&t, "SEQFIT_INLINE") || token_is(&t, "SEQFIT_APART")) {
            replace(r, t.at, p, "static");
        } else if (token_is(&t, "inline") && token_is(&before, "static")) {
            replace(r, before.at, p, "static");
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

bool specialise(struct items *list, const struct known_field *field,
                const struct recipe_calls *call)
{
    static rewrite *const changes[] = {inlining, kind, known_fields, counters, calls};
    const struct knowledge known = {field, call};
    bool ok = true;
    for (size_t i = 0; ok && i < list->n; i++) {
        for (size_t c = 0; ok && c < sizeof changes / sizeof *changes; c++) {
            ok = rewrite_item(&list->item[i], changes[c], &known);
        }
    }
    return ok;
}
