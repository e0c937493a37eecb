#include "present/figures/drawing.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/folders.h"
#include "present/figures/drawing_queue.h"
#include "results/results_reader.h"

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

bool plot_options_has(const struct plot_options *options, size_t workload)
{
    return !options->chosen || options->chosen[workload];
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

/* What the figure shows, and under which conditions. */
static char *caption_of(const struct drawing *drawing)
{
    char *text, touch[128] = "", seeds[256];
    const char *meter = drawing->figure->memory ? reader_memory(drawing->reader)->sentence : "";
    if (drawing->figure->timed) {
        reader_touch_sentence(drawing->reader, touch, sizeof touch);
    }
    reader_seeds_sentence(drawing->reader, seeds, sizeof seeds);
    if (asprintf(&text, "%s%s%s%s%s", drawing->figure->caption, *meter ? " " : "", meter, touch,
                 seeds) < 0) {
        abort();
    }
    return text;
}

/* Gives the data to whoever asked for it, or to gnuplot. */
static bool hand_on(const struct drawing *drawing, struct problem *problem)
{
    struct plot_options *options = drawing->options;
    char *caption = caption_of(drawing);
    bool done = options->take
                    ? options->take(drawing, drawing->path, caption, options->ctx, problem)
                    : drawing_queue_add(options->queue, drawing, caption, problem);
    free(caption);
    if (options->take) {
        unlink(drawing->path);
    }
    return done;
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
    if (!drawing->rows) {
        unlink(drawing->path);
        return true;
    }
    drawing->options->drawings++;
    return hand_on(drawing, problem);
}

bool drawing_each_workload(const struct figure *figure, struct results_reader *reader,
                           struct plot_options *options, const char *const *header,
                           drawing_writer *write, const void *ctx, struct problem *problem)
{
    const struct roster *workloads = reader_workloads(reader);
    for (size_t w = 0; w < workloads->count; w++) {
        struct drawing drawing;
        if (!plot_options_has(options, w)) {
            continue;
        }
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
