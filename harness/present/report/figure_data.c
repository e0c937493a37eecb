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

/* The differences between whole numbers, which are short where a heap is at rest; NULL: some value
 * is no whole number. */
static json_t *differences(const struct table *t, size_t column, size_t from, size_t to)
{
    json_t *list = json_array();
    json_int_t value, before = 0;
    for (size_t row = from; row < to; row++, before = value) {
        if (!is_whole(table_cell(t, row, column), &value)) {
            json_decref(list);
            return NULL;
        }
        json_array_append_new(list, json_integer(value - before));
    }
    return json_pack("{s:o}", "d", list);
}

static json_t *column_of(const struct table *t, size_t column, size_t from, size_t to)
{
    if (all_same(t, column, from, to)) {
        return json_pack("{s:o}", "c", value_of(table_cell(t, from, column)));
    }
    json_t *list = differences(t, column, from, to);
    if (list) {
        return list;
    }
    list = json_array();
    for (size_t row = from; row < to; row++) {
        json_array_append_new(list, value_of(table_cell(t, row, column)));
    }
    return list;
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

static void add_set(struct figure_data *data, const struct drawing *drawing, const char *caption,
                    const struct table *t)
{
    json_t *columns = json_array(), *runs = json_array();
    for (size_t c = 0; c < t->columns; c++) {
        json_array_append_new(columns, json_string(t->name[c]));
    }
    for (size_t from = 0, to; from < t->rows; from = to) {
        for (to = from + 1; to < t->rows; to++) {
            if (strcmp(table_cell(t, to, 0), table_cell(t, from, 0)) != 0) {
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
