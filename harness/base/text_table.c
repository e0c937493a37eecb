#define _GNU_SOURCE /* vasprintf */
#include "base/text_table.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

void text_table_open(struct text_table *t, size_t columns, const bool *left)
{
    *t = (struct text_table){.columns = columns, .left = left};
}

void text_table_add(struct text_table *t, const char *format, ...)
{
    if (t->cells == t->room) {
        t->room = t->room ? 2 * t->room : 64;
        t->cell = realloc(t->cell, t->room * sizeof *t->cell);
        if (!t->cell) {
            abort();
        }
    }
    va_list arguments;
    va_start(arguments, format);
    if (vasprintf(&t->cell[t->cells++], format, arguments) < 0) {
        abort();
    }
    va_end(arguments);
}

/* Characters on a screen, not bytes: continuation bytes of UTF-8 take no room. */
static size_t width(const char *s)
{
    size_t n = 0;
    for (; *s; s++) {
        n += ((unsigned char)*s & 0xC0) != 0x80;
    }
    return n;
}

static size_t column_width(const struct text_table *t, size_t column)
{
    size_t most = 0;
    for (size_t i = column; i < t->cells; i += t->columns) {
        size_t w = width(t->cell[i]);
        most = w > most ? w : most;
    }
    return most;
}

static void print_cell(const struct text_table *t, size_t i, size_t wide, FILE *out)
{
    size_t column = i % t->columns;
    int pad = (int)(wide - width(t->cell[i]));
    bool last = column + 1 == t->columns;
    if (t->left[column]) {
        fprintf(out, "%s%*s", t->cell[i], last ? 0 : pad, "");
    } else {
        fprintf(out, "%*s%s", pad, "", t->cell[i]);
    }
    fputs(last ? "\n" : "  ", out);
}

void text_table_print(const struct text_table *t, FILE *out)
{
    size_t *wide = calloc(t->columns, sizeof *wide);
    if (!wide) {
        return;
    }
    size_t total = 2 * (t->columns - 1);
    for (size_t c = 0; c < t->columns; c++) {
        wide[c] = column_width(t, c);
        total += wide[c];
    }
    for (size_t i = 0; i < t->cells; i++) {
        print_cell(t, i, wide[i % t->columns], out);
        for (size_t k = 0; i + 1 == t->columns && k < total; k++) {
            fputs(k + 1 < total ? "-" : "-\n", out);
        }
    }
    free(wide);
}

void text_table_close(struct text_table *t)
{
    for (size_t i = 0; i < t->cells; i++) {
        free(t->cell[i]);
    }
    free(t->cell);
    *t = (struct text_table){0};
}
