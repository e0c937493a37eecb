#include "present/figures/drawing_queue.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/seconds.h"
#include "present/figures/drawn.h"
#include "present/figures/gnuplot.h"
#include "present/figures/picture_metadata.h"
#include "present/figures/picture_origin.h"

enum { PATH_SIZE = 4700, MOST_PICTURES = 3 * PLOT_WIDTHS_MOST };

/* One picture: in one format and width. */
struct picture {
    struct gnuplot_run run;
    char name[400], digest[DRAWN_DIGEST];
};

/* A drawing whose pictures are being drawn. */
struct job {
    char name[256], csv[PATH_SIZE], *caption, *provenance;
    struct picture picture[MOST_PICTURES];
    size_t pictures;
    bool failed; /* not all of its pictures could be begun */
    struct job *next;
};

struct drawing_queue {
    const struct plot_options *options;
    struct drawn *drawn;
    struct picture_origin *origin;
    struct job *first, **last;
    size_t running, most; /* gnuplots */
    size_t about, drawings;
    double began;
    bool failed;
    struct problem problem; /* the first */
};

void drawing_queue_open(struct plot_options *options, size_t about)
{
    struct drawing_queue *q = calloc(1, sizeof *q);
    if (!q) {
        abort();
    }
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    *q = (struct drawing_queue){.options = options,
                                .drawn = drawn_open(options->dir),
                                .origin = picture_origin_new(),
                                .most = cores > 0 ? (size_t)cores : 1,
                                .about = isatty(STDERR_FILENO) ? about : 0,
                                .began = seconds_now()};
    q->last = &q->first;
    options->queue = q;
}

static void show_progress(const struct drawing_queue *q)
{
    if (q->about && q->drawings) {
        double left = (seconds_now() - q->began) / (double)q->drawings *
                      (q->about > q->drawings ? (double)(q->about - q->drawings) : 0);
        fprintf(stderr, "\r\033[Kfitlab: %zu of about %zu figures, %.0fs left", q->drawings,
                q->about > q->drawings ? q->about : q->drawings, left);
    }
}

/* --- ending ---------------------------------------------------------------------------------- */

static bool move(const char *from, const char *to, struct problem *problem)
{
    return !rename(from, to) || problem_set(problem, "%s: %s", to, strerror(errno));
}

static bool finish_picture(struct drawing_queue *q, const struct job *job, struct picture *picture,
                           struct problem *problem)
{
    const struct picture_metadata stamp = {job->name, job->caption, job->provenance};
    char to[PATH_SIZE];
    snprintf(to, sizeof to, "%s/%s", q->options->dir, picture->name);
    bool drew = gnuplot_finish(&picture->run, problem);
    q->running--;
    if (drew && picture_metadata_write(picture->run.output, &stamp, problem) &&
        move(picture->run.output, to, problem)) {
        drawn_picture(q->drawn, picture->name, picture->digest);
        if (q->options->drawn) {
            q->options->drawn(to, q->options->ctx);
        }
        return true;
    }
    unlink(picture->run.output);
    return false;
}

static bool write_caption(const struct drawing_queue *q, const struct job *job,
                          struct problem *problem)
{
    char made[PATH_SIZE], to[PATH_SIZE];
    snprintf(made, sizeof made, "%s/.%s.txt", q->options->dir, job->name);
    snprintf(to, sizeof to, "%s/%s.txt", q->options->dir, job->name);
    FILE *out = fopen(made, "w");
    if (!out) {
        return problem_set(problem, "%s: %s", made, strerror(errno));
    }
    fprintf(out, "%s\n\n%s\n\n%s", job->name, job->caption, job->provenance);
    if (fclose(out)) {
        return problem_set(problem, "%s: %s", made, strerror(errno));
    }
    return move(made, to, problem);
}

/* Whether nothing of a drawing was stale, and the files beside its pictures are there: they go on
 * to say with which command the pictures were drawn. */
static bool is_complete(const struct drawing_queue *q, const struct job *job)
{
    char caption[PATH_SIZE], csv[PATH_SIZE];
    snprintf(caption, sizeof caption, "%s/%s.txt", q->options->dir, job->name);
    snprintf(csv, sizeof csv, "%s/%s.csv", q->options->dir, job->name);
    return !job->pictures && !access(caption, R_OK) && !access(csv, R_OK);
}

/* Waits for the drawing that was begun first, and writes the files beside its pictures. */
static void finish_first(struct drawing_queue *q)
{
    struct job *job = q->first;
    struct problem problem;
    char to[PATH_SIZE];
    bool done = !job->failed;
    for (size_t i = 0; i < job->pictures; i++) {
        struct problem later;
        done = finish_picture(q, job, &job->picture[i], done ? &problem : &later) && done;
    }
    snprintf(to, sizeof to, "%s/%s.csv", q->options->dir, job->name);
    if (done && is_complete(q, job)) {
        unlink(job->csv);
    } else {
        done = done && write_caption(q, job, &problem) && move(job->csv, to, &problem);
    }
    if (!done) {
        unlink(job->csv);
        if (!q->failed) {
            q->failed = true;
            q->problem = problem;
            problem_prefix(&q->problem, "figure %s", job->name);
        }
    }
    q->first = job->next;
    q->last = q->first ? q->last : &q->first;
    free(job->caption);
    free(job->provenance);
    free(job);
    q->drawings++;
    show_progress(q);
}

/* --- beginning ------------------------------------------------------------------------------- */

/* What makes a picture what it is: its numbers, its script, and how it is to look. */
static void digest_picture(const struct drawing *drawing, const char *format, double width,
                           const char *caption, const char *facts, char hex[DRAWN_DIGEST])
{
    char dir[4096], path[PATH_SIZE], inches[32];
    struct problem ignored;
    XXH3_state_t *state = drawn_digest_begin();
    snprintf(inches, sizeof inches, "%g", width);
    drawn_digest_text(state, format);
    drawn_digest_text(state, inches);
    drawn_digest_text(state, caption);
    drawn_digest_text(state, facts);
    drawn_digest_file(state, drawing->path);
    if (gnuplot_scripts(dir, sizeof dir, &ignored)) {
        /* its own, and those that scripts call */
        const char *const script[] = {drawing->figure->name, "style", "end_labels", "point_labels",
                                      "spots"};
        for (size_t i = 0; i < sizeof script / sizeof *script; i++) {
            snprintf(path, sizeof path, "%s/%s.gp", dir, script[i]);
            drawn_digest_file(state, path);
        }
    }
    drawn_digest_end(state, hex);
}

/* Begins a picture, unless it is up to date. */
static bool begin_picture(struct drawing_queue *q, struct job *job, const struct drawing *drawing,
                          const char *format, double width, const char *facts,
                          struct problem *problem)
{
    struct picture *picture = &job->picture[job->pictures];
    char made[PATH_SIZE], in[32] = "", to[PATH_SIZE];
    if (q->options->widths > 1) {
        snprintf(in, sizeof in, "-%gin", width);
    }
    snprintf(picture->name, sizeof picture->name, "%s%s.%s", drawing->name, in, format);
    digest_picture(drawing, format, width, job->caption, facts, picture->digest);
    drawn_expect(q->drawn, picture->name);
    if (drawn_is_fresh(q->drawn, picture->name, picture->digest)) {
        snprintf(to, sizeof to, "%s/%s", q->options->dir, picture->name);
        if (q->options->drawn) {
            q->options->drawn(to, q->options->ctx);
        }
        return true;
    }
    snprintf(made, sizeof made, "%s/.%s%s.%s", q->options->dir, drawing->name, in, format);
    if (!gnuplot_start(&picture->run, drawing->figure->name, drawing->path, made, width, problem)) {
        return problem_prefix(problem, "figure %s", drawing->name);
    }
    job->pictures++;
    q->running++;
    return true;
}

static bool begin_pictures(struct drawing_queue *q, struct job *job, const struct drawing *drawing,
                           struct problem *problem)
{
    const struct plot_options *o = q->options;
    const struct {
        const char *name;
        bool wanted;
    } format[] = {{"pdf", o->pdf}, {"svg", o->svg}, {"png", o->png}};
    char *facts = picture_origin_of_data(q->origin, drawing);
    bool done = true;
    for (size_t i = 0; i < sizeof format / sizeof *format; i++) {
        for (size_t w = 0; done && format[i].wanted && w < o->widths; w++) {
            done = begin_picture(q, job, drawing, format[i].name, o->width[w], facts, problem);
        }
    }
    free(facts);
    return done;
}

bool drawing_queue_add(struct drawing_queue *q, const struct drawing *drawing, const char *caption,
                       struct problem *problem)
{
    while (q->first && q->running >= q->most) {
        finish_first(q);
    }
    struct job *job = q->failed ? NULL : calloc(1, sizeof *job);
    if (!job) {
        *problem = q->problem;
        return q->failed ? false : problem_set(problem, "out of memory");
    }
    snprintf(job->name, sizeof job->name, "%s", drawing->name);
    snprintf(job->csv, sizeof job->csv, "%s", drawing->path);
    job->caption = strdup(caption);
    if (!job->caption) {
        abort();
    }
    job->provenance = picture_origin_text(q->origin, drawing);
    bool begun = begin_pictures(q, job, drawing, problem);
    *q->last = job;
    q->last = &job->next;
    if (!begun) {
        q->failed = job->failed = true;
        q->problem = *problem;
    }
    return begun;
}

bool drawing_queue_is_fresh(struct drawing_queue *q, const struct figure *figure,
                            const char *digest)
{
    if (q->options->drawn &&
        drawn_figure_is_fresh(q->drawn, figure->name, digest, q->options->drawn, q->options->ctx)) {
        return true;
    }
    drawn_begin_figure(q->drawn, figure->name, digest);
    return false;
}

void drawing_queue_end_figure(struct drawing_queue *q)
{
    drawn_end_figure(q->drawn);
}

bool drawing_queue_close(struct plot_options *options, bool done, struct problem *problem)
{
    struct drawing_queue *q = options->queue;
    while (q->first) {
        finish_first(q);
    }
    if (q->about && q->drawings) {
        fputs("\r\033[K", stderr);
    }
    if (done && q->failed) {
        *problem = q->problem;
    }
    done = done && !q->failed;
    if (!done) {
        drawn_forget_figures(q->drawn);
    }
    drawn_close(q->drawn);
    picture_origin_free(q->origin);
    free(q);
    options->queue = NULL;
    return done;
}
