/* cmd_compare.c - `fitlab compare`: did it get better? */
#include <argp.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/text_table.h"
#include "cli/arguments.h"
#include "cli/command.h"
#include "present/figures/figure_compare.h"
#include "present/figures/drawing.h"
#include "present/figures/drawing_queue.h"
#include "results/compare.h"
#include "results/results_reader.h"

enum { MOST_WORDS = 256, MOST_LOSERS = 10, KEY_BASELINE = 256, KEY_JSON, KEY_LEAST, KEY_NOISE };

struct words {
    const char *word[MOST_WORDS + 1]; /* ends with NULL */
    size_t count;
};

struct request {
    const char *before, *after, *baseline, *output;
    struct words policies, workloads, metrics;
    double least_pct, noise_pct;
    bool json;
};

static const struct argp_option options[] = {
    {"baseline", KEY_BASELINE, "POLICY", 0,
     "Compare every policy of NEW with this one of OLD; with one folder, within it", 0},
    {"policy", 'p', "POLICY", 0, "Only this policy of NEW (again for more)", 0},
    {"workload", 'w', "WORKLOAD", 0, "Only this workload (again for more)", 0},
    {"metric", 'm', "METRIC", 0,
     "Only memory, instructions, lines or time (again for more) [all that there are]", 0},
    {"least", KEY_LEAST, "PERCENT", 0, "A mean change of no more is none [0.5]", 0},
    {"noise", KEY_NOISE, "PERCENT", 0,
     "The same for times and for footprints in resident pages, which two runs of one build do not "
     "share [3]",
     0},
    {"json", KEY_JSON, NULL, 0, "Print one JSON object instead of tables", 0},
    {"output", 'o', "DIR", 0, "Draw the figure of paired dots into this folder", 0},
    {0},
};

static double percent(const struct argp_state *state, const char *option, const char *arg)
{
    char *end;
    double value = strtod(arg, &end);
    if (end == arg || *end || !(value >= 0 && value <= 100)) {
        argument_wrong(state, "--%s=%s: give a percentage from 0 to 100, such as 0.5", option, arg);
    }
    return value;
}

static void add_word(struct argp_state *state, struct words *words, const char *word)
{
    argument_append(state, "words of one option", words->word, &words->count, MOST_WORDS, word);
}

static void add_folder(const struct argp_state *state, struct request *r, const char *folder)
{
    if (r->after) {
        argument_wrong(state, "give two results folders, not '%s' too", folder);
    }
    *(r->before ? &r->after : &r->before) = folder;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct request *r = state->input;
    switch (key) {
    case 'p':
        add_word(state, &r->policies, arg);
        return 0;
    case 'w':
        add_word(state, &r->workloads, arg);
        return 0;
    case 'm':
        add_word(state, &r->metrics, arg);
        return 0;
    case 'o':
        r->output = arg;
        return 0;
    case KEY_BASELINE:
        r->baseline = arg;
        return 0;
    case KEY_JSON:
        r->json = true;
        return 0;
    case KEY_LEAST:
        r->least_pct = percent(state, "least", arg);
        return 0;
    case KEY_NOISE:
        r->noise_pct = percent(state, "noise", arg);
        return 0;
    case ARGP_KEY_ARG:
        add_folder(state, r, arg);
        return 0;
    case ARGP_KEY_END:
        if (!r->before || (!r->after && !r->baseline)) {
            argument_wrong(state, "give two results folders, OLD and NEW, or one and --baseline");
        }
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp argp = {
    .options = options,
    .parser = parse,
    .args_doc = "OLD NEW\nDIR --baseline POLICY",
    .doc =
        "Did it get better? Compare the policies of two results folders, or of one folder with a "
        "baseline in it, on the workloads that both have: peak memory, instructions and cache lines "
        "an operation, and time, as far as they were measured. For each there is the geometric "
        "mean of after/before, its 95 % interval (bootstrap over workloads) and Wilcoxon's "
        "signed-rank test; then the workloads that lost most, and one line: better, worse or "
        "cannot tell.\v"
        "Memory, instructions and lines do not vary from run to run: if all changes go one way, "
        "that is the verdict. Otherwise, and for times, at least 6 workloads, an interval without 1 "
        "and p < 0.05 are needed; for times the interval must also lie beyond --noise. "
        "Workloads that differ in their seed alone count as one. It is worse as soon "
        "as one policy is by one metric, or a cell that was ok no longer is.\n\n"
        "Exit status: 0 better, 1 worse, 3 cannot tell, 2 bad input.\n\n"
        "Examples:\n"
        "  fitlab compare accepted now\n"
        "  fitlab compare accepted now --metric memory --least 1 -o figures\n"
        "  fitlab compare now --baseline first-fit --json",
};

static void print_rows(const struct compare *compare)
{
    static const bool left[] = {true, true, false, false, false, false, false, true};
    static const char *const head[] = {"metric", "policy", "workloads", "changed",
                                       "mean",   "95 %",   "p",         "verdict"};
    struct text_table t;
    text_table_open(&t, 8, left);
    for (size_t i = 0; i < 8; i++) {
        text_table_add(&t, "%s", head[i]);
    }
    for (size_t i = 0; i < compare->rows; i++) {
        const struct compare_row *row = &compare->row[i];
        text_table_add(&t, "%s", row->metric->name);
        text_table_add(&t, "%s", row->policy);
        text_table_add(&t, "%zu", row->workloads);
        text_table_add(&t, "%zu", row->changed);
        text_table_add(&t, "%.4f", row->ratio.median);
        if (isnan(row->ratio.low)) {
            text_table_add(&t, "%s", "");
        } else {
            text_table_add(&t, "%.4f-%.4f", row->ratio.low, row->ratio.high);
        }
        text_table_add(&t, "%.3g", row->p);
        text_table_add(&t, "%s", compare_verdict_names[row->verdict]);
    }
    text_table_print(&t, stdout);
    text_table_close(&t);
}

/* The row whose next loser lost most, each having told `told` of its own; NULL: nothing lost more. */
static const struct compare_row *next_loser(const struct compare *compare, const size_t *told)
{
    const struct compare_row *worst = NULL;
    double most = 1;
    for (size_t i = 0; i < compare->rows; i++) {
        const struct compare_row *row = &compare->row[i];
        if (told[i] < row->workloads && row->workload[told[i]].ratio > most) {
            most = row->workload[told[i]].ratio;
            worst = row;
        }
    }
    return worst;
}

static void print_losers(const struct compare *compare)
{
    static const bool left[] = {true, true, true, false, false, false};
    static const char *const head[] = {"lost most", "policy", "workload", "before", "after",
                                       "change"};
    struct text_table t;
    text_table_open(&t, 6, left);
    for (size_t i = 0; i < 6; i++) {
        text_table_add(&t, "%s", head[i]);
    }
    size_t *told = calloc(compare->rows + 1, sizeof *told), losers = 0;
    const struct compare_row *row;
    while (told && losers < MOST_LOSERS && (row = next_loser(compare, told))) {
        const struct compare_workload *w = &row->workload[told[row - compare->row]++];
        losers++;
        text_table_add(&t, "%s", row->metric->name);
        text_table_add(&t, "%s", row->policy);
        text_table_add(&t, "%s", w->name);
        text_table_add(&t, row->metric->unit[0] == 'b' ? "%.0f" : "%.5g", w->before);
        text_table_add(&t, row->metric->unit[0] == 'b' ? "%.0f" : "%.5g", w->after);
        text_table_add(&t, "%+.2f %%", 100 * (w->ratio - 1));
    }
    free(told);
    if (losers) {
        putchar('\n');
        text_table_print(&t, stdout);
    }
    text_table_close(&t);
}

static void print_text(const struct compare *compare)
{
    if (compare->rows) {
        print_rows(compare);
        print_losers(compare);
        putchar('\n');
    }
    for (size_t i = 0; i < compare->failures && i < MOST_LOSERS; i++) {
        printf("no longer ok: %s on %s (%s)\n", compare->failure[i].policy,
               compare->failure[i].workload, compare->failure[i].pass);
    }
    if (compare->other_events) {
        printf("left out: %zu values, as the workload of that name has other events now\n",
               compare->other_events);
    }
    compare_sentence(compare, stdout);
    putchar('\n');
}

static void print_json(const struct compare *compare)
{
    compare_json(compare, stdout);
}

static void print_path(const char *path, void *ctx)
{
    fprintf(ctx, "%s\n", path);
}

static bool draw(const struct compare *compare, struct results_reader *after,
                 const struct request *r, const char *command, struct problem *problem)
{
    struct plot_options plot = {.pdf = true, .svg = true, .png = true, .width = {7}, .widths = 1,
                                .command = command, .drawn = print_path, .ctx = stderr};
    snprintf(plot.dir, sizeof plot.dir, "%s", r->output);
    drawing_queue_open(&plot, 0);
    return drawing_queue_close(&plot, figure_compare_draw(compare, after, &plot, problem), problem);
}

static int answer(const struct compare *compare)
{
    return compare->verdict == COMPARE_BETTER  ? EXIT_DONE
           : compare->verdict == COMPARE_WORSE ? EXIT_NO
                                               : EXIT_UNKNOWN;
}

static int compare_folders(const struct request *r, const char *command)
{
    struct problem problem;
    const struct selection old = {.workloads = r->after ? NULL : r->workloads.word,
                                  .each_seed = true};
    const struct selection new = {.policies = r->policies.word, .workloads = r->workloads.word,
                                  .each_seed = true};
    struct results_reader *before = reader_open(r->before, &old, &problem);
    struct results_reader *after =
        before ? reader_open(r->after ? r->after : r->before, &new, &problem) : NULL;
    struct compare compare = {0};
    const struct compare_request request = {before,          after,        r->baseline,
                                            r->metrics.word, r->least_pct, r->noise_pct};
    bool done = after && compare_make(&request, &compare, &problem) &&
                (!r->output || draw(&compare, after, r, command, &problem));
    if (done) {
        void (*print)(const struct compare *) = r->json ? print_json : print_text;
        print(&compare);
    }
    int status = done ? answer(&compare) : command_fail(&problem);
    compare_free(&compare);
    reader_close(after);
    reader_close(before);
    return status;
}

static int run(int argc, char **argv)
{
    struct request r = {.least_pct = COMPARE_LEAST_PCT, .noise_pct = COMPARE_NOISE_PCT};
    char *command = command_words(argc, argv);
    arguments_parse(&argp, argc, argv, 0, &r);
    int status = compare_folders(&r, command);
    free(command);
    return status;
}

const struct command command_compare = {
    .name = "compare",
    .group = GROUP_EXPERIMENTS,
    .summary = "did it get better: two results folders, or a baseline in one",
    .run = run,
};
