#include "present/report/report.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "present/figures/markup.h"
#include "present/report/against.h"
#include "present/report/figure_data.h"
#include "present/report/opening.h"
#include "present/report/page_data.h"
#include "present/report/players.h"
#include "present/report/still.h"
#include "present/report/tables.h"
#include "results/results_reader.h"

enum { PATH_SIZE = 4700 };

/* The files of this folder that make the page: made by embed.cmake. */
extern const char report_page_html[], report_page_css[], report_page_js[];

/* ---- where it comes from ---- */

static void write_value(FILE *out, const json_t *value)
{
    char *text = json_is_string(value)
                     ? strdup(json_string_value(value))
                     : json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT | JSON_REAL_PRECISION(6));
    markup_text(out, text ? text : "");
    free(text);
}

static void write_object(FILE *out, const char *title, json_t *object)
{
    const char *key;
    json_t *value;
    if (!json_is_object(object)) {
        return;
    }
    fprintf(out, "<h3>%s</h3>\n<dl>\n", title);
    json_object_foreach(object, key, value)
    {
        fputs("<dt>", out);
        markup_text(out, key);
        fputs("</dt><dd>", out);
        write_value(out, value);
        fputs("</dd>\n", out);
    }
    fputs("</dl>\n", out);
}

static void write_words(FILE *out, json_t *words)
{
    size_t i;
    json_t *word;
    fputs("<pre>", out);
    json_array_foreach(words, i, word)
    {
        fputs(i ? " " : "", out);
        markup_text(out, json_is_string(word) ? json_string_value(word) : "");
    }
    fputs("</pre>\n", out);
}

static void write_provenance(FILE *out, const struct results_reader *reader)
{
    char path[PATH_SIZE];
    snprintf(path, sizeof path, "%s/manifest.json", reader_dir(reader));
    json_t *manifest = json_load_file(path, 0, NULL);
    if (manifest) {
        write_words(out, json_object_get(manifest, "command"));
        write_object(out, "fitlab", json_object_get(manifest, "fitlab"));
        write_object(out, "Machine", json_object_get(manifest, "machine"));
        write_object(out, "Clock", json_object_get(manifest, "clock"));
        write_object(out, "Cells", json_object_get(manifest, "cells"));
    } else {
        fputs("<p>The folder has no manifest.json.</p>\n", out);
    }
    json_decref(manifest);
}

/* ---- the words of the template ---- */

/* What the template is filled with, and the data, made beforehand as it can fail. */
struct page {
    const struct report *report;
    char *data;
};

static const struct report *report_of(const void *page)
{
    return ((const struct page *)page)->report;
}

static void put_title(FILE *out, const void *page)
{
    markup_text(out, report_of(page)->title);
}

static void put_style(FILE *out, const void *page)
{
    (void)page;
    fputs(report_page_css, out);
}

static void put_script(FILE *out, const void *page)
{
    (void)page;
    fputs(report_page_js, out);
}

static void put_data(FILE *out, const void *page)
{
    fputs(((const struct page *)page)->data, out);
}

static void put_opening(FILE *out, const void *page)
{
    const struct opening *opening = report_of(page)->opening;
    for (size_t i = 0; i < OPENING_SENTENCES; i++) {
        fputs("<p>", out);
        markup_text(out, opening->sentence[i] ? opening->sentence[i] : "");
        fputs("</p>\n", out);
    }
}

static void write_tables(FILE *out, const struct report_tables *tables, bool detail)
{
    for (size_t i = 0; i < tables->count; i++) {
        if (tables->table[i]->detail == detail) {
            report_table_html(tables->table[i], out);
        }
    }
}

static void put_tables(FILE *out, const void *page)
{
    write_tables(out, report_of(page)->tables, false);
}

static void put_details(FILE *out, const void *page)
{
    write_tables(out, report_of(page)->tables, true);
}

static void put_svgs(FILE *out, const void *page)
{
    still_write_svgs(report_of(page)->figures, out);
}

static void put_maps(FILE *out, const void *page)
{
    still_write_pngs(report_of(page)->figures, out);
}

static void put_players(FILE *out, const void *page)
{
    report_players_html(report_of(page)->players, report_of(page)->reader, out);
}

static void put_against(FILE *out, const void *page)
{
    const struct report *report = report_of(page);
    if (report->against) {
        against_write(report->against, report->against_folder, out);
    }
}

static void put_provenance(FILE *out, const void *page)
{
    write_provenance(out, report_of(page)->reader);
}

static const struct markup_word words[] = {{"@TITLE@", put_title},
                                           {"@STYLE@", put_style},
                                           {"@OPENING@", put_opening},
                                           {"@TABLES@", put_tables},
                                           {"@DETAILS@", put_details},
                                           {"@PICTURES@", put_svgs},
                                           {"@MAPS@", put_maps},
                                           {"@AGAINST@", put_against},
                                           {"@PLAYERS@", put_players},
                                           {"@PROVENANCE@", put_provenance},
                                           {"@DATA@", put_data},
                                           {"@SCRIPT@", put_script},
                                           {NULL, NULL}};

/* ---- the page ---- */

static char *data_of(const struct report *report, struct problem *problem)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    if (!out) {
        problem_set(problem, "out of memory");
        return NULL;
    }
    bool done = page_data_write(report->reader, report->figures, out, problem);
    if (fclose(out) || !done) {
        free(text);
        return NULL;
    }
    return text;
}

bool report_html(const char *path, const struct report *report, struct problem *problem)
{
    char made[PATH_SIZE];
    struct page page = {report, data_of(report, problem)};
    if (!page.data) {
        return false;
    }
    snprintf(made, sizeof made, "%s.part", path);
    FILE *out = fopen(made, "w");
    if (!out) {
        free(page.data);
        return problem_set(problem, "%s: %s", path, strerror(errno));
    }
    markup_template(out, report_page_html, words, &page);
    free(page.data);
    bool written = !ferror(out);
    if (fclose(out) || !written || rename(made, path)) {
        problem_set(problem, "%s: cannot be written: %s", path, strerror(errno));
        remove(made);
        return false;
    }
    return true;
}
