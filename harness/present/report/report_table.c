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
                               .columns = columns,
                               .rows = rows,
                               .head = must(calloc(columns, sizeof *t->head)),
                               .cell = must(calloc(columns * rows + 1, sizeof *t->cell))};
    for (size_t i = 0; i < columns; i++) {
        t->head[i] = must(strdup(""));
    }
    for (size_t i = 0; i < columns * rows; i++) {
        t->cell[i].text = must(strdup(""));
    }
    return t;
}

void report_table_free(struct report_table *t)
{
    if (!t) {
        return;
    }
    for (size_t i = 0; i < t->columns; i++) {
        free(t->head[i]);
    }
    for (size_t i = 0; i < t->columns * t->rows; i++) {
        free(t->cell[i].text);
    }
    free(t->head);
    free(t->cell);
    free(t->slug);
    free(t->title);
    free(t->note);
    free(t);
}

void report_table_head(struct report_table *t, size_t column, const char *text)
{
    free(t->head[column]);
    t->head[column] = must(strdup(text));
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

/* --- HTML ---------------------------------------------------------------------------------- */

static void html_cell(FILE *out, const struct report_cell *cell, bool name)
{
    fputs(name ? "<th scope=\"row\">" : cell->best ? "<td><b>" : "<td>", out);
    markup_text(out, cell->text);
    fputs(name ? "</th>" : cell->best ? "</b></td>" : "</td>", out);
}

void report_table_html(const struct report_table *t, FILE *out)
{
    fprintf(out, "<section id=\"%s\">\n<h3>", t->slug);
    markup_text(out, t->title);
    fputs("</h3>\n<p>", out);
    markup_text(out, t->note);
    fputs("</p>\n<div class=\"wide\"><table>\n<thead><tr>", out);
    for (size_t c = 0; c < t->columns; c++) {
        fputs("<th scope=\"col\">", out);
        markup_text(out, t->head[c]);
        fputs("</th>", out);
    }
    fputs("</tr></thead>\n<tbody>\n", out);
    for (size_t r = 0; r < t->rows; r++) {
        fputs("<tr>", out);
        for (size_t c = 0; c < t->columns; c++) {
            html_cell(out, &t->cell[r * t->columns + c], c == 0);
        }
        fputs("</tr>\n", out);
    }
    fputs("</tbody></table></div>\n</section>\n", out);
}

/* --- LaTeX --------------------------------------------------------------------------------- */

static void latex_text(FILE *out, const char *text)
{
    for (; *text; text++) {
        if (strchr("&%$#_{}", *text)) {
            fputc('\\', out);
            fputc(*text, out);
        } else if (*text == '~' || *text == '^') {
            fprintf(out, "\\%c{}", *text);
        } else if (*text == '\\') {
            fputs("\\textbackslash{}", out);
        } else {
            fputc(*text, out);
        }
    }
}

static void latex_row(FILE *out, const struct report_table *t, size_t row)
{
    for (size_t c = 0; c < t->columns; c++) {
        const struct report_cell *cell = &t->cell[row * t->columns + c];
        fputs(c ? " & " : "", out);
        fputs(cell->best ? "\\textbf{" : "", out);
        latex_text(out, *cell->text ? cell->text : "--");
        fputs(cell->best ? "}" : "", out);
    }
    fputs(" \\\\\n", out);
}

void report_table_latex(const struct report_table *t, FILE *out)
{
    fputs("% \\usepackage{booktabs}\n\\begin{table}\n\\centering\n\\caption{", out);
    latex_text(out, t->title);
    fputs(". ", out);
    latex_text(out, t->note);
    fprintf(out, "}\n\\label{tab:%s}\n\\begin{tabular}{l", t->slug);
    for (size_t c = 1; c < t->columns; c++) {
        fputc('r', out);
    }
    fputs("}\n\\toprule\n", out);
    for (size_t c = 0; c < t->columns; c++) {
        fputs(c ? " & " : "", out);
        latex_text(out, t->head[c]);
    }
    fputs(" \\\\\n\\midrule\n", out);
    for (size_t r = 0; r < t->rows; r++) {
        latex_row(out, t, r);
    }
    fputs("\\bottomrule\n\\end{tabular}\n\\end{table}\n", out);
}
