/* cmd_report.c - `fitlab report`: a results folder as one page, and as tables for a paper. */
#include <argp.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/folders.h"
#include "base/words.h"
#include "cli/arguments.h"
#include "cli/command.h"
#include "present/report/figure_data.h"
#include "present/report/opening.h"
#include "present/report/places.h"
#include "present/report/players.h"
#include "present/report/report.h"
#include "present/report/tables.h"
#include "results/compare.h"
#include "results/results_reader.h"
#include "spec/spec.h"

enum {
    MOST_WORDS = 256,
    KEY_BASELINE = 256,
    KEY_TOUCH,
    KEY_RELEASE,
    KEY_THREADS,
    KEY_NO_FIGURES,
    KEY_TITLE,
    KEY_AGAINST,
    KEY_COLUMN,
    KEY_NO_PLAYERS,
    KEY_EACH_SEED
};

struct words {
    const char *word[MOST_WORDS + 1]; /* ends with NULL */
    size_t count;
};

struct request {
    const char *dir, *output, *baseline, *touch, *release, *title, *against, *threads;
    struct words policies, workloads, columns;
    bool no_figures, no_players, each_seed;
};

static const struct argp_option options[] = {
    {"output", 'o', "PATH", 0,
     "Write there and nothing into DIR: the page PATH.html, with tables in PATH-tables, or a "
     "folder "
     "for both",
     0},
    {"title", KEY_TITLE, "TEXT", 0, "The title of the page [the folder's name]", 0},
    {"policy", 'p', "POLICY", 0, "Only this policy, as summary.csv names it (again for more)", 0},
    {"workload", 'w', "WORKLOAD", 0,
     "Only this workload, by its spec or short name (again for more)", 0},
    {"baseline", KEY_BASELINE, "POLICY", 0, "Relate times to this one [the first]", 0},
    {"against", KEY_AGAINST, "OLD", 0,
     "Also what 'fitlab compare OLD DIR' says, of an older results folder", 0},
    {"touch", KEY_TOUCH, "WHICH", 0,
     "Times of blocks touched this way: none, first or all [as in the first timed row]", 0},
    {"threads", KEY_THREADS, "N", 0, "Times of so many threads [as in the first timed row]", 0},
    {"release", KEY_RELEASE, "RULE", 0,
     "Resident pages and times with this rule of release [as in the first row that has one]", 0},
    {"each-seed", KEY_EACH_SEED, NULL, 0,
     "Show workloads that differ in their seed alone one by one [the median of them]", 0},
    {"column", KEY_COLUMN, "NAME", 0,
     "In LaTeX only this column, such as jw4_pct or the name of a workload (again for more)", 0},
    {"no-figures", KEY_NO_FIGURES, NULL, 0, "Leave out the figures", 0},
    {"no-players", KEY_NO_PLAYERS, NULL, 0, "Leave out the pages that play the heaps", 0},
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
    case 'o':
        r->output = arg;
        return 0;
    case 'p':
        add_word(state, &r->policies, arg);
        return 0;
    case 'w':
        add_word(state, &r->workloads, arg);
        return 0;
    case KEY_COLUMN:
        add_word(state, &r->columns, arg);
        return 0;
    case KEY_TITLE:
        r->title = arg;
        return 0;
    case KEY_AGAINST:
        r->against = arg;
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
        "Write a results folder as one HTML page that refers to nothing outside itself "
        "(DIR/report.html: what came out in three sentences, tables that sort and filter, figures "
        "that answer when pointed at), and its tables for LaTeX (DIR/tables/*.tex, with the "
        "package booktabs). The page needs no gnuplot; with it, readers without scripts see a few "
        "figures, too.\v"
        "Examples:\n"
        "  fitlab run -p first-fit -p best-fit -w perl -w gawk -o out\n"
        "  fitlab report out\n"
        "  fitlab report out --baseline best-fit --title 'For the talk' -o talk.html\n"
        "  fitlab report out -p best-fit --column jw4_pct --column ns_per_op -o paper/\n"
        "  fitlab report now --against accepted",
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

/* The page is moved to its place when it is whole: a device or a pipe there would be lost. */
static bool is_page(const char *path, struct problem *problem)
{
    struct stat st;
    return stat(path, &st) != 0 || S_ISREG(st.st_mode) ||
           problem_set(problem, "%s: is no regular file: give -o the name of a page, out.html",
                       path);
}

/* Where the page and the tables go. */
struct places {
    char page[4400], tables[4400];
};

static bool ends_with(const char *text, const char *tail)
{
    size_t length = strlen(text), end = strlen(tail);
    return length >= end && !strcmp(text + length - end, tail);
}

static bool find_places(const struct request *r, struct places *places, struct problem *problem)
{
    struct stat st;
    const char *folder = r->output ? r->output : r->dir;
    if (r->output &&
        (ends_with(folder, ".html") || (stat(folder, &st) == 0 && !S_ISDIR(st.st_mode)))) {
        int stem = (int)(strlen(folder) - (ends_with(folder, ".html") ? strlen(".html") : 0));
        snprintf(places->page, sizeof places->page, "%s", folder);
        snprintf(places->tables, sizeof places->tables, "%.*s-tables", stem, folder);
        return is_page(folder, problem);
    }
    if (!folders_make(folder)) {
        return problem_set(problem, "%s: %s: give -o a folder, or the name of a page, out.html",
                           folder, strerror(errno));
    }
    snprintf(places->page, sizeof places->page, "%s/report.html", folder);
    snprintf(places->tables, sizeof places->tables, "%s/tables", folder);
    return is_page(places->page, problem);
}

/* The last part of a path, for a title. */
static const char *last_part(const char *dir, char *text, size_t size)
{
    char *whole = realpath(dir, NULL);
    const char *slash = whole ? strrchr(whole, '/') : NULL;
    snprintf(text, size, "%s", slash && slash[1] ? slash + 1 : dir);
    free(whole);
    return text;
}

static void print_path(const char *path)
{
    puts(path);
}

static bool write_all(const struct request *r, struct report *report, struct problem *problem)
{
    struct places places;
    struct report_players players = {0};
    report->players = &players;
    bool done =
        find_places(r, &places, problem) &&
        (r->no_players || report_players_write(places.page, report->reader, &players, problem)) &&
        report_html(places.page, report, problem);
    report_players_free(&players);
    if (!done) {
        return false;
    }
    puts(places.page);
    return report_latex(places.tables, report->tables, &(struct latex_choice){r->columns.word},
                        print_path, problem);
}

/* With what was made of the folder, page and tables. */
static bool report(struct results_reader *reader, const struct request *r,
                   const struct compare *against, struct problem *problem)
{
    char name[600];
    size_t baseline;
    struct contests contests = {0};
    struct report_tables tables = {0};
    struct opening opening = {0};
    struct figure_data figures = {0};
    struct report page = {.title = r->title ? r->title : last_part(r->dir, name, sizeof name),
                          .reader = reader,
                          .opening = &opening,
                          .tables = &tables,
                          .figures = &figures,
                          .against = against,
                          .against_folder = r->against};
    bool done = find_baseline(reader, r->baseline, &baseline, problem) &&
                contests_read(reader, &contests, problem) &&
                opening_make(reader, baseline, &contests, &opening, problem) &&
                report_tables_make(reader, baseline, &contests, &tables, problem);
    if (done) {
        done = figure_data_read(reader, !r->no_figures, &figures, problem) &&
               write_all(r, &page, problem);
        report_tables_free(&tables);
    }
    figure_data_free(&figures);
    opening_free(&opening);
    contests_free(&contests);
    return done;
}

/* The same with a comparison, if one is wanted. */
static bool report_against(struct results_reader *reader, const struct request *r,
                           struct problem *problem)
{
    if (!r->against) {
        return report(reader, r, NULL, problem);
    }
    struct compare compare = {0};
    const struct selection old = {.workloads = r->workloads.word, .each_seed = true};
    const struct selection new = {
        .policies = r->policies.word, .workloads = r->workloads.word, .each_seed = true};
    struct results_reader *before = reader_open(r->against, &old, problem);
    struct results_reader *now = before ? reader_open(r->dir, &new, problem) : NULL;
    const struct compare_request request = {.before = before,
                                            .after = now,
                                            .least_pct = COMPARE_LEAST_PCT,
                                            .noise_pct = COMPARE_NOISE_PCT};
    bool done =
        now && compare_make(&request, &compare, problem) && report(reader, r, &compare, problem);
    compare_free(&compare);
    reader_close(before);
    reader_close(now);
    return done;
}

static int run(int argc, char **argv)
{
    struct request r = {0};
    struct problem problem;
    arguments_parse(&argp, argc, argv, 0, &r);
    const struct selection selection = {.policies = r.policies.word,
                                        .workloads = r.workloads.word,
                                        .each_seed = r.each_seed,
                                        .touch = r.touch,
                                        .release = r.release,
                                        .threads = r.threads};
    struct results_reader *reader = reader_open(r.dir, &selection, &problem);
    bool done = reader && report_against(reader, &r, &problem);
    if (done) {
        char note[4500];
        reader_touch_note(reader, note, sizeof note);
        fputs(note, stderr);
        reader_memory_note(reader, note, sizeof note);
        fputs(note, stderr);
    }
    reader_close(reader);
    return done ? EXIT_DONE : command_fail(&problem);
}

const struct command command_report = {
    .name = "report",
    .group = GROUP_EXPERIMENTS,
    .summary = "a results folder as one HTML page and LaTeX tables",
    .run = run,
};
