#include "base/table.h"

#include <csv.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/packed_csv.h"
#include "workloads/array.h"

enum { MOST_CELL = 1 << 16 }; /* bytes; libcsv would take a whole file for one that has no end */

/* What the parser's callbacks build. Cells are offsets while the text can still move. */
struct reading {
    char *text;
    size_t text_used, text_room;
    uint32_t *cell; /* in half the memory of pointers: tables have ten million cells and more */
    size_t cells, cell_room;
    size_t row_begin; /* the first cell of the row being read */
    size_t columns;   /* of the header; 0 before its end */
    size_t lines;     /* rows ended, the header included */
    size_t ragged;    /* the first row of another width, from 1; 0: none */
    size_t ragged_cells;
    size_t unended; /* bytes given to the parser since the last cell ended, about */
    bool no_memory;
};

static void on_cell(void *text, size_t length, void *ctx)
{
    struct reading *r = ctx;
    r->unended = 0;
    char *roomy = array_reserve(r->text, &r->text_room, r->text_used + length + 1, 1);
    uint32_t *longer = array_reserve(r->cell, &r->cell_room, r->cells + 1, sizeof *r->cell);
    r->text = roomy ? roomy : r->text;
    r->cell = longer ? longer : r->cell;
    if (!roomy || !longer || r->text_used + length >= UINT32_MAX) {
        r->no_memory = true;
        return;
    }
    memcpy(r->text + r->text_used, text, length);
    r->text[r->text_used + length] = '\0';
    r->cell[r->cells++] = (uint32_t)r->text_used;
    r->text_used += length + 1;
}

static void on_row(int terminator, void *ctx)
{
    (void)terminator;
    struct reading *r = ctx;
    size_t width = r->cells - r->row_begin;
    r->lines++;
    if (r->lines == 1) {
        r->columns = width;
    } else if (width != r->columns && !r->ragged) {
        r->ragged = r->lines;
        r->ragged_cells = width;
    }
    r->row_begin = r->cells;
}

static bool parse_stream(FILE *in, struct reading *r, const char *path, struct problem *problem)
{
    struct csv_parser parser;
    if (csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI | CSV_APPEND_NULL)) {
        return problem_set(problem, "%s: libcsv cannot be initialised", path);
    }
    char block[16384];
    size_t got;
    bool sound = true;
    while (sound && r->unended <= MOST_CELL && (got = fread(block, 1, sizeof block, in)) > 0) {
        r->unended += got;
        sound = csv_parse(&parser, block, got, on_cell, on_row, r) == got;
    }
    int error = errno;
    bool endless = r->unended > MOST_CELL;
    sound = sound && (endless || csv_fini(&parser, on_cell, on_row, r) == 0);
    csv_free(&parser);
    if (ferror(in)) {
        return problem_set(problem, "%s: cannot be read: %s", path, packed_csv_error(error));
    }
    if (endless) {
        return problem_set(problem,
                           "%s: row %zu has a cell of more than %d bytes: look for a quote that "
                           "is not closed",
                           path, r->lines + 1, MOST_CELL);
    }
    if (!sound) {
        return problem_set(problem, "%s: row %zu is no CSV: a stray or unclosed quote", path,
                           r->lines + 1);
    }
    if (r->no_memory) {
        return problem_set(problem, "%s: too large to hold in memory", path);
    }
    return true;
}

static bool check_shape(const struct reading *r, const char *path, struct problem *problem)
{
    if (r->lines == 0) {
        return problem_set(problem, "%s: is empty: a header row is expected", path);
    }
    if (r->ragged) {
        return problem_set(problem, "%s: row %zu has %zu cells where the header has %zu", path,
                           r->ragged, r->ragged_cells, r->columns);
    }
    return true;
}

/* Text and cells move into the table. */
static struct table *to_table(struct reading *r, const char *path)
{
    struct table *t = calloc(1, sizeof *t);
    const char **names = calloc(r->columns, sizeof *names);
    char *copy = strdup(path);
    if (!t || !names || !copy) {
        free(t);
        free(names);
        free(copy);
        return NULL;
    }
    for (size_t i = 0; i < r->columns; i++) {
        names[i] = r->text + r->cell[i];
    }
    *t = (struct table){.path = copy,
                        .columns = r->columns,
                        .rows = r->lines - 1,
                        .name = names,
                        .text = r->text,
                        .at = r->cell};
    return t;
}

struct table *table_read(const char *path, struct problem *problem)
{
    FILE *in = packed_csv_open(path, problem);
    if (!in) {
        return NULL;
    }
    struct reading r = {0};
    struct table *t = NULL;
    if (parse_stream(in, &r, path, problem) && check_shape(&r, path, problem)) {
        t = to_table(&r, path);
        if (!t) {
            problem_set(problem, "%s: too large to hold in memory", path);
        }
    }
    fclose(in);
    if (!t) {
        free(r.cell);
        free(r.text);
    }
    return t;
}

void table_free(struct table *t)
{
    if (!t) {
        return;
    }
    free((char *)t->text);
    free(t->at);
    free(t->name);
    free(t->path);
    free(t);
}

static bool find(const struct table *t, const char *name, size_t *column)
{
    for (size_t i = 0; i < t->columns; i++) {
        if (!strcmp(t->name[i], name)) {
            *column = i;
            return true;
        }
    }
    return false;
}

bool table_column(const struct table *t, const char *name, size_t *column, struct problem *problem)
{
    if (find(t, name, column)) {
        return true;
    }
    if (t->remedy) {
        return problem_set(problem, "%s: has no column '%s': %s", t->path, name, t->remedy);
    }
    char list[256] = "";
    for (size_t i = 0; i < t->columns; i++) {
        size_t used = strlen(list);
        if (used + strlen(t->name[i]) + 8 > sizeof list) {
            strcat(list, ", ...");
            break;
        }
        snprintf(list + used, sizeof list - used, "%s%s", i ? ", " : "", t->name[i]);
    }
    return problem_set(problem, "%s: has no column '%s'; it has: %s", t->path, name, list);
}

/* A copy of the cells of t, each row with `more` empty ones behind it: the header, too, as nobody
 * reads the cells of its row. */
static uint32_t *widened(const struct table *t, size_t more)
{
    size_t width = t->columns + more;
    uint32_t empty = t->at[0] + (uint32_t)strlen(t->name[0]); /* where a text ends */
    uint32_t *at = malloc((t->rows + 1) * width * sizeof *at);
    for (size_t row = 0; at && row <= t->rows; row++) {
        memcpy(at + row * width, t->at + row * t->columns, t->columns * sizeof *at);
        for (size_t i = t->columns; i < width; i++) {
            at[row * width + i] = empty;
        }
    }
    return at;
}

bool table_add_empty(struct table *t, const char *const *name, size_t names)
{
    const char **all = malloc((t->columns + names) * sizeof *all);
    size_t columns = t->columns, column;
    if (!all) {
        return false;
    }
    memcpy(all, t->name, columns * sizeof *all);
    for (size_t i = 0; i < names; i++) {
        if (!find(t, name[i], &column)) {
            all[columns++] = name[i];
        }
    }
    uint32_t *at = columns > t->columns ? widened(t, columns - t->columns) : NULL;
    bool done = at || columns == t->columns;
    if (at) {
        free(t->at);
        free(t->name);
        t->at = at;
        t->name = all;
        t->columns = columns;
    } else {
        free(all);
    }
    return done;
}

const char *table_cell(const struct table *t, size_t row, size_t column)
{
    return t->text + t->at[(row + 1) * t->columns + column];
}

bool table_number(const struct table *t, size_t row, size_t column, double *value,
                  struct problem *problem)
{
    const char *text = table_cell(t, row, column);
    if (!*text) {
        *value = NAN;
        return true;
    }
    char *end;
    *value = strtod(text, &end);
    if (*end) {
        return problem_set(problem, "%s: row %zu, column '%s': '%s' is no number", t->path, row + 2,
                           t->name[column], text);
    }
    return true;
}
