/* cmd_reproduce.c - `fitlab reproduce`: published results, run again. */
#include <argp.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/folders.h"
#include "base/seconds.h"
#include "base/table.h"
#include "base/text_table.h"
#include "cli/arguments.h"
#include "cli/command.h"
#include "present/figures/gnuplot.h"
#include "theory/experiment.h"

enum { MOST_NAMES = 64 };

struct options {
    const struct experiment *chosen[MOST_NAMES];
    size_t count;
    const char *dir;
    bool all, quiet;
    struct stand_in stand_in; /* its spec is NULL: none */
};

static const struct argp_option option_table[] = {
    {"all", 'a', 0, 0, "Every result there is", 0},
    {"output", 'o', "DIR", 0, "Write NAME.csv and figures there", 0},
    {"policy", 'p', "NAME=POLICY", 0,
     "Judge this policy, such as a plug-in, in the place of the built-in NAME", 0},
    {"quiet", 'q', 0, 0, "Only what does not hold, and a line a result", 0},
    {0},
};

static void choose(struct options *o, const struct experiment *e, struct argp_state *state)
{
    if (o->count == MOST_NAMES) {
        argument_wrong(state, "more than %d results", MOST_NAMES);
    }
    o->chosen[o->count++] = e;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct options *o = state->input;
    struct problem problem;
    const struct experiment *e;
    switch (key) {
    case 'a':
        o->all = true;
        for (size_t i = 0; experiments[i]; i++) {
            choose(o, experiments[i], state);
        }
        return 0;
    case 'o':
        o->dir = arg;
        return 0;
    case 'p':
        if (!stand_in_parse(arg, &o->stand_in, &problem)) {
            argument_wrong(state, "--policy: %s", problem.text);
        }
        return 0;
    case 'q':
        o->quiet = true;
        return 0;
    case ARGP_KEY_ARG:
        e = experiment_find(arg, &problem);
        if (!e) {
            argument_wrong(state, "%s", problem.text);
        }
        choose(o, e, state);
        return 0;
    case ARGP_KEY_END:
        if (o->count == 0) {
            argument_wrong(state, "name a result, or say --all");
        }
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static void list_results(FILE *out)
{
    for (size_t i = 0; experiments[i]; i++) {
        command_entry(out, experiments[i]->name, experiments[i]->summary);
    }
}

static char *help_filter(int key, const char *text, void *input)
{
    (void)input;
    return argument_help_list(key, text, "Results", list_results);
}

/* "=", "<= high", ">= low" or the range that is accepted. */
static void format_range(const struct finding *f, char *out, size_t size)
{
    if (isinf(f->low) && isinf(f->high)) {
        snprintf(out, size, "any");
    } else if (isinf(f->low)) {
        snprintf(out, size, "<= %.6g", f->high);
    } else if (isinf(f->high)) {
        snprintf(out, size, ">= %.6g", f->low);
    } else if (f->low < f->high) {
        snprintf(out, size, "%.5g .. %.5g", f->low, f->high);
    } else {
        snprintf(out, size, "exactly");
    }
}

static void print_findings(const struct experiment_run *run, bool quiet)
{
    static const char *const verdicts[] = {"ok", "finding: ", "DIFFERS"};
    static const bool left[] = {true, false, false, false, true};
    struct text_table table;
    text_table_open(&table, sizeof left, left);
    const char *const head[] = {"", "expected", "accepted", "observed", ""};
    for (size_t i = 0; i < sizeof left; i++) {
        text_table_add(&table, "%s", head[i]);
    }
    size_t shown = 0;
    for (size_t i = 0; i < run->findings; i++) {
        const struct finding *f = &run->finding[i];
        char range[64];
        if (quiet && finding_verdict(f) == VERDICT_HOLDS) {
            continue;
        }
        format_range(f, range, sizeof range);
        text_table_add(&table, "%s", f->what);
        text_table_add(&table, isnan(f->expected) ? " " : "%.6g", f->expected);
        text_table_add(&table, "%s", range);
        text_table_add(&table, "%.6g", f->observed);
        enum verdict verdict = finding_verdict(f);
        text_table_add(&table, "%s%s", verdicts[verdict],
                       verdict == VERDICT_FINDING ? f->cause : "");
        shown++;
    }
    if (shown) {
        text_table_print(&table, stdout);
    }
    text_table_close(&table);
}

static bool write_csv(const struct experiment *e, const struct experiment_run *run,
                      const char *path, struct problem *problem)
{
    FILE *out = fopen(path, "w");
    if (!out) {
        return problem_set(problem, "%s: %s", path, strerror(errno));
    }
    struct csv_row row = {.out = out};
    const char *const head[] = {"result", "what",     "expected", "low",
                                "high",   "observed", "holds",    "cause"};
    for (size_t i = 0; i < sizeof head / sizeof *head; i++) {
        csv_text(&row, head[i]);
    }
    csv_end_row(&row);
    for (size_t i = 0; i < run->findings; i++) {
        const struct finding *f = &run->finding[i];
        csv_text(&row, e->name);
        csv_text(&row, f->what);
        csv_real(&row, f->expected);
        csv_real(&row, isinf(f->low) ? NAN : f->low);
        csv_real(&row, isinf(f->high) ? NAN : f->high);
        csv_real(&row, f->observed);
        csv_whole(&row, finding_verdict(f) == VERDICT_HOLDS);
        csv_text(&row, finding_verdict(f) == VERDICT_FINDING ? f->cause : "");
        csv_end_row(&row);
    }
    bool failed = ferror(out) != 0;
    return (fclose(out) == 0 && !failed) || problem_set(problem, "%s: cannot be written", path);
}

static bool write_files(const struct options *o, const struct experiment *e,
                        const struct experiment_run *run, struct problem *problem)
{
    static const char *const formats[] = {"pdf", "svg", "png"};
    char csv[4096], picture[4096];
    snprintf(csv, sizeof csv, "%s/%s.csv", o->dir, e->name);
    if (!write_csv(e, run, csv, problem)) {
        return false;
    }
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        snprintf(picture, sizeof picture, "%s/%s.%s", o->dir, e->name, formats[i]);
        if (!gnuplot_draw(e->figure ? e->figure : "reproduce", csv, picture, 7, problem)) {
            remove(picture);
            return false;
        }
    }
    return true;
}

/* Runs one and counts its numbers by their verdict. */
static bool reproduce(const struct options *o, const struct experiment *e, size_t count[3],
                      struct problem *problem)
{
    struct experiment_run run = {.stand_in = o->stand_in.spec ? &o->stand_in : NULL};
    double start = seconds_now();
    printf("%s: %s\n  %s\n", e->name, e->summary, e->source);
    fflush(stdout);
    bool ok = e->run(&run, problem);
    if (ok && run.out_of_memory) {
        ok = problem_set(problem, "%s: no memory for its findings", e->name);
    }
    for (size_t i = 0; i < run.findings; i++) {
        count[finding_verdict(&run.finding[i])]++;
    }
    if (ok) {
        print_findings(&run, o->quiet);
        printf("  %zu of %zu numbers hold (%.1f s)\n\n", count[VERDICT_HOLDS], run.findings,
               seconds_now() - start);
        ok = !o->dir || write_files(o, e, &run, problem);
    }
    experiment_run_release(&run);
    return ok;
}

/* Results, and numbers of results, by what became of them. */
struct tally {
    size_t results, holding;      /* holding: with every number */
    size_t explained, of_results; /* numbers that do not hold for a cause that is seen */
    size_t differing, in_results; /* numbers that do not hold, and nothing explains it */
};

static void tally_add(struct tally *t, const size_t count[3])
{
    t->holding += !count[VERDICT_FINDING] && !count[VERDICT_DIFFERS];
    t->explained += count[VERDICT_FINDING];
    t->of_results += count[VERDICT_FINDING] > 0;
    t->differing += count[VERDICT_DIFFERS];
    t->in_results += count[VERDICT_DIFFERS] > 0;
}

static void print_numbers(size_t numbers, size_t results, const char *why)
{
    if (numbers) {
        printf("; %zu number%s of %zu result%s %s not, %s", numbers, numbers == 1 ? "" : "s",
               results, results == 1 ? "" : "s", numbers == 1 ? "does" : "do", why);
    }
}

static void print_tally(const struct tally *t)
{
    printf("%zu of %zu results hold%s", t->holding, t->results,
           t->holding == t->results ? " in every number" : "");
    print_numbers(t->explained, t->of_results, "for the causes above (finding)");
    print_numbers(t->differing, t->in_results, "and nothing explains it (DIFFERS)");
    puts("");
}

static bool make_folder(const char *path, struct problem *problem)
{
    return folders_make(path) ||
           problem_set(problem, "the folder '%s' cannot be made: %s: choose another with -o", path,
                       strerror(errno));
}

static int run(int argc, char **argv)
{
    struct options o = {0};
    struct problem problem = {""};
    const struct argp argp = {
        .options = option_table,
        .parser = parse,
        .args_doc = "NAME...",
        .doc =
            "Run a published or derived result again and print what is expected beside what "
            "is observed. A number outside what is accepted is a finding if the cause is seen in "
            "what was measured; any other makes the exit status 1.\v"
            "Examples:\n"
            "  fitlab reproduce robson\n"
            "  fitlab reproduce --all -o theory\n"
            "  fitlab reproduce robson fifty -p best-fit=./my_best_fit.so\n",
        .help_filter = help_filter};
    arguments_parse(&argp, argc, argv, 0, &o);
    if (o.dir && !make_folder(o.dir, &problem)) {
        return command_fail(&problem);
    }
    struct tally all = {.results = o.count};
    for (size_t i = 0; i < o.count; i++) {
        size_t count[3] = {0};
        if (!reproduce(&o, o.chosen[i], count, &problem)) {
            return command_fail(&problem);
        }
        tally_add(&all, count);
    }
    print_tally(&all);
    return all.differing ? EXIT_NO : EXIT_DONE;
}

const struct command command_reproduce = {
    .name = "reproduce",
    .group = GROUP_THEORY,
    .summary = "published results, run again: expected beside observed",
    .run = run,
};
