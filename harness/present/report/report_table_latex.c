/* report_table_latex.c - a table for a paper. */
#include <stdlib.h>
#include <string.h>

#include "present/report/report_table.h"

/* Characters of a row in \footnotesize that a column of two, and a page, have room for. */
enum { COLUMN_CHARACTERS = 46, PAGE_CHARACTERS = 96, GAP = 3 };

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

static bool is_chosen(const struct report_column *column, const struct latex_choice *choice)
{
    if (!choice->columns || !*choice->columns) {
        return true;
    }
    for (const char *const *name = choice->columns; *name; name++) {
        if (!strcmp(*name, column->head) || !strcmp(*name, column->metric)) {
            return true;
        }
    }
    return false;
}

bool report_table_is_chosen(const struct report_table *t, const struct latex_choice *choice)
{
    for (size_t c = 1; c < t->columns; c++) {
        if (is_chosen(&t->column[c], choice)) {
            return true;
        }
    }
    return false;
}

/* The longest word of a head, as heads are broken at blanks, or the longest cell. */
static size_t width_of(const struct report_table *t, size_t column)
{
    size_t most = 2;
    for (const char *at = t->column[column].head; *at;) {
        size_t word = strcspn(at, " ");
        most = word > most ? word : most;
        at += word + (at[word] == ' ');
    }
    for (size_t r = 0; r < t->rows; r++) {
        size_t length = strlen(t->cell[r * t->columns + column].text);
        most = length > most ? length : most;
    }
    return most + GAP;
}

/* Columns of one environment; the first column of the table comes before them. */
struct part {
    size_t *column;
    size_t count, width;
};

/* Puts the chosen columns into parts no wider than `most`; returns how many parts. */
static size_t cut(const struct report_table *t, const struct latex_choice *choice, size_t most,
                  struct part *part, size_t *column)
{
    size_t parts = 0, name = width_of(t, 0);
    memset(part, 0, t->columns * sizeof *part);
    for (size_t c = 1; c < t->columns; c++) {
        if (!is_chosen(&t->column[c], choice)) {
            continue;
        }
        size_t width = width_of(t, c);
        if (!parts || part[parts - 1].width + width > most) {
            part[parts++] = (struct part){.column = column, .width = name};
        }
        *column++ = c;
        part[parts - 1].count++;
        part[parts - 1].width += width;
    }
    return parts;
}

/* As few parts as fit a page each, and these about equally wide. */
static size_t cut_evenly(const struct report_table *t, const struct latex_choice *choice,
                         struct part *part, size_t *column)
{
    size_t parts = cut(t, choice, PAGE_CHARACTERS, part, column);
    for (size_t most = PAGE_CHARACTERS / 4; parts > 1 && most < PAGE_CHARACTERS; most++) {
        if (cut(t, choice, most, part, column) == parts) {
            return parts;
        }
    }
    return cut(t, choice, PAGE_CHARACTERS, part, column);
}

static void write_head(FILE *out, const struct report_table *t, const struct part *part)
{
    latex_text(out, t->column[0].head);
    for (size_t i = 0; i < part->count; i++) {
        const char *head = t->column[part->column[i]].head;
        fputs(" & ", out);
        if (!strchr(head, ' ')) {
            latex_text(out, head);
            continue;
        }
        fputs("\\shortstack[r]{", out);
        for (const char *at = head; *at;) {
            char word[64];
            size_t length = strcspn(at, " ");
            snprintf(word, sizeof word, "%.*s", (int)length, at);
            latex_text(out, word);
            at += length + (at[length] == ' ');
            fputs(*at ? "\\\\" : "", out);
        }
        fputc('}', out);
    }
    fputs(" \\\\\n\\midrule\n", out);
}

static void write_row(FILE *out, const struct report_table *t, const struct part *part, size_t row)
{
    const struct report_cell *cell = &t->cell[row * t->columns];
    latex_text(out, cell->text);
    for (size_t i = 0; i < part->count; i++) {
        const struct report_cell *c = &cell[part->column[i]];
        fputs(c->best ? " & \\textbf{" : " & ", out);
        latex_text(out, *c->text ? c->text : "--");
        fputs(c->best ? "}" : "", out);
    }
    fputs(" \\\\\n", out);
}

static void write_part(FILE *out, const struct report_table *t, const struct part *part,
                       size_t which, size_t parts)
{
    const char *star = part->width > COLUMN_CHARACTERS ? "*" : "";
    fprintf(
        out,
        "\\begin{table%s}\n\\centering\\footnotesize\n\\setlength{\\tabcolsep}{4pt}\n\\caption{",
        star);
    latex_text(out, t->title);
    if (which) {
        fprintf(out, ", part %zu of %zu}\n\\label{tab:%s-%zu}\n", which + 1, parts, t->slug,
                which + 1);
    } else {
        fputs(". ", out);
        latex_text(out, t->note);
        fprintf(out, "}\n\\label{tab:%s}\n", t->slug);
    }
    fputs("\\begin{tabular}{l", out);
    for (size_t i = 0; i < part->count; i++) {
        fputc('r', out);
    }
    fputs("}\n\\toprule\n", out);
    write_head(out, t, part);
    for (size_t r = 0; r < t->rows; r++) {
        write_row(out, t, part, r);
    }
    fprintf(out, "\\bottomrule\n\\end{tabular}\n\\end{table%s}\n", star);
}

void report_table_latex(const struct report_table *t, const struct latex_choice *choice, FILE *out)
{
    size_t *column = calloc(t->columns, sizeof *column);
    struct part *part = calloc(t->columns, sizeof *part);
    if (!column || !part) {
        abort();
    }
    size_t parts = cut_evenly(t, choice, part, column);
    fputs("% \\usepackage{booktabs}\n", out);
    for (size_t i = 0; i < parts; i++) {
        write_part(out, t, &part[i], i, parts);
    }
    free(part);
    free(column);
}
