#include "present/figures/picture_origin.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "present/figures/drawing.h"
#include "present/figures/drawn.h"
#include "present/figures/gnuplot.h"
#include "results/results_reader.h"

enum { PATH_SIZE = 4700, MOST_TABLES = 16 };

struct picture_origin {
    char gnuplot[64];
    char *measured;
    struct {
        const char *name; /* the figure's */
        char digest[DRAWN_DIGEST];
    } table[MOST_TABLES];
    size_t tables;
};

struct picture_origin *picture_origin_new(void)
{
    struct picture_origin *p = calloc(1, sizeof *p);
    if (!p) {
        abort();
    }
    return p;
}

void picture_origin_free(struct picture_origin *p)
{
    free(p->measured);
    free(p);
}

/* The digest of a table of the folder. All drawings of a queue are of one folder. */
static const char *digest_of(struct picture_origin *p, const struct drawing *drawing)
{
    const char *name = drawing->figure->source;
    size_t i = 0;
    while (i < p->tables && strcmp(p->table[i].name, name) != 0) {
        i++;
    }
    if (i == p->tables) {
        char path[PATH_SIZE];
        i = p->tables < MOST_TABLES ? p->tables++ : 0;
        p->table[i].name = name;
        snprintf(path, sizeof path, "%s/%s", reader_dir(drawing->reader), name);
        XXH3_state_t *state = drawn_digest_begin();
        bool read = drawn_digest_file(state, path);
        drawn_digest_end(state, p->table[i].digest);
        if (!read) {
            snprintf(p->table[i].digest, sizeof p->table[i].digest, "unknown");
        }
    }
    return p->table[i].digest;
}

static const char *string_at(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "unknown";
}

/* The programs and commands that measured the folder, from its manifest; one line each. */
static char *measured_by(const struct results_reader *reader)
{
    char path[PATH_SIZE], *text = NULL;
    size_t size, i;
    snprintf(path, sizeof path, "%s/manifest.json", reader_dir(reader));
    json_t *manifest = json_load_file(path, 0, NULL), *word;
    const json_t *fitlab = json_object_get(manifest, "fitlab");
    FILE *out = open_memstream(&text, &size);
    if (!out) {
        abort();
    }
    if (fitlab) {
        fprintf(out,
                "Measured by: fitlab %s, commit %s%s\nMeasured with:", string_at(fitlab, "version"),
                string_at(fitlab, "commit"),
                json_is_true(json_object_get(fitlab, "dirty")) ? " with local changes" : "");
        json_array_foreach(json_object_get(manifest, "command"), i, word)
        {
            fprintf(out, " %s", json_string_value(word));
        }
        fputc('\n', out);
    } else {
        fputs("Measured by: unknown, as the folder has no manifest.json\n", out);
    }
    json_decref(manifest);
    if (fclose(out)) {
        abort();
    }
    return text;
}

static const char *gnuplot_of(struct picture_origin *p)
{
    if (!*p->gnuplot && !gnuplot_version(p->gnuplot, sizeof p->gnuplot)) {
        snprintf(p->gnuplot, sizeof p->gnuplot, "gnuplot");
    }
    return p->gnuplot;
}

char *picture_origin_text(struct picture_origin *p, const struct drawing *drawing)
{
    char *text;
    p->measured = p->measured ? p->measured : measured_by(drawing->reader);
    if (asprintf(&text,
                 "Data: %s, XXH128 %s\n%sDrawn by: fitlab " FITLAB_VERSION
                 ", %s, from %s.csv\nDrawn with: %s\n",
                 drawing->figure->source, digest_of(p, drawing), p->measured, gnuplot_of(p),
                 drawing->name, drawing->options->command) < 0) {
        abort();
    }
    return text;
}

char *picture_origin_of_data(struct picture_origin *p, const struct drawing *drawing)
{
    char *text;
    if (asprintf(&text, "%s %s %s " FITLAB_VERSION, drawing->figure->source, digest_of(p, drawing),
                 gnuplot_of(p)) < 0) {
        abort();
    }
    return text;
}
