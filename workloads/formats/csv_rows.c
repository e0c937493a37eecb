#include "workloads/formats/csv_rows.h"

#include <csv.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "workloads/formats/importer.h"

enum { MOST_COLUMNS = 64, MOST_CELL = 256, BLOCK = 4096 };
enum { MOST_UNENDED = 1 << 16 }; /* bytes of a cell: libcsv would take a whole file for one */

struct rows {
    const struct source *in;
    const struct csv_wanted *wanted;
    csv_row_reader *reader;
    void *context;
    struct problem *problem;
    bool failed;
    size_t unended; /* bytes given to libcsv since the last cell ended, about */
    uint64_t row;   /* being read */
    size_t column, columns;
    size_t place[MOST_COLUMNS]; /* of a column among the wanted; wanted->all: not wanted */
    bool seen[CSV_MOST_WANTED];
    char cell[CSV_MOST_WANTED][MOST_CELL];
};

static void fail(struct rows *r, const char *what)
{
    if (!r->failed) {
        r->failed = true;
        problem_set(r->problem, "%s: row %" PRIu64 ": %s", r->in->name, r->row, what);
    }
}

static void note_name(struct rows *r, const char *name)
{
    const struct csv_wanted *w = r->wanted;
    size_t i = 0;
    while (i < w->all && strcmp(w->names[i], name) != 0) {
        i++;
    }
    r->place[r->column] = i;
    if (i < w->all && r->seen[i]) {
        fail(r, "a column name is there twice");
    } else if (i < w->all) {
        r->seen[i] = true;
    }
}

static void on_cell(void *bytes, size_t n, void *context)
{
    struct rows *r = context;
    r->unended = 0;
    char text[MOST_CELL];
    snprintf(text, sizeof text, "%.*s", n < MOST_CELL ? (int)n : MOST_CELL - 1,
             bytes ? (const char *)bytes : "");
    if (r->column >= (r->row == 1 ? (size_t)MOST_COLUMNS : r->columns)) {
        fail(r, "it has more cells than the header");
    } else if (r->row == 1) {
        note_name(r, text);
    } else if (r->place[r->column] < r->wanted->all) {
        strcpy(r->cell[r->place[r->column]], text);
    }
    r->column++;
}

static void end_header(struct rows *r)
{
    r->columns = r->column;
    for (size_t i = 0; i < r->wanted->required; i++) {
        if (!r->seen[i] && !r->failed) {
            r->failed = true;
            problem_set(r->problem, "%s: row 1: there is no column '%s'", r->in->name,
                        r->wanted->names[i]);
        }
    }
}

static void on_row(int end, void *context)
{
    (void)end;
    struct rows *r = context;
    if (r->failed) {
        return;
    }
    if (r->row == 1) {
        end_header(r);
    } else if (r->column != r->columns) {
        fail(r, "it has fewer cells than the header");
    } else {
        const char *cells[CSV_MOST_WANTED];
        for (size_t i = 0; i < r->wanted->all; i++) {
            cells[i] = r->cell[i];
        }
        if (!r->reader(cells, r->context, r->problem)) {
            r->failed = true;
            problem_prefix(r->problem, "%s: row %" PRIu64, r->in->name, r->row);
        }
    }
    r->row++;
    r->column = 0;
}

/* Gives the source to libcsv, a block at a time. */
static void parse(struct rows *r, struct source *in, struct csv_parser *parser)
{
    char block[BLOCK];
    size_t n;
    do {
        n = 0;
        for (int c; n < sizeof block && (c = source_byte(in)) >= 0;) {
            block[n++] = (char)c;
        }
        r->unended += n;
        if (csv_parse(parser, block, n, on_cell, on_row, r) != n) {
            fail(r, csv_strerror(csv_error(parser)));
        }
        if (r->unended > MOST_UNENDED) {
            fail(r, "a cell has more than 65536 bytes: look for a quote that is not closed");
        }
    } while (n == sizeof block && !r->failed);
    if (!r->failed && csv_fini(parser, on_cell, on_row, r) != 0) {
        fail(r, csv_strerror(csv_error(parser)));
    }
}

bool csv_rows_read(struct source *in, const struct csv_wanted *wanted, csv_row_reader *reader,
                   void *context, struct problem *problem)
{
    struct csv_parser parser;
    struct rows *r = calloc(1, sizeof *r);
    if (!r || csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI | CSV_APPEND_NULL) != 0) {
        free(r);
        return problem_set(problem, "%s: no memory to read it", in->name);
    }
    *r = (struct rows){.in = in,
                       .wanted = wanted,
                       .reader = reader,
                       .context = context,
                       .problem = problem,
                       .row = 1};
    parse(r, in, &parser);
    if (!r->failed && r->row == 1) {
        fail(r, "there is no header");
    }
    bool ok = !source_failed(in, problem) && !r->failed;
    csv_free(&parser);
    free(r);
    return ok;
}

static bool has_name(const char *line, size_t n, const char *name)
{
    size_t length = strlen(name);
    for (size_t at = 0; at < n;) {
        const char *comma = memchr(line + at, ',', n - at);
        size_t cell = comma ? (size_t)(comma - line) - at : n - at;
        const char *text = line + at;
        bool quoted = cell >= 2 && text[0] == '"' && text[cell - 1] == '"';
        if (cell - 2u * quoted == length && !memcmp(text + quoted, name, length)) {
            return true;
        }
        at += cell + 1;
    }
    return false;
}

bool csv_rows_recognise(const unsigned char *head, size_t bytes, const struct csv_wanted *wanted)
{
    const unsigned char *end = bytes ? memchr(head, '\n', bytes) : NULL;
    size_t n = end ? (size_t)(end - head) : bytes;
    n -= n > 0 && head[n - 1] == '\r';
    for (size_t i = 0; i < wanted->required; i++) {
        if (!has_name((const char *)head, n, wanted->names[i])) {
            return false;
        }
    }
    return true;
}

bool csv_number(const char *cell, const char *what, uint64_t most, uint64_t *number,
                struct problem *problem)
{
    const char *at = cell;
    if (!import_number(&at, "", number) || *number > most) {
        return problem_set(problem, "'%.40s' is no %s (a whole number up to %" PRIu64 ")", cell,
                           what, most);
    }
    return true;
}
