/* cmd_report.c - `fitlab report`: a results folder as one page, and as tables for a paper. */
#include <argp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/words.h"
#include "cli/arguments.h"
#include "cli/command.h"
#include "present/figures/drawing.h"
#include "present/figures/figure.h"
#include "present/report/players.h"
#include "present/report/report.h"
#include "present/report/tables.h"
#include "results/results_reader.h"
#include "spec/spec.h"

enum { KEY_BASELINE = 256, KEY_TOUCH, KEY_RELEASE, KEY_NO_FIGURES, KEY_NO_PLAYERS };

struct request {
    const char *dir, *output, *baseline, *touch, *release;
    bool no_figures, no_players;
};

static const struct argp_option options[] = {
    {"output", 'o', "FILE", 0, "The page [DIR/report.html]", 0},
    {"baseline", KEY_BASELINE, "POLICY", 0, "Relate times to this one [the first]", 0},
    {"touch", KEY_TOUCH, "WHICH", 0,
     "Times of blocks touched this way: none, first or all [as in the first timed row]", 0},
    {"release", KEY_RELEASE, "RULE", 0,
     "Resident pages and times with this rule of release [as in the first row that has one]", 0},
    {"no-figures", KEY_NO_FIGURES, NULL, 0, "Leave out the figures", 0},
    {"no-players", KEY_NO_PLAYERS, NULL, 0, "Leave out the pages that play the heaps", 0},
    {0},
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct request *r = state->input;
    switch (key) {
    case 'o':
        r->output = arg;
        return 0;
    case KEY_BASELINE:
        r->baseline = arg;
        return 0;
    case KEY_NO_FIGURES:
        r->no_figures = true;
        return 0;
    case KEY_NO_PLAYERS:
        r->no_players = true;
        return 0;
    case KEY_TOUCH:
        r->touch = arg;
        return 0;
    case KEY_RELEASE:
        r->release = arg;
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
    .doc = "Write a results folder as one HTML page that refers to nothing outside itself "
           "(DIR/report.html: tables, figures, where they come from), its tables for LaTeX "
           "(DIR/tables/*.tex, with the package booktabs), and beside the page, for each "
           "workload, a page that plays the steps at which two policies part most "
           "(report-players/*.html).\v"
           "Examples:\n"
           "  fitlab run -p first-fit -p best-fit -w perl -w gawk -o out\n"
           "  fitlab report out\n"
           "  fitlab report out --baseline best-fit -o talk.html",
};

static bool find_baseline(const struct results_reader *reader, const char *word, size_t *baseline,
                          struct problem *problem)
{
    const struct roster *policies = reader_policies(reader);
    const char **names = calloc(policies->count, sizeof *names);
    *baseline = 0;
    bool found = !word;
    for (size_t i = 0; i < policies->count && !found; i++) {
        names[i] = policies->subject[i].spec;
        if (!strcmp(policies->subject[i].spec, word) || !strcmp(policies->subject[i].label, word)) {
            *baseline = i;
            found = true;
        }
    }
    if (!found) {
        const char *near = words_nearest(word, names, policies->count);
        problem_set(problem, "%s: has no policy '%s' as a baseline%s%s%s", reader_dir(reader), word,
                    near ? ": did you mean '" : "", near ? near : "", near ? "'?" : "");
    }
    free(names);
    return found;
}

static bool draw_figures(struct results_reader *reader, struct plot_options *plot,
                         struct problem *problem)
{
    for (size_t i = 0; figures[i]; i++) {
        if (reader_has(reader, figures[i]->source) &&
            !figures[i]->prepare(figures[i], reader, plot, problem)) {
            return false;
        }
    }
    return true;
}

/* The page is moved to its place when it is whole: a device or a folder there would be lost. */
static bool is_page(const char *path, struct problem *problem)
{
    struct stat st;
    return stat(path, &st) != 0 || S_ISREG(st.st_mode) ||
           problem_set(problem, "%s: is no regular file: give -o the name of a page, out.html",
                       path);
}

static void print_path(const char *path)
{
    puts(path);
}

static bool report(struct results_reader *reader, const struct request *r, const char *command,
                   struct problem *problem)
{
    char page[4200], folder[4200];
    size_t baseline;
    struct report_tables tables;
    struct plot_options plot = {.svg = true, .width = {7}, .widths = 1, .command = command};
    snprintf(plot.dir, sizeof plot.dir, "%s/figures", r->dir);
    snprintf(page, sizeof page, "%s/report.html", r->dir);
    snprintf(folder, sizeof folder, "%s/tables", r->dir);
    if ((r->output && !is_page(r->output, problem)) ||
        !find_baseline(reader, r->baseline, &baseline, problem) ||
        (!r->no_figures && !draw_figures(reader, &plot, problem)) ||
        !report_tables_make(reader, baseline, &tables, problem)) {
        return false;
    }
    const char *output = r->output ? r->output : page;
    struct report_players players = {0};
    bool done =
        (r->no_players || report_players_write(output, reader, &players, problem)) &&
        report_html(output, reader, &tables, r->no_figures ? NULL : plot.dir, &players, problem);
    report_players_free(&players);
    if (done) {
        puts(output);
        done = report_latex(folder, &tables, print_path, problem);
    }
    report_tables_free(&tables);
    return done;
}

static int run(int argc, char **argv)
{
    struct request r = {0};
    struct problem problem;
    char *command = command_words(argc, argv);
    arguments_parse(&argp, argc, argv, 0, &r);
    const struct selection all = {.touch = r.touch, .release = r.release};
    struct results_reader *reader = reader_open(r.dir, &all, &problem);
    bool done = reader && report(reader, &r, command, &problem);
    if (done) {
        char note[4500];
        reader_touch_note(reader, note, sizeof note);
        fputs(note, stderr);
        reader_memory_note(reader, note, sizeof note);
        fputs(note, stderr);
    }
    reader_close(reader);
    free(command);
    return done ? EXIT_DONE : command_fail(&problem);
}

const struct command command_report = {
    .name = "report",
    .group = GROUP_EXPERIMENTS,
    .summary = "a results folder as one HTML page and LaTeX tables",
    .run = run,
};
