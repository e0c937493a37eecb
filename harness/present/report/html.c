#include <dirent.h>
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "present/figures/figure.h"
#include "present/figures/markup.h"
#include "present/report/players.h"
#include "present/report/report.h"
#include "present/report/tables.h"
#include "results/results_reader.h"

enum { PATH_SIZE = 4700 };

static const char style[] =
    "body{font:16px/1.5 'Liberation Sans',Arial,sans-serif;color:#222;max-width:60rem;"
    "margin:2rem auto;padding:0 1rem}\n"
    "h1,h2,h3{line-height:1.2}h2{margin-top:2.5rem;border-bottom:1px solid #ddd}\n"
    "nav a{margin-right:1em}.wide{overflow-x:auto}\n"
    "table{border-collapse:collapse;font-size:14px;font-variant-numeric:tabular-nums}\n"
    "td,th{padding:.15rem .6rem;text-align:right;white-space:nowrap}\n"
    "thead th{border-bottom:1px solid #222;vertical-align:bottom;white-space:normal;"
    "max-width:7rem}\n"
    "th:first-child{text-align:left;font-weight:normal}\n"
    "tbody tr:hover{background:#f2f6fa}\n"
    "#failures td{text-align:left}\n"
    "figure{margin:1.5rem 0}figure svg{max-width:100%;height:auto}\n"
    "figcaption{font-size:14px;color:#444}pre{font-size:12px;overflow-x:auto;background:#f7f7f7;"
    "padding:.5rem}\n"
    "dl{display:grid;grid-template-columns:max-content auto;gap:.2rem 1rem}dd{margin:0}\n";

/* --- figures ---------------------------------------------------------------------------------- */

static int is_svg(const struct dirent *entry)
{
    const char *suffix = strrchr(entry->d_name, '.');
    return entry->d_name[0] != '.' && suffix && !strcmp(suffix, ".svg");
}

/* An SVG from its root element on: what stands before it belongs to a file of its own. */
static void inline_svg(FILE *out, FILE *svg)
{
    char line[65536];
    bool inside = false;
    while (fgets(line, sizeof line, svg)) {
        inside = inside || !strncmp(line, "<svg", 4);
        if (inside) {
            fputs(line, out);
        }
    }
}

/* The caption of a figure: the second paragraph of its text; the third says where it comes from. */
static void inline_caption(FILE *out, FILE *caption)
{
    char line[65536];
    int paragraph = 0;
    fputs("<figcaption>", out);
    while (fgets(line, sizeof line, caption)) {
        if (line[0] == '\n') {
            paragraph++;
            fputs(paragraph == 2 ? "<details><summary>Where it comes from</summary><pre>" : "",
                  out);
        } else if (paragraph > 0) {
            markup_text(out, line);
        }
    }
    fputs(paragraph >= 2 ? "</pre></details></figcaption>\n" : "</figcaption>\n", out);
}

static void write_figure(FILE *out, const char *folder, const char *file)
{
    char path[PATH_SIZE];
    snprintf(path, sizeof path, "%s/%s", folder, file);
    FILE *svg = fopen(path, "r");
    if (!svg) {
        return;
    }
    int stem = (int)(strlen(file) - strlen(".svg"));
    fprintf(out, "<figure id=\"figure-%.*s\">\n", stem, file);
    inline_svg(out, svg);
    fclose(svg);
    snprintf(path, sizeof path, "%s/%.*s.txt", folder, stem, file);
    FILE *caption = fopen(path, "r");
    if (caption) {
        inline_caption(out, caption);
        fclose(caption);
    }
    fputs("</figure>\n", out);
}

/* The drawing's name begins with the figure's, and then comes what it is of. */
static bool is_plate_of(const char *file, const struct figure *figure)
{
    size_t length = strlen(figure->name);
    return !strncmp(file, figure->name, length) && strchr("-.", file[length]);
}

static void write_figures(FILE *out, const char *folder)
{
    struct dirent **entry;
    int n = folder ? scandir(folder, &entry, is_svg, alphasort) : 0;
    if (n <= 0) {
        return;
    }
    fputs("<h2 id=\"figures\">Figures</h2>\n", out);
    for (size_t f = 0; figures[f]; f++) {
        for (int i = 0; i < n; i++) {
            if (is_plate_of(entry[i]->d_name, figures[f])) {
                write_figure(out, folder, entry[i]->d_name);
            }
        }
    }
    for (int i = 0; i < n; i++) {
        free(entry[i]);
    }
    free(entry);
}

/* --- where it comes from ------------------------------------------------------------------------
 */

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
    fputs("<h2 id=\"provenance\">Where it comes from</h2>\n", out);
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

/* --- the page -----------------------------------------------------------------------------------
 */

static void write_tables(FILE *out, const struct report_tables *tables, bool detail)
{
    for (size_t i = 0; i < tables->count; i++) {
        if (tables->table[i]->detail == detail) {
            report_table_html(tables->table[i], out);
        }
    }
}

static void write_page(FILE *out, const struct results_reader *reader,
                       const struct report_tables *tables, const char *figure_folder,
                       const struct report_players *players)
{
    fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
          "<meta name=\"viewport\" content=\"width=device-width\">\n<title>fitlab: ",
          out);
    markup_text(out, reader_dir(reader));
    fprintf(out, "</title>\n<style>\n%s</style>\n</head>\n<body>\n<h1>fitlab: ", style);
    markup_text(out, reader_dir(reader));
    fprintf(out, "</h1>\n<p>%zu policies on %zu workloads.</p>\n",
            roster_specs(reader_policies(reader)), reader_workloads(reader)->count);
    fputs("<nav><a href=\"#tables\">Tables</a><a href=\"#figures\">Figures</a>"
          "<a href=\"#workloads\">Each workload</a>"
          "<a href=\"#provenance\">Where it comes from</a></nav>\n<h2 id=\"tables\">Tables</h2>\n",
          out);
    write_tables(out, tables, false);
    write_figures(out, figure_folder);
    if (players) {
        report_players_html(players, reader, out);
    }
    fputs("<h2 id=\"workloads\">Each workload</h2>\n", out);
    write_tables(out, tables, true);
    write_provenance(out, reader);
    fputs("</body>\n</html>\n", out);
}

bool report_html(const char *path, const struct results_reader *reader,
                 const struct report_tables *tables, const char *figure_folder,
                 const struct report_players *players, struct problem *problem)
{
    char made[PATH_SIZE];
    snprintf(made, sizeof made, "%s.part", path);
    FILE *out = fopen(made, "w");
    if (!out) {
        return problem_set(problem, "%s: %s", path, strerror(errno));
    }
    write_page(out, reader, tables, figure_folder, players);
    bool written = !ferror(out);
    if (fclose(out) || !written || rename(made, path)) {
        problem_set(problem, "%s: cannot be written: %s", path, strerror(errno));
        remove(made);
        return false;
    }
    return true;
}
