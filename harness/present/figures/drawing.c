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
    {"pdf", offsetof(struct easel, pdf)},
    {"svg", offsetof(struct easel, svg)},
    {"png", offsetof(struct easel, png)},
};

enum { FORMATS = sizeof formats / sizeof *formats };

static bool *format_flag(struct easel *easel, size_t format)
{
    return (bool *)((char *)easel + formats[format].flag);
}

bool easel_formats(struct easel *easel, const char *list, struct problem *problem)
{
    char words[64];
    snprintf(words, sizeof words, "%s", list);
    easel->pdf = easel->svg = easel->png = false;
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
        *format_flag(easel, i) = true;
    }
    return true;
}

bool easel_widths(struct easel *easel, const char *list, struct problem *problem)
{
    easel->widths = 0;
    for (const char *at = list;; at++) {
        char *end;
        double inches = strtod(at, &end);
        if (end == at || (*end && *end != ',') || !(inches >= 2.5 && inches <= 20)) {
            return problem_set(
                problem, "width '%s': give inches from 2.5 to 20, such as 3.3 or 3.3,7", list);
        }
        if (easel->widths == EASEL_WIDTHS) {
            return problem_set(problem, "width '%s': at most %d widths at once", list,
                               EASEL_WIDTHS);
        }
        easel->width[easel->widths++] = inches;
        at = end;
        if (!*at) {
            return true;
        }
    }
}

bool plate_open(struct plate *plate, const struct figure *figure, struct study *study,
                struct easel *easel, const char *suffix, struct problem *problem)
{
    *plate = (struct plate){.easel = easel, .figure = figure, .study = study};
    snprintf(plate->name, sizeof plate->name, "%s%s%s", figure->name, suffix ? "-" : "",
             suffix ? suffix : "");
    snprintf(plate->path, sizeof plate->path, "%s/.%s.csv", easel->dir, plate->name);
    if (!folders_make(easel->dir)) {
        return problem_set(problem, "%s: %s", easel->dir, strerror(errno));
    }
    plate->row.out = fopen(plate->path, "w");
    return plate->row.out || problem_set(problem, "%s: %s", plate->path, strerror(errno));
}

void plate_header(struct plate *plate, const char *const *columns)
{
    for (; *columns; columns++) {
        csv_text(&plate->row, *columns);
    }
    csv_end_row(&plate->row);
}

void plate_end_row(struct plate *plate)
{
    csv_end_row(&plate->row);
    plate->rows++;
}

void plate_abandon(struct plate *plate)
{
    if (plate->row.out) {
        fclose(plate->row.out);
        plate->row.out = NULL;
    }
    unlink(plate->path);
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

/* What measured the folder and by which command, from its manifest; one line each. */
static char *measured_by(const struct study *study)
{
    char path[PATH_SIZE], *text = NULL;
    size_t size, i;
    snprintf(path, sizeof path, "%s/manifest.json", study_dir(study));
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

static char *provenance(const struct plate *plate)
{
    char source[PATH_SIZE], digest[33], version[64], *text = NULL;
    snprintf(source, sizeof source, "%s/%s", study_dir(plate->study), plate->figure->source);
    digest_file(source, digest);
    if (!gnuplot_version(version, sizeof version)) {
        snprintf(version, sizeof version, "gnuplot");
    }
    char *measured = measured_by(plate->study);
    if (asprintf(&text,
                 "Data: %s, XXH128 %s\n%sDrawn by: fitlab " FITLAB_VERSION
                 ", %s, from %s.csv\nDrawn with: %s\n",
                 plate->figure->source, digest, measured, version, plate->name,
                 plate->easel->command) < 0) {
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

enum { MOST_PICTURES = FORMATS * EASEL_WIDTHS };

static bool start_picture(const struct plate *plate, const char *format, double width,
                          struct picture *picture, struct problem *problem)
{
    const struct easel *easel = plate->easel;
    char made[PATH_SIZE], in[32] = "";
    if (easel->widths > 1) {
        snprintf(in, sizeof in, "-%gin", width);
    }
    snprintf(made, sizeof made, "%s/.%s%s.%s", easel->dir, plate->name, in, format);
    snprintf(picture->to, sizeof picture->to, "%s/%s%s.%s", easel->dir, plate->name, in, format);
    return gnuplot_start(&picture->run, plate->figure->name, plate->path, made, width, problem);
}

static bool finish_picture(const struct plate *plate, struct picture *picture,
                           const struct picture_metadata *stamp, struct problem *problem)
{
    const struct easel *easel = plate->easel;
    if (gnuplot_finish(&picture->run, problem) && picture_metadata_write(picture->run.output, stamp, problem) &&
        move(picture->run.output, picture->to, problem)) {
        if (easel->drawn) {
            easel->drawn(picture->to, easel->ctx);
        }
        return true;
    }
    unlink(picture->run.output);
    return false;
}

/* All at a time: there are few, and each waits for its own gnuplot. */
static bool draw_pictures(const struct plate *plate, const struct picture_metadata *stamp,
                          struct problem *problem)
{
    static struct picture picture[MOST_PICTURES];
    struct problem later;
    size_t started = 0;
    bool done = true;
    for (size_t i = 0; i < FORMATS; i++) {
        for (size_t w = 0; done && *format_flag(plate->easel, i) && w < plate->easel->widths; w++) {
            done = start_picture(plate, formats[i].name, plate->easel->width[w], &picture[started],
                                 problem);
            started += done;
        }
    }
    for (size_t i = 0; i < started; i++) {
        done = finish_picture(plate, &picture[i], stamp, done ? problem : &later) && done;
    }
    return done;
}

static bool write_caption(const struct plate *plate, const struct picture_metadata *stamp,
                          struct problem *problem)
{
    char made[PATH_SIZE], to[PATH_SIZE];
    snprintf(made, sizeof made, "%s/.%s.txt", plate->easel->dir, plate->name);
    snprintf(to, sizeof to, "%s/%s.txt", plate->easel->dir, plate->name);
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
static char *caption_of(const struct plate *plate)
{
    char *text, touch[128] = "";
    if (plate->figure->timed) {
        study_touch_sentence(plate->study, touch, sizeof touch);
    }
    if (asprintf(&text, "%s%s", plate->figure->caption, touch) < 0) {
        abort();
    }
    return text;
}

static bool draw_all(struct plate *plate, struct problem *problem)
{
    char *text = provenance(plate), *caption = caption_of(plate);
    struct picture_metadata stamp = {plate->name, caption, text};
    bool done = draw_pictures(plate, &stamp, problem);
    char to[PATH_SIZE];
    snprintf(to, sizeof to, "%s/%s.csv", plate->easel->dir, plate->name);
    done = done && write_caption(plate, &stamp, problem) && move(plate->path, to, problem);
    free(text);
    free(caption);
    return done || problem_prefix(problem, "figure %s", plate->name);
}

bool plate_close(struct plate *plate, struct problem *problem)
{
    bool written = !ferror(plate->row.out);
    if (fclose(plate->row.out) || !written) {
        problem_set(problem, "%s: %s", plate->path, strerror(errno));
        unlink(plate->path);
        return false;
    }
    plate->row.out = NULL;
    bool done = plate->rows == 0 || draw_all(plate, problem);
    if (plate->rows && done) {
        plate->easel->plates++;
    }
    if (!plate->rows || !done) {
        unlink(plate->path);
    }
    return done;
}

bool plate_each_workload(const struct figure *figure, struct study *study, struct easel *easel,
                         const char *const *header, plate_writer *write, const void *ctx,
                         struct problem *problem)
{
    const struct roster *workloads = study_workloads(study);
    for (size_t w = 0; w < workloads->count; w++) {
        struct plate plate;
        if (!plate_open(&plate, figure, study, easel, workloads->subject[w].slug, problem)) {
            return false;
        }
        plate_header(&plate, header);
        if (!write(&plate, w, ctx, problem)) {
            plate_abandon(&plate);
            return false;
        }
        if (!plate_close(&plate, problem)) {
            return false;
        }
    }
    return true;
}
