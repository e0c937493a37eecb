#include "present/report/still.h"

#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/temporary.h"
#include "present/figures/drawing.h"
#include "present/figures/figure.h"
#include "present/figures/gnuplot.h"
#include "present/figures/markup.h"
#include "present/report/figure_data.h"

/* The page must stay small: a picture that is larger than this is left out, and so are more maps.
 */
enum { SVG_BYTES_MOST = 400 << 10, MAPS_MOST = 4 };

static char *read_whole(const char *path, size_t *size)
{
    FILE *in = fopen(path, "rb");
    char *text = NULL;
    *size = 0;
    if (in && fseek(in, 0, SEEK_END) == 0) {
        long end = ftell(in);
        rewind(in);
        text = end > 0 ? malloc((size_t)end + 1) : NULL;
        if (text) {
            *size = fread(text, 1, (size_t)end, in);
            text[*size] = '\0';
        }
    }
    if (in) {
        fclose(in);
    }
    return text;
}

/* What gnuplot draws of the CSV, or NULL if there is no gnuplot or it fails: the page does not need
 * the picture. */
static char *draw(const struct drawing *drawing, const char *csv, const char *suffix, size_t *size)
{
    char folder[PATH_MAX], path[PATH_MAX + 32];
    struct problem ignored;
    char *text = NULL;
    if (!temporary_folder("picture", folder, &ignored)) {
        return NULL;
    }
    snprintf(path, sizeof path, "%s/picture.%s", folder, suffix);
    if (gnuplot_draw(drawing->figure->name, csv, path, 7, &ignored)) {
        text = read_whole(path, size);
    }
    unlink(path);
    rmdir(folder);
    return text;
}

static char *base64(const char *text, size_t size)
{
    static const char digit[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    char *out = malloc((size + 2) / 3 * 4 + 1), *at = out;
    if (!out) {
        abort();
    }
    for (size_t i = 0; i < size; i += 3) {
        uint32_t three = 0;
        for (size_t k = 0; k < 3; k++) {
            three = three << 8 | (i + k < size ? (unsigned char)text[i + k] : 0);
        }
        for (size_t k = 0; k < 4; k++) {
            *at++ = i + k > size ? '=' : digit[three >> (18 - 6 * k) & 63];
        }
    }
    *at = '\0';
    return out;
}

static void keep(struct figure_data *data, const struct drawing *drawing, const char *caption,
                 char *svg, char *png)
{
    data->picture = reallocarray(data->picture, data->pictures + 1, sizeof *data->picture);
    char *name = strdup(drawing->name), *words = strdup(caption);
    if (!data->picture || !name || !words) {
        abort();
    }
    data->picture[data->pictures++] = (struct report_picture){name, words, svg, png};
}

/* The few that tell most: all policies on all workloads, what footprints hold, and the front. */
static bool is_telling(const struct drawing *drawing)
{
    const char *figure = drawing->figure->name;
    return !strcmp(figure, "heatmap") || !strcmp(figure, "overhead") ||
           (!strcmp(figure, "pareto") && !strncmp(drawing->subject, "mean", 4));
}

static void take_svg(struct figure_data *data, const struct drawing *drawing, const char *csv,
                     const char *caption)
{
    size_t size;
    char *text = draw(drawing, csv, "svg", &size);
    const char *root = text && size <= SVG_BYTES_MOST ? strstr(text, "<svg") : NULL;
    if (root) {
        keep(data, drawing, caption, strdup(root), NULL);
    }
    free(text);
}

static void take_map(struct figure_data *data, const struct drawing *drawing, const char *csv,
                     const char *caption)
{
    size_t size, maps = 0;
    for (size_t i = 0; i < data->pictures; i++) {
        maps += data->picture[i].png != NULL;
    }
    char *png = maps < MAPS_MOST ? draw(drawing, csv, "png", &size) : NULL;
    if (png) {
        keep(data, drawing, caption, NULL, base64(png, size));
    } else {
        data->maps_left_out++;
    }
    free(png);
}

bool still_take(struct figure_data *data, const struct drawing *drawing, const char *csv,
                const char *caption)
{
    if (is_telling(drawing)) {
        take_svg(data, drawing, csv, caption);
    }
    const char *figure = drawing->figure->name;
    bool is_map = !strcmp(figure, "heap-map") || !strcmp(figure, "thread-map");
    if (is_map) {
        take_map(data, drawing, csv, caption);
    }
    return is_map;
}

static void write_one(const struct report_picture *picture, FILE *out)
{
    fprintf(out, "<figure id=\"picture-%s\">\n<h3>", picture->name);
    markup_text(out, picture->name);
    fputs("</h3>\n", out);
    if (picture->svg) {
        fputs(picture->svg, out);
    } else {
        fprintf(out, "<img src=\"data:image/png;base64,%s\" alt=\"", picture->png);
        markup_text(out, picture->caption);
        fputs("\">\n", out);
    }
    fputs("<figcaption>", out);
    markup_text(out, picture->caption);
    fputs("</figcaption>\n</figure>\n", out);
}

void still_write_svgs(const struct figure_data *data, FILE *out)
{
    for (size_t i = 0; i < data->pictures; i++) {
        if (data->picture[i].svg) {
            write_one(&data->picture[i], out);
        }
    }
}

void still_write_pngs(const struct figure_data *data, FILE *out)
{
    for (size_t i = 0; i < data->pictures; i++) {
        if (data->picture[i].png) {
            write_one(&data->picture[i], out);
        }
    }
    if (data->maps_left_out) {
        fprintf(out,
                "<p>%zu heap maps are not on this page: 'fitlab plot DIR -f heap-map -f thread-map' "
                "draws them.</p>\n",
                data->maps_left_out);
    }
}
