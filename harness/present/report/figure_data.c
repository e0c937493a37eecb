#include "present/report/figure_data.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/table.h"
#include "base/temporary.h"
#include "present/figures/drawing.h"
#include "present/figures/figure.h"
#include "present/report/still.h"
#include "results/results_reader.h"

/* --- columns --------------------------------------------------------------------------------- */

/* A whole number that JavaScript keeps exactly. */
static bool is_whole(const char *text, json_int_t *value)
{
    size_t length = strlen(text);
    char *end;
    if (!length || length > 15 || text[strspn(text, "-0123456789")]) {
        return false;
    }
    *value = strtoll(text, &end, 10);
    return !*end;
}

static json_t *value_of(const char *text)
{
    json_int_t whole;
    char *end;
    if (!*text) {
        return json_null();
    }
    if (is_whole(text, &whole)) {
        return json_integer(whole);
    }
    double real = strtod(text, &end);
    if (!*end && strchr("-.0123456789", text[0])) {
        char few[32];
        snprintf(few, sizeof few, "%.6g", real);
        return json_real(strtod(few, NULL));
    }
    return json_string(text);
}

static bool all_same(const struct table *t, size_t column, size_t from, size_t to)
{
    for (size_t row = from + 1; row < to; row++) {
        if (strcmp(table_cell(t, row, column), table_cell(t, from, column)) != 0) {
            return false;
        }
    }
    return true;
}

/* A list of whole numbers as the first and the differences to the one before each. */
static json_t *differences(const json_t *list)
{
    json_t *out = json_array();
    const json_t *value;
    json_int_t before = 0;
    size_t i;
    json_array_foreach(list, i, value)
    {
        json_array_append_new(out, json_integer(json_integer_value(value) - before));
        before = json_integer_value(value);
    }
    return out;
}

static size_t length_of(const json_t *list)
{
    return json_dumpb(list, NULL, 0, JSON_COMPACT);
}

/* Differences of whole numbers are short where a heap is at rest, and differences of these where
 * it changes evenly, as the events of samples do. Takes the list. */
static json_t *packed(json_t *list)
{
    json_t *once = differences(list), *twice = differences(once);
    bool even = length_of(twice) < length_of(once);
    json_decref(list);
    json_decref(even ? once : twice);
    return even ? json_pack("{s:o}", "dd", twice) : json_pack("{s:o}", "d", once);
}

static json_t *column_of(const struct table *t, size_t column, size_t from, size_t to)
{
    if (all_same(t, column, from, to)) {
        return json_pack("{s:o}", "c", value_of(table_cell(t, from, column)));
    }
    json_t *list = json_array();
    bool whole = true;
    for (size_t row = from; row < to; row++) {
        json_t *value = value_of(table_cell(t, row, column));
        whole = whole && json_is_integer(value);
        json_array_append_new(list, value);
    }
    return whole ? packed(list) : list;
}

/* The place of a column in the pool; takes it. */
static json_t *pooled(struct figure_data *data, json_t *column)
{
    char *text = json_dumps(column, JSON_COMPACT | JSON_REAL_PRECISION(6));
    json_t *place = text ? json_object_get(data->index, text) : NULL;
    if (place) {
        json_incref(place);
    } else {
        place = json_integer((json_int_t)json_array_size(data->pool));
        json_array_append(data->pool, column);
        json_object_set(data->index, text, place);
    }
    free(text);
    json_decref(column);
    return place;
}

/* --- sets ------------------------------------------------------------------------------------ */

static json_t *run_of(struct figure_data *data, const struct table *t, size_t from, size_t to)
{
    json_t *run = json_pack("[I]", (json_int_t)(to - from));
    for (size_t c = 0; c < t->columns; c++) {
        json_array_append_new(run, pooled(data, column_of(t, c, from, to)));
    }
    return run;
}

/* Whether two rows stand in one run: of one policy and, where bands of threads follow one another,
 * of one thread, so that all have the same times. */
static bool same_run(const struct table *t, size_t row, size_t other, size_t thread)
{
    return !strcmp(table_cell(t, row, 0), table_cell(t, other, 0)) &&
           !strcmp(table_cell(t, row, thread), table_cell(t, other, thread));
}

static void add_set(struct figure_data *data, const struct drawing *drawing, const char *caption,
                    const struct table *t)
{
    json_t *columns = json_array(), *runs = json_array();
    struct problem none;
    size_t thread = 0;
    table_column(t, "thread", &thread, &none);
    for (size_t c = 0; c < t->columns; c++) {
        json_array_append_new(columns, json_string(t->name[c]));
    }
    for (size_t from = 0, to; from < t->rows; from = to) {
        for (to = from + 1; to < t->rows; to++) {
            if (!same_run(t, from, to, thread)) {
                break;
            }
        }
        json_array_append_new(runs, run_of(data, t, from, to));
    }
    json_array_append_new(data->sets,
                          json_pack("{s:s, s:s, s:s, s:o, s:o}", "figure", drawing->figure->name,
                                    "subject", drawing->subject, "caption", caption, "columns",
                                    columns, "runs", runs));
}

static bool take(const struct drawing *drawing, const char *csv, const char *caption, void *ctx,
                 struct problem *problem)
{
    struct figure_data *data = ctx;
    if (!still_take(data, drawing, csv, caption)) {
        struct table *t = table_read(csv, problem);
        if (!t) {
            return false;
        }
        add_set(data, drawing, caption, t);
        table_free(t);
    }
    return true;
}

bool figure_data_read(struct results_reader *reader, bool wanted, struct figure_data *data,
                      struct problem *problem)
{
    char folder[PATH_MAX];
    *data = (struct figure_data){json_array(), json_array(), json_object(), NULL, 0, 0};
    if (!wanted || !temporary_folder("report", folder, problem)) {
        return !wanted;
    }
    struct plot_options options = {.take = take, .ctx = data};
    snprintf(options.dir, sizeof options.dir, "%s", folder);
    bool done = true;
    for (size_t i = 0; done && figures[i]; i++) {
        done = !reader_has(reader, figures[i]->source) ||
               figures[i]->prepare(figures[i], reader, &options, problem);
    }
    rmdir(folder);
    return done;
}

void figure_data_free(struct figure_data *data)
{
    json_decref(data->sets);
    json_decref(data->pool);
    json_decref(data->index);
    for (size_t i = 0; i < data->pictures; i++) {
        free(data->picture[i].name);
        free(data->picture[i].caption);
        free(data->picture[i].svg);
        free(data->picture[i].png);
    }
    free(data->picture);
}
