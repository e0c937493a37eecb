#include "present/figures/drawing.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <xxhash.h>

#include "base/folders.h"
#include "present/figures/gnuplot.h"
#include "present/figures/picture_metadata.h"
#include "results/results_reader.h"

enum { PATH_SIZE = 4700 };

static const struct {
    const char *name;
    size_t flag;
} formats[] = {
    {"pdf", offsetof(struct plot_options, pdf)},
    {"svg", offsetof(struct plot_options, svg)},
    {"png", offsetof(struct plot_options, png)},
};

enum { FORMATS = sizeof formats / sizeof *formats };

static bool *format_flag(struct plot_options *options, size_t format)
{
    return (bool *)((char *)options + formats[format].flag);
}

bool plot_options_formats(struct plot_options *options, const char *list, struct problem *problem)
{
    char words[64];
    snprintf(words, sizeof words, "%s", list);
    options->pdf = options->svg = options->png = false;
    for (char *next = words; next;) {
        const char *word = strsep(&next, ",");
        size_t i = 0;
        while (i < FORMATS && strcmp(formats[i].name, word) != 0) {
            i++;
        }
        if (i == FORMATS) {
            return problem_set(problem, "unknown format '%s': give pdf, svg, png or a list of them",
                               word);
        }
        *format_flag(options, i) = true;
    }
    return true;
}

bool plot_options_widths(struct plot_options *options, const char *list, struct problem *problem)
{
    options->widths = 0;
    for (const char *at = list;; at++) {
        char *end;
        double inches = strtod(at, &end);
        if (end == at || (*end && *end != ',') || !(inches >= 2.5 && inches <= 20)) {
            return problem_set(
                problem, "width '%s': give inches from 2.5 to 20, such as 3.3 or 3.3,7", list);
        }
        if (options->widths == PLOT_WIDTHS_MOST) {
            return problem_set(problem, "width '%s': at most %d widths at once", list,
                               PLOT_WIDTHS_MOST);
        }
        options->width[options->widths++] = inches;
        at = end;
        if (!*at) {
            return true;
        }
    }
}

bool drawing_open(struct drawing *drawing, const struct figure *figure,
                  struct results_reader *reader, struct plot_options *options, const char *suffix,
                  struct problem *problem)
{
    *drawing = (struct drawing){.options = options, .figure = figure, .reader = reader};
    snprintf(drawing->name, sizeof drawing->name, "%s%s%s", figure->name, suffix ? "-" : "",
             suffix ? suffix : "");
    snprintf(drawing->subject, sizeof drawing->subject, "%s", suffix ? suffix : "");
    snprintf(drawing->path, sizeof drawing->path, "%s/.%s.csv", options->dir, drawing->name);
    if (!folders_make(options->dir)) {
        return problem_set(problem, "%s: %s", options->dir, strerror(errno));
    }
    drawing->row.out = fopen(drawing->path, "w");
    return drawing->row.out || problem_set(problem, "%s: %s", drawing->path, strerror(errno));
}

void drawing_header(struct drawing *drawing, const char *const *columns)
{
    for (; *columns; columns++) {
        csv_text(&drawing->row, *columns);
    }
    csv_end_row(&drawing->row);
}

void drawing_end_row(struct drawing *drawing)
{
    csv_end_row(&drawing->row);
    drawing->rows++;
}

void drawing_abandon(struct drawing *drawing)
{
    if (drawing->row.out) {
        fclose(drawing->row.out);
        drawing->row.out = NULL;
    }
    unlink(drawing->path);
}

/* --- provenance --------------------------------------------------------------------------------
 */

static void digest_file(const char *path, char hex[33])
{
    snprintf(hex, 33, "unknown");
    FILE *in = fopen(path, "rb");
    XXH3_state_t *state = XXH3_createState();
    if (in && state) {
        char block[65536];
        size_t got;
        XXH3_128bits_reset(state);
        while ((got = fread(block, 1, sizeof block, in)) > 0) {
            XXH3_128bits_update(state, block, got);
        }
        XXH128_hash_t h = XXH3_128bits_digest(state);
        snprintf(hex, 33, "%016llx%016llx", (unsigned long long)h.high64,
                 (unsigned long long)h.low64);
    }
    XXH3_freeState(state);
    if (in) {
        fclose(in);
    }
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

static char *provenance(const struct drawing *drawing)
{
    char source[PATH_SIZE], digest[33], version[64], *text = NULL;
    snprintf(source, sizeof source, "%s/%s", reader_dir(drawing->reader), drawing->figure->source);
    digest_file(source, digest);
    if (!gnuplot_version(version, sizeof version)) {
        snprintf(version, sizeof version, "gnuplot");
    }
    char *measured = measured_by(drawing->reader);
    if (asprintf(&text,
                 "Data: %s, XXH128 %s\n%sDrawn by: fitlab " FITLAB_VERSION
                 ", %s, from %s.csv\nDrawn with: %s\n",
                 drawing->figure->source, digest, measured, version, drawing->name,
                 drawing->options->command) < 0) {
        abort();
    }
    free(measured);
    return text;
}

/* --- drawing -----------------------------------------------------------------------------------
 */

static bool move(const char *from, const char *to, struct problem *problem)
{
    return !rename(from, to) || problem_set(problem, "%s: %s", to, strerror(errno));
}

/* One picture: in one format and width. */
struct picture {
    struct gnuplot_run run;
    char to[PATH_SIZE];
};

enum { MOST_PICTURES = FORMATS * PLOT_WIDTHS_MOST };

static bool start_picture(const struct drawing *drawing, const char *format, double width,
                          struct picture *picture, struct problem *problem)
{
    const struct plot_options *options = drawing->options;
    char made[PATH_SIZE], in[32] = "";
    if (options->widths > 1) {
        snprintf(in, sizeof in, "-%gin", width);
    }
    snprintf(made, sizeof made, "%s/.%s%s.%s", options->dir, drawing->name, in, format);
    snprintf(picture->to, sizeof picture->to, "%s/%s%s.%s", options->dir, drawing->name, in,
             format);
    return gnuplot_start(&picture->run, drawing->figure->name, drawing->path, made, width, problem);
}

static bool finish_picture(const struct drawing *drawing, struct picture *picture,
                           const struct picture_metadata *stamp, struct problem *problem)
{
    const struct plot_options *options = drawing->options;
    if (gnuplot_finish(&picture->run, problem) &&
        picture_metadata_write(picture->run.output, stamp, problem) &&
        move(picture->run.output, picture->to, problem)) {
        if (options->drawn) {
            options->drawn(picture->to, options->ctx);
        }
        return true;
    }
    unlink(picture->run.output);
    return false;
}

/* Starts all pictures at once: there are few, and each waits for a gnuplot of its own. */
static bool draw_pictures(const struct drawing *drawing, const struct picture_metadata *stamp,
                          struct problem *problem)
{
    static struct picture picture[MOST_PICTURES];
    struct problem later;
    size_t started = 0;
    bool done = true;
    for (size_t i = 0; i < FORMATS; i++) {
        for (size_t w = 0;
             done && *format_flag(drawing->options, i) && w < drawing->options->widths; w++) {
            done = start_picture(drawing, formats[i].name, drawing->options->width[w],
                                 &picture[started], problem);
            started += done;
        }
    }
    for (size_t i = 0; i < started; i++) {
        done = finish_picture(drawing, &picture[i], stamp, done ? problem : &later) && done;
    }
    return done;
}

static bool write_caption(const struct drawing *drawing, const struct picture_metadata *stamp,
                          struct problem *problem)
{
    char made[PATH_SIZE], to[PATH_SIZE];
    snprintf(made, sizeof made, "%s/.%s.txt", drawing->options->dir, drawing->name);
    snprintf(to, sizeof to, "%s/%s.txt", drawing->options->dir, drawing->name);
    FILE *out = fopen(made, "w");
    if (!out) {
        return problem_set(problem, "%s: %s", made, strerror(errno));
    }
    fprintf(out, "%s\n\n%s\n\n%s", stamp->title, stamp->caption, stamp->provenance);
    if (fclose(out)) {
        return problem_set(problem, "%s: %s", made, strerror(errno));
    }
    return move(made, to, problem);
}

/* What the figure shows, and under which conditions. */
static char *caption_of(const struct drawing *drawing)
{
    char *text, touch[128] = "", seeds[256];
    if (drawing->figure->timed) {
        reader_touch_sentence(drawing->reader, touch, sizeof touch);
    }
    reader_seeds_sentence(drawing->reader, seeds, sizeof seeds);
    if (asprintf(&text, "%s%s%s", drawing->figure->caption, touch, seeds) < 0) {
        abort();
    }
    return text;
}

static bool draw_all(struct drawing *drawing, struct problem *problem)
{
    char *text = provenance(drawing), *caption = caption_of(drawing);
    struct picture_metadata stamp = {drawing->name, caption, text};
    bool done = draw_pictures(drawing, &stamp, problem);
    char to[PATH_SIZE];
    snprintf(to, sizeof to, "%s/%s.csv", drawing->options->dir, drawing->name);
    done = done && write_caption(drawing, &stamp, problem) && move(drawing->path, to, problem);
    free(text);
    free(caption);
    return done || problem_prefix(problem, "figure %s", drawing->name);
}

/* The data alone, for whoever asked for it. */
static bool take(const struct drawing *drawing, struct problem *problem)
{
    char *caption = caption_of(drawing);
    bool taken =
        drawing->options->take(drawing, drawing->path, caption, drawing->options->ctx, problem);
    free(caption);
    unlink(drawing->path);
    return taken;
}

bool drawing_close(struct drawing *drawing, struct problem *problem)
{
    bool written = !ferror(drawing->row.out);
    if (fclose(drawing->row.out) || !written) {
        problem_set(problem, "%s: %s", drawing->path, strerror(errno));
        unlink(drawing->path);
        return false;
    }
    drawing->row.out = NULL;
    bool done = drawing->rows == 0 ||
                (drawing->options->take ? take(drawing, problem) : draw_all(drawing, problem));
    if (drawing->rows && done) {
        drawing->options->drawings++;
    }
    if (!drawing->rows || !done) {
        unlink(drawing->path);
    }
    return done;
}

bool drawing_each_workload(const struct figure *figure, struct results_reader *reader,
                           struct plot_options *options, const char *const *header,
                           drawing_writer *write, const void *ctx, struct problem *problem)
{
    const struct roster *workloads = reader_workloads(reader);
    for (size_t w = 0; w < workloads->count; w++) {
        struct drawing drawing;
        if (!drawing_open(&drawing, figure, reader, options, workloads->subject[w].slug, problem)) {
            return false;
        }
        drawing_header(&drawing, header);
        if (!write(&drawing, w, ctx, problem)) {
            drawing_abandon(&drawing);
            return false;
        }
        if (!drawing_close(&drawing, problem)) {
            return false;
        }
    }
    return true;
}
