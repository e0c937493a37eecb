#include "present/report/report_table.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "present/figures/markup.h"

static void *must(void *p)
{
    if (!p) {
        abort();
    }
    return p;
}

struct report_table *report_table_new(const char *slug, const char *title, const char *note,
                                      size_t columns, size_t rows)
{
    struct report_table *t = must(calloc(1, sizeof *t));
    *t = (struct report_table){.slug = must(strdup(slug)),
                               .title = must(strdup(title)),
                               .note = must(strdup(note)),
                               .rows_are_policies = true,
                               .columns = columns,
                               .rows = rows,
                               .column = must(calloc(columns, sizeof *t->column)),
                               .cell = must(calloc(columns * rows + 1, sizeof *t->cell))};
    for (size_t i = 0; i < columns; i++) {
        report_table_head(t, i, "", NULL, NULL, NULL);
    }
    for (size_t i = 0; i < columns * rows; i++) {
        t->cell[i].text = must(strdup(""));
    }
    return t;
}

static void column_free(struct report_column *column)
{
    free(column->head);
    free(column->definition);
    free(column->metric);
    free(column->workload);
}

void report_table_free(struct report_table *t)
{
    if (!t) {
        return;
    }
    for (size_t i = 0; i < t->columns; i++) {
        column_free(&t->column[i]);
    }
    for (size_t i = 0; i < t->columns * t->rows; i++) {
        free(t->cell[i].text);
    }
    free(t->column);
    free(t->cell);
    free(t->slug);
    free(t->title);
    free(t->note);
    free(t);
}

void report_table_head(struct report_table *t, size_t column, const char *head,
                       const char *definition, const char *metric, const char *workload)
{
    column_free(&t->column[column]);
    t->column[column] = (struct report_column){
        must(strdup(head)), must(strdup(definition ? definition : "")),
        must(strdup(metric ? metric : "")), must(strdup(workload ? workload : ""))};
}

void report_table_set(struct report_table *t, size_t row, size_t column, const char *format, ...)
{
    char **text = &t->cell[row * t->columns + column].text;
    free(*text);
    va_list arguments;
    va_start(arguments, format);
    if (vasprintf(text, format, arguments) < 0) {
        abort();
    }
    va_end(arguments);
}

void report_table_fail(struct report_table *t, size_t row, size_t column, const char *status)
{
    struct report_cell *cell = &t->cell[row * t->columns + column];
    if (status && !*cell->text) {
        report_table_set(t, row, column, "%s", status);
        cell->failed = true;
    }
}

void report_table_mark_least(struct report_table *t, size_t column, const double *value)
{
    size_t least = t->rows;
    for (size_t row = 0; row < t->rows; row++) {
        if (!isnan(value[row]) && (least == t->rows || value[row] < value[least])) {
            least = row;
        }
    }
    for (size_t row = 0; least < t->rows && row < t->rows; row++) {
        struct report_cell *cell = &t->cell[row * t->columns + column];
        cell->best = !strcmp(cell->text, t->cell[least * t->columns + column].text);
    }
}

static bool is_empty(const struct report_table *t, size_t row)
{
    for (size_t c = 1; c < t->columns; c++) {
        if (*t->cell[row * t->columns + c].text) {
            return false;
        }
    }
    return true;
}

void report_table_drop_empty(struct report_table *t)
{
    char *note = NULL;
    size_t size, kept = 0;
    FILE *out = must(open_memstream(&note, &size));
    fputs(t->note, out);
    for (size_t row = 0; row < t->rows; row++) {
        struct report_cell *cell = &t->cell[row * t->columns];
        if (is_empty(t, row)) {
            fprintf(out, "%s%s", row == kept ? " Without a number: " : ", ", cell->text);
            for (size_t c = 0; c < t->columns; c++) {
                free(cell[c].text);
            }
        } else {
            memmove(&t->cell[kept++ * t->columns], cell, t->columns * sizeof *cell);
        }
    }
    fputs(kept < t->rows ? "." : "", out);
    fclose(out);
    free(t->note);
    t->note = must(note);
    t->rows = kept;
}

/* --- HTML ---------------------------------------------------------------------------------- */

static void attribute(FILE *out, const char *name, const char *value)
{
    if (*value) {
        fprintf(out, " %s=\"", name);
        markup_text(out, value);
        fputc('"', out);
    }
}

static void html_cell(FILE *out, const struct report_cell *cell, bool name)
{
    fputs(name           ? "<th scope=\"row\">"
          : cell->failed ? "<td class=\"failed\">"
          : cell->best   ? "<td><b>"
                         : "<td>",
          out);
    markup_text(out, cell->text);
    fputs(name ? "</th>" : cell->best ? "</b></td>" : "</td>", out);
}

static void html_head(FILE *out, const struct report_table *t)
{
    fputs("<thead><tr>", out);
    for (size_t c = 0; c < t->columns; c++) {
        const struct report_column *column = &t->column[c];
        fputs("<th scope=\"col\"", out);
        attribute(out, "data-definition", column->definition);
        attribute(out, "data-metric", column->metric);
        attribute(out, "data-workload", column->workload);
        fputc('>', out);
        markup_text(out, column->head);
        fputs("</th>", out);
    }
    fputs("</tr></thead>\n", out);
}

/* The characters of a row, from which the style sheet makes a size of print that fits the paper. */
static size_t characters(const struct report_table *t)
{
    size_t sum = 0;
    for (size_t c = 0; c < t->columns; c++) {
        size_t most = strlen(t->column[c].head) / 3 + 3; /* heads are broken into lines */
        for (size_t r = 0; r < t->rows; r++) {
            size_t length = strlen(t->cell[r * t->columns + c].text);
            most = length > most ? length : most;
        }
        sum += most + 2;
    }
    return sum;
}

void report_table_html(const struct report_table *t, FILE *out)
{
    fprintf(out, "<section id=\"%s\" class=\"table%s\"%s>\n<h3>", t->slug,
            t->detail ? " detail" : "", t->rows_are_policies ? " data-rows=\"policies\"" : "");
    markup_text(out, t->title);
    fputs("</h3>\n<p>", out);
    markup_text(out, t->note);
    fputs("</p>\n<div class=\"wide\" tabindex=\"0\" role=\"region\"", out);
    attribute(out, "aria-label", t->title);
    fprintf(out, "><table style=\"--characters:%zu\">\n", characters(t));
    html_head(out, t);
    fputs("<tbody>\n", out);
    for (size_t r = 0; r < t->rows; r++) {
        fputs("<tr>", out);
        for (size_t c = 0; c < t->columns; c++) {
            html_cell(out, &t->cell[r * t->columns + c], c == 0);
        }
        fputs("</tr>\n", out);
    }
    fputs("</tbody></table></div>\n</section>\n", out);
}
