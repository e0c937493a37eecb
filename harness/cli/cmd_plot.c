/* cmd_plot.c - `fitlab plot`: figures from the CSVs of a results folder. */
#include <argp.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/packed_csv.h"
#include "cli/arguments.h"
#include "cli/command.h"
#include "present/figures/drawing.h"
#include "present/figures/drawing_queue.h"
#include "present/figures/drawn.h"
#include "present/figures/figure.h"
#include "present/figures/gnuplot.h"
#include "present/figures/plot_plan.h"
#include "results/results_reader.h"

enum {
    MOST_WORDS = 256,
    KEY_FORMAT = 256,
    KEY_WIDTH,
    KEY_TOUCH,
    KEY_RELEASE,
    KEY_THREADS,
    KEY_EACH_SEED,
    KEY_MOST
};

struct words {
    const char *word[MOST_WORDS + 1]; /* ends with NULL */
    size_t count;
};

struct request {
    const char *dir, *touch, *release, *threads;
    struct words figures, policies, workloads;
    bool each_seed, said_most;
    size_t most; /* pictures */
    size_t told; /* paths of pictures that were printed */
    struct plot_options options;
    char digest[DRAWN_DIGEST]; /* of all that pictures are made of */
    struct problem problem;    /* the first; "" if there is none */
};

static const struct argp_option options[] = {
    {"figure", 'f', "FIGURE", 0, "Draw this one (again for more); see 'fitlab list figures'", 0},
    {"policy", 'p', "POLICY", 0, "Only this policy, as summary.csv names it (again for more)", 0},
    {"workload", 'w', "WORKLOAD", 0,
     "Only this workload, by its spec or short name (again for more)", 0},
    {"touch", KEY_TOUCH, "WHICH", 0,
     "Times of blocks touched this way: none, first or all [as in the first timed row]", 0},
    {"threads", KEY_THREADS, "N", 0, "Times of so many threads [as in the first timed row]", 0},
    {"release", KEY_RELEASE, "RULE", 0,
     "Resident pages and times with this rule of release [as in the first row that has one]", 0},
    {"each-seed", KEY_EACH_SEED, NULL, 0,
     "Draw workloads that differ in their seed alone one by one [the median of them]", 0},
    {"format", KEY_FORMAT, "LIST", 0, "Of pdf, svg and png [pdf,svg,png]", 0},
    {"width", KEY_WIDTH, "INCHES", 0, "3.3 fits a column, 7 a page; a list draws all [7]", 0},
    {"most", KEY_MOST, "N", 0,
     "At most about N pictures, or all; those that tell most are drawn [60, with -w all]", 0},
    {"output", 'o', "DIR", 0, "Where figures go [DIR/figures]", 0},
    {0},
};

static void add_word(struct argp_state *state, struct words *words, const char *word)
{
    argument_append(state, "words of one option", words->word, &words->count, MOST_WORDS, word);
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct request *r = state->input;
    switch (key) {
    case 'f':
        add_word(state, &r->figures, arg);
        return 0;
    case 'p':
        add_word(state, &r->policies, arg);
        return 0;
    case 'w':
        add_word(state, &r->workloads, arg);
        return 0;
    case 'o':
        snprintf(r->options.dir, sizeof r->options.dir, "%s", arg);
        return 0;
    case KEY_FORMAT:
        return plot_options_formats(&r->options, arg, &r->problem) ? 0 : EINVAL;
    case KEY_WIDTH:
        return plot_options_widths(&r->options, arg, &r->problem) ? 0 : EINVAL;
    case KEY_MOST:
        r->said_most = true;
        r->most = !strcmp(arg, "all") ? SIZE_MAX
                                      : (size_t)argument_number(state, "most", arg, 1, LONG_MAX);
        return 0;
    case KEY_EACH_SEED:
        r->each_seed = true;
        return 0;
    case KEY_TOUCH:
        r->touch = arg;
        return 0;
    case KEY_RELEASE:
        r->release = arg;
        return 0;
    case KEY_THREADS:
        r->threads = arg;
        return 0;
    case ARGP_KEY_ARG:
    case ARGP_KEY_NO_ARGS:
        r->dir = argument_folder(state, r->dir, arg);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp argp = {
    .options = options,
    .parser = parse,
    .args_doc = "DIR",
    .doc =
        "Draw figures from the CSVs of a results folder, with gnuplot, into DIR/figures. Each is "
        "left as PDF, SVG and PNG, with the numbers it shows (CSV) and a caption that says "
        "where they come from (TXT). Without -f, all that the folder has data for. What is up to "
        "date is not drawn again.\v"
        "Examples:\n"
        "  fitlab run -p best-fit buddy tlsf -w perl uniform -o out\n"
        "  fitlab plot out\n"
        "  fitlab plot out -f heatmap --format pdf --width 3.3\n"
        "  fitlab plot out -f fragmentation -w perl -p buddy -p tlsf\n"
        "  fitlab plot out --most all\n"
        "\n"
        "The scripts are gnuplot's; draw one by hand, from their folder, with\n"
        "  gnuplot -c heatmap.gp out/figures/heatmap.csv heatmap.pdf 3.3",
};

static void print_path(const char *path, void *ctx)
{
    struct request *r = ctx;
    r->told++;
    puts(path);
}

static bool draw(const struct figure *figure, bool asked_for, struct results_reader *reader,
                 struct request *r)
{
    size_t before = r->options.drawings;
    if (!reader_has(reader, figure->source)) {
        if (!asked_for) {
            return true;
        }
        return problem_set(&r->problem, "figure %s needs %s/%s: measure it with 'fitlab run -o'",
                           figure->name, r->dir, figure->source);
    }
    size_t told = r->told;
    if (drawing_queue_is_fresh(r->options.queue, figure, r->digest) &&
        (!asked_for || r->told > told)) {
        r->options.drawings += r->told - told;
        return true;
    }
    if (!figure->prepare(figure, reader, &r->options, &r->problem)) {
        return false;
    }
    if (asked_for && r->options.drawings == before) {
        return problem_set(&r->problem, "figure %s: %s/%s has no rows for it", figure->name, r->dir,
                           figure->source);
    }
    drawing_queue_end_figure(r->options.queue);
    return true;
}

static void add_words(XXH3_state_t *state, const struct words *words)
{
    for (size_t i = 0; i < words->count; i++) {
        drawn_digest_text(state, words->word[i]);
    }
    drawn_digest_text(state, NULL);
}

/* Of all that pictures depend on, but for the time and the command. */
static void digest_inputs(struct request *r)
{
    char scripts[4096];
    XXH3_state_t *state = drawn_digest_begin();
    drawn_digest_folder(state, r->dir, ".csv");
    drawn_digest_folder(state, r->dir, ".csv" PACKED_CSV_SUFFIX);
    if (gnuplot_scripts(scripts, sizeof scripts, &r->problem)) {
        drawn_digest_folder(state, scripts, ".gp");
    }
    drawn_digest_file(state, "/proc/self/exe");
    add_words(state, &r->policies);
    add_words(state, &r->workloads);
    drawn_digest_text(state, r->touch);
    drawn_digest_text(state, r->release);
    drawn_digest_text(state, r->threads);
    drawn_digest_text(state, r->each_seed ? "each seed" : NULL);
    char look[256];
    size_t used = (size_t)snprintf(look, sizeof look, "%d %d %d %zu", r->options.pdf,
                                   r->options.svg, r->options.png, r->most);
    for (size_t i = 0; i < r->options.widths; i++) {
        used += (size_t)snprintf(look + used, sizeof look - used, " %g", r->options.width[i]);
    }
    drawn_digest_text(state, look);
    drawn_digest_end(state, r->digest);
}

/* The figures that are asked for; none are: all. The list ends with NULL. */
static bool find_figures(struct request *r, const struct figure *asked[MOST_WORDS + 1])
{
    for (size_t i = 0; i < r->figures.count; i++) {
        asked[i] = figure_find(r->figures.word[i], &r->problem);
        if (!asked[i]) {
            return false;
        }
    }
    for (size_t i = 0; !r->figures.count && figures[i]; i++) {
        asked[i] = figures[i];
    }
    return true;
}

static bool draw_all(struct results_reader *reader, struct request *r)
{
    const struct figure *asked[MOST_WORDS + 1] = {0};
    struct plot_plan plan;
    if (!find_figures(r, asked) || !plot_plan_make(&plan, asked, r->most, reader, &r->problem)) {
        return false;
    }
    r->options.chosen = plan.chosen;
    digest_inputs(r);
    drawing_queue_open(&r->options, plan.pictures);
    bool done = true;
    for (size_t i = 0; done && asked[i]; i++) {
        done = draw(asked[i], r->figures.count > 0, reader, r);
    }
    done = drawing_queue_close(&r->options, done, &r->problem);
    if (done && plan.note) {
        fputs(plan.note, stderr);
    }
    plot_plan_free(&plan);
    return done && (r->options.drawings ||
                    problem_set(&r->problem, "%s: no figure has data there", r->dir));
}

static int run(int argc, char **argv)
{
    struct request r = {
        .options = {
            .pdf = true, .svg = true, .png = true, .width = {7}, .widths = 1, .drawn = print_path}};
    char *command = command_words(argc, argv);
    r.options.ctx = &r;
    r.most = PLOT_PICTURES_MOST;
    r.options.command = command;
    if (argp_parse(&argp, argc, argv, 0, NULL, &r)) {
        free(command);
        return command_fail(&r.problem);
    }
    if (r.workloads.count && !r.said_most) {
        r.most = SIZE_MAX; /* who names workloads wants to see them */
    }
    if (!r.options.dir[0]) {
        snprintf(r.options.dir, sizeof r.options.dir, "%s/figures", r.dir);
    }
    const struct selection selection = {.policies = r.policies.word,
                                        .workloads = r.workloads.word,
                                        .each_seed = r.each_seed,
                                        .touch = r.touch,
                                        .release = r.release,
                                        .threads = r.threads};
    struct results_reader *reader = reader_open(r.dir, &selection, &r.problem);
    bool done = reader && draw_all(reader, &r);
    if (done) {
        char note[4500];
        reader_touch_note(reader, note, sizeof note);
        fputs(note, stderr);
        reader_memory_note(reader, note, sizeof note);
        fputs(note, stderr);
    }
    reader_close(reader);
    free(command);
    return done ? EXIT_DONE : command_fail(&r.problem);
}

const struct command command_plot = {
    .name = "plot",
    .group = GROUP_EXPERIMENTS,
    .summary = "figures from a results folder, with gnuplot",
    .run = run,
};
