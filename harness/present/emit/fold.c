#define _GNU_SOURCE
#include "present/emit/fold.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "present/emit/condition.h"
#include "present/emit/items.h"

/* An `if` with all that belongs to it. */
struct branch {
    const char *begin, *condition, *condition_end;
    const char *body, *body_end;   /* from '{' to behind '}' */
    const char *other, *other_end; /* what follows `else`; NULL: there is none */
    bool is_else;                  /* it is itself what an `else` has */
    const char *before_else;       /* then: where that begins, behind the '}' before it */
};

/* Behind the bracket that closes the one at `p`. */
static const char *behind_brackets(const char *p)
{
    int depth = 0;
    for (struct token t; (t = token_next(&p)).kind != TOKEN_END;) {
        depth += token_nesting(&t);
        if (depth == 0) {
            break;
        }
    }
    return p;
}

/* Reads the branch whose `if` ends at p; false: its parts are not in braces. */
static bool read_branch(const char *begin, const char *p, struct branch *b)
{
    struct token t = token_next(&p);
    *b = (struct branch){.begin = begin, .condition = p};
    p = behind_brackets(t.at);
    b->condition_end = p - 1;
    t = token_next(&p);
    b->body = t.at;
    b->body_end = p = behind_brackets(t.at);
    const char *ahead = p;
    struct token otherwise = token_next(&ahead);
    if (!token_is(&t, "{")) {
        return false;
    }
    if (token_is(&otherwise, "else")) {
        struct branch inner;
        t = token_next(&ahead);
        b->other = t.at;
        if (token_is(&t, "{")) {
            b->other_end = behind_brackets(t.at);
        } else if (read_branch(t.at, ahead, &inner)) {
            b->other_end = inner.other ? inner.other_end : inner.body_end;
        } else {
            return false;
        }
    }
    return true;
}

static const char *line_begin(const char *text, const char *p)
{
    while (p > text && p[-1] != '\n') {
        p--;
    }
    return p;
}

static const char *behind_line(const char *p)
{
    const char *end = strchr(p, '\n');
    return end ? end + 1 : p + strlen(p);
}

/* Writes what is in braces one step further to the left. */
static void write_outward(const char *open, const char *close, FILE *out)
{
    const char *p = behind_line(open), *first = open + 1;
    while (first < p && isspace((unsigned char)*first)) {
        first++;
    }
    if (first < p && first < close) { /* a comment behind the brace */
        size_t step = strspn(p, " ");
        fprintf(out, "%*s%.*s", step > 4 ? (int)step - 4 : 0, "", (int)(p - first), first);
    }
    for (const char *end; p < close; p = end) {
        end = behind_line(p);
        if (end > close) {
            break; /* the line of the closing brace */
        }
        size_t blank = strspn(p, " ");
        p += blank < 4 ? blank : 4;
        fwrite(p, 1, (size_t)(end - p), out);
    }
}

/* Whether the last statement in braces is a return. */
static bool ends_with_return(const char *open, const char *close)
{
    const char *last = NULL, *p = open + 1;
    bool begins = true;
    int depth = 0;
    for (struct token t; (t = token_next(&p)).kind != TOKEN_END && t.at < close - 1;) {
        depth += token_nesting(&t);
        if (begins && depth == 0) {
            last = t.at;
        }
        begins = depth == 0 && (token_is(&t, ";") || token_is(&t, "}"));
    }
    return last && !strncmp(last, "return", 6);
}

/* The line of the brace that closes the block that p is in. */
static const char *block_end(const char *text, const char *p)
{
    int depth = 0;
    for (struct token t; (t = token_next(&p)).kind != TOKEN_END;) {
        depth += token_nesting(&t);
        if (depth < 0) {
            return line_begin(text, t.at);
        }
    }
    return p;
}

/* ---- deciding one branch: writes the text up to where the rest begins, which is returned ---- */

static const char *take_body(const char *text, const struct branch *b, FILE *out)
{
    const char *end = b->other ? b->other_end : b->body_end;
    if (b->is_else) {
        fwrite(text, 1, (size_t)(b->begin - text), out);
        fwrite(b->body, 1, (size_t)(b->body_end - b->body), out);
        return end;
    }
    fwrite(text, 1, (size_t)(line_begin(text, b->begin) - text), out);
    write_outward(b->body, b->body_end, out);
    end = behind_line(end);
    return ends_with_return(b->body, b->body_end) ? block_end(text, end) : end;
}

static const char *take_other(const char *text, const struct branch *b, FILE *out)
{
    if (!b->other && b->is_else) {
        fwrite(text, 1, (size_t)(b->before_else - text), out);
        return b->body_end;
    }
    const char *line = line_begin(text, b->begin);
    if (!b->other) {
        fwrite(text, 1, (size_t)(line - text), out);
        return behind_line(b->body_end);
    }
    if (b->is_else || *b->other != '{') {
        fwrite(text, 1, (size_t)(b->begin - text), out);
        return b->other;
    }
    fwrite(text, 1, (size_t)(line - text), out);
    write_outward(b->other, b->other_end, out);
    const char *end = behind_line(b->other_end);
    return ends_with_return(b->other, b->other_end) ? block_end(text, end) : end;
}

static bool is_blank_body(const struct branch *b)
{
    const char *p = b->body + 1;
    struct token t = token_next(&p);
    return t.at == b->body_end - 1;
}

/* Whether to evaluate the condition changes nothing. */
static bool is_pure(const char *condition)
{
    return !strpbrk(condition, "(+") && !strstr(condition, "--");
}

/* Characters that are not white space. */
static size_t weight(const char *from, const char *end)
{
    size_t n = 0;
    for (; from < end; from++) {
        n += !isspace((unsigned char)*from);
    }
    return n;
}

/* Changes the first branch that can be changed; false: there is none. */
static bool fold_branch(const char *text, const struct known_field *known, FILE *out)
{
    const char *p = text, *closed = text;
    struct token before = {.kind = TOKEN_END, .at = ""};
    for (struct token t; (t = token_next(&p)).kind != TOKEN_END; before = t) {
        struct branch b;
        char condition[CONDITION_MOST];
        if (token_is(&t, "}")) {
            closed = p;
        }
        if (!token_is(&t, "if") || !read_branch(t.at, p, &b)) {
            continue;
        }
        b.is_else = token_is(&before, "else");
        b.before_else = closed;
        condition_simplify(b.condition, b.condition_end, known, condition);
        const char *rest;
        if (!strcmp(condition, "true")) {
            rest = take_body(text, &b, out);
        } else if (!strcmp(condition, "false") ||
                   (is_blank_body(&b) && !b.other && !b.is_else && is_pure(condition))) {
            rest = take_other(text, &b, out);
        } else {
            size_t own = weight(condition, condition + strlen(condition));
            if (!own || own >= weight(b.condition, b.condition_end)) {
                continue; /* nothing of it is known */
            }
            fwrite(text, 1, (size_t)(b.condition - text), out);
            fputs(condition, out);
            rest = b.condition_end;
        }
        fputs(rest, out);
        return true;
    }
    return false;
}

/* The same of the first value that a constant stands in: `return a && true;` or `x = ...;`. */
static bool fold_value(const char *text, const struct known_field *known, FILE *out)
{
    const char *p = text;
    for (struct token t; (t = token_next(&p)).kind != TOKEN_END;) {
        if (!token_is(&t, "return") && !token_is(&t, "=")) {
            continue;
        }
        const char *end = p;
        bool is_known = false;
        for (struct token in = t; in.kind != TOKEN_END && !strchr(";,{", *in.at);) {
            end = in.at + in.bytes;
            in = token_next(&(const char *){end});
            is_known |= token_is(&in, "true") || token_is(&in, "false") ||
                        (in.kind == TOKEN_WORD && !strncmp(in.at, "HEAP_", 5));
            if (strchr("([", *in.at) && in.kind == TOKEN_OTHER) {
                in.bytes = (size_t)(behind_brackets(in.at) - in.at);
            }
        }
        char value[CONDITION_MOST];
        condition_simplify(p, end, known, value);
        size_t own = weight(value, value + strlen(value));
        if (is_known && own && own < weight(p, end)) {
            fwrite(text, 1, (size_t)(p - text), out);
            fprintf(out, " %s%s", value, end);
            return true;
        }
    }
    return false;
}

char *fold_text(const char *text, const struct known_field *known)
{
    char *now = strdup(text);
    for (bool going = now && *now != '#'; going;) {
        char *next = NULL;
        size_t bytes;
        FILE *out = open_memstream(&next, &bytes);
        if (!out) {
            break;
        }
        going = fold_branch(now, known, out) || fold_value(now, known, out);
        if (fclose(out) != 0) {
            free(next);
            next = NULL;
            going = false;
        }
        if (going) {
            free(now);
            now = next;
        } else {
            free(next);
        }
    }
    return now;
}
