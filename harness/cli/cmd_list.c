/* cmd_list.c - `fitlab list`: what there is to compare, and every parameter. */
#include <argp.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "allocators/layers/layer.h"
#include "allocators/registry.h"
#include "cell/metric.h"
#include "cell/pass_kind.h"
#include "cli/arguments.h"
#include "cli/command.h"
#include "mallocs/outside_policy.h"
#include "packing/offline_policy.h"
#include "present/emit/code_size.h"
#include "present/figures/figure.h"
#include "spec/policy_spec.h"
#include "spec/spec.h"
#include "spec/workload_spec.h"
#include "workloads/workload.h"

static void print_params(const struct param *table)
{
    for (size_t i = 0; i < param_count(table); i++) {
        const struct param *row = &table[i];
        printf("      %s=", row->name);
        if (row->text) {
            printf("TEXT");
        } else if (row->choices) {
            for (size_t c = 0; row->choices[c]; c++) {
                bool init = (long)c == row->init;
                printf("%s%s%s%s", c ? "|" : "", init ? "[" : "", row->choices[c], init ? "]" : "");
            }
        } else {
            printf("%ld..%ld [%ld]%s%s", row->min, row->max, row->init, row->unit ? " " : "",
                   row->unit ? row->unit : "");
        }
        printf("\n          %s\n", row->help);
    }
}

static void print_policy(const struct policy *policy)
{
    printf("  %s: %s\n", policy->name, policy->summary);
    print_params(policy->params);
}

static void print_kind(const struct workload_kind *kind)
{
    printf("  %s: %s\n", kind->name, kind->summary);
    print_params(kind->params);
}

static void print_pass(const struct pass_kind *kind)
{
    printf("  %s: %s\n", kind->name, kind->measures);
}

static void print_figure(const struct figure *figure)
{
    printf("  %s: %s\n      from %s\n", figure->name, figure->summary, figure->source);
}

static void print_metric(enum metric_id id)
{
    const struct metric_info *m = &metric_table[id];
    printf("  %-24s %-5s %-4s %s\n      %s\n", m->name, metric_nature_name(m->nature), m->passes,
           m->unit, m->meaning);
}

static void list_policies(void)
{
    puts("policies:");
    for (size_t i = 0; registry_policies[i]; i++) {
        print_policy(registry_policies[i]);
    }
    for (size_t i = 0; reference_mallocs[i]; i++) {
        print_policy(reference_mallocs[i]);
    }
    print_policy(&offline_policy);
    puts("  ./NAME.so: a policy as a plug-in, or any malloc; ./mm.c: a malloc-lab solution");
    puts("layers, each over any policy, the outermost first: cache:blocks=32+arenas:n=4+best-fit");
    for (size_t i = 0; registry_layers[i]; i++) {
        print_policy(&registry_layers[i]->policy);
    }
    puts("  ./NAME.so: a layer as a plug-in");
}

static void list_workloads(void)
{
    puts("workloads:");
    for (size_t i = 0; workload_kinds[i]; i++) {
        print_kind(workload_kinds[i]);
    }
    puts("  and each trace of the corpus by its name, or any other trace by its path");
}

static void list_figures(void)
{
    puts("figures:");
    for (size_t i = 0; figures[i]; i++) {
        print_figure(figures[i]);
    }
}

static void list_metrics(void)
{
    printf("metrics (columns of summary.csv; passes:");
    for (unsigned i = 0; i < CELL_PASS_COUNT; i++) {
        printf("%s %c %s", i ? "," : "", pass_kinds[i]->letter, pass_kinds[i]->name);
    }
    puts("):");
    for (size_t i = 0; i < METRICS; i++) {
        print_metric((enum metric_id)i);
    }
}

static void list_passes(void)
{
    puts("passes:");
    for (unsigned i = 0; i < CELL_PASS_COUNT; i++) {
        print_pass(pass_kinds[i]);
    }
}

static const struct {
    const char *name;
    void (*print)(void);
} subjects[] = {
    {"policies", list_policies}, {"workloads", list_workloads}, {"passes", list_passes},
    {"figures", list_figures},   {"metrics", list_metrics},
};

enum { SUBJECTS = sizeof subjects / sizeof *subjects };

static bool list_subject(const char *word)
{
    for (size_t i = 0; i < SUBJECTS; i++) {
        if (!strcmp(word, subjects[i].name)) {
            subjects[i].print();
            return true;
        }
    }
    return false;
}

/* Whether a word is the head of a table's column, with or without its " %". */
static bool is_head(const char *word, const char *head)
{
    size_t n = strlen(head);
    n -= n > 2 && !strcmp(head + n - 2, " %") ? 2 : 0;
    return !strcasecmp(word, head) || (strlen(word) == n && !strncasecmp(word, head, n));
}

/* The metric of that name, or that a table of `fitlab run` shows under that head. */
static bool find_metric(const char *word, enum metric_id *id)
{
    *id = metric_find(word);
    for (unsigned pass = 0; *id == METRICS && pass < CELL_PASS_COUNT; pass++) {
        for (const struct pass_column *c = pass_kinds[pass]->columns; c->head; c++) {
            if (is_head(word, c->head)) {
                *id = c->id;
                break;
            }
        }
    }
    return *id != METRICS;
}

static bool list_policy(const char *word)
{
    static const struct policy *const offline[] = {&offline_policy, NULL};
    const struct policy *const *const lists[] = {registry_policies, reference_mallocs, offline};
    for (size_t l = 0; l < sizeof lists / sizeof *lists; l++) {
        for (size_t i = 0; lists[l][i]; i++) {
            if (!strcmp(word, lists[l][i]->name)) {
                print_policy(lists[l][i]);
                return true;
            }
        }
    }
    for (size_t i = 0; registry_layers[i]; i++) {
        if (!strcmp(word, registry_layers[i]->policy.name)) {
            print_policy(&registry_layers[i]->policy);
            return true;
        }
    }
    return false;
}

/* Everything that has this name. */
static bool list_named(const char *word)
{
    bool found = list_policy(word);
    enum metric_id id;
    for (size_t i = 0; workload_kinds[i]; i++) {
        if (!strcmp(word, workload_kinds[i]->name)) {
            print_kind(workload_kinds[i]);
            found = true;
        }
    }
    for (unsigned i = 0; i < CELL_PASS_COUNT; i++) {
        if (!strcmp(word, pass_kinds[i]->name)) {
            print_pass(pass_kinds[i]);
            found = true;
        }
    }
    for (size_t i = 0; figures[i]; i++) {
        if (!strcmp(word, figures[i]->name)) {
            print_figure(figures[i]);
            found = true;
        }
    }
    if (find_metric(word, &id)) {
        print_metric(id);
        found = true;
    }
    if (!found && workload_in_corpus(word)) {
        printf("  %s: a recorded program of the corpus: see 'fitlab info %s'\n", word, word);
        found = true;
    }
    return found;
}

/* Names after a heading, wrapped. */
struct line {
    size_t column;
};

static void add_name(struct line *line, const char *name)
{
    enum { INDENT = 12, WIDTH = 78 };
    if (line->column + 1 + strlen(name) > WIDTH) {
        printf("\n%*s", INDENT, "");
        line->column = INDENT;
    }
    line->column += (size_t)printf(" %s", name);
}

static struct line begin_names(const char *heading)
{
    return (struct line){(size_t)printf("%-12s", heading)};
}

static void add_trace(const char *name, void *line)
{
    add_name(line, name);
}

/* All names, on one screen. */
static void list_names(void)
{
    struct line line = begin_names("policies");
    for (size_t i = 0; registry_policies[i]; i++) {
        add_name(&line, registry_policies[i]->name);
    }
    puts("");
    line = begin_names("layers");
    for (size_t i = 0; registry_layers[i]; i++) {
        add_name(&line, registry_layers[i]->policy.name);
    }
    puts("");
    line = begin_names("mallocs");
    for (size_t i = 0; reference_mallocs[i]; i++) {
        add_name(&line, reference_mallocs[i]->name);
    }
    add_name(&line, offline_policy.name);
    add_name(&line, "./FILE.so");
    add_name(&line, "./FILE.c");
    puts("");
    line = begin_names("recorded");
    workload_each_in_corpus(add_trace, &line);
    puts("");
    line = begin_names("generated");
    for (size_t i = 0; workload_kinds[i]; i++) {
        add_name(&line, workload_kinds[i]->name);
    }
    puts("");
    line = begin_names("passes");
    for (unsigned i = 0; i < CELL_PASS_COUNT; i++) {
        add_name(&line, pass_kinds[i]->name);
    }
    puts("");
    line = begin_names("figures");
    for (size_t i = 0; figures[i]; i++) {
        add_name(&line, figures[i]->name);
    }
    puts(
        "\n\n'fitlab list NAME' says what one of these is and what parameters it has, 'fitlab list "
        "policies'\n(or workloads, passes, figures, metrics) does so for all, and 'fitlab list "
        "'JW#4'' explains\nwhat a table calls so.");
}

/* A policy's code, emitted with its defaults, for each processor that there is a compiler for. */
static void print_size(const struct policy *policy)
{
    struct policy_spec spec;
    struct problem unused;
    printf("%-12s", policy->name);
    for (unsigned target = 0; target < CODE_TARGETS; target++) {
        size_t bytes = policy_spec_parse(policy->name, &spec, &unused)
                           ? code_size(&spec, (enum code_target)target)
                           : 0;
        char text[24] = "-";
        if (bytes) {
            snprintf(text, sizeof text, "%zu", bytes);
        }
        printf("  %12s", text);
        fflush(stdout); /* so that one sees how far it is */
    }
    puts("");
}

static void list_sizes(void)
{
    printf("%-12s", "policy");
    for (unsigned target = 0; target < CODE_TARGETS; target++) {
        printf("  %12s", code_target_names[target]);
    }
    puts("");
    for (size_t i = 0; registry_policies[i]; i++) {
        print_size(registry_policies[i]);
    }
    puts("bytes of machine code that 'fitlab emit' gives at -Os, all functions included; -: no "
         "compiler, or not to be emitted");
}

enum { KEY_SIZE = 256 };

struct listed {
    bool something, sizes;
};

static const struct argp_option option_table[] = {
    {"size", KEY_SIZE, 0, 0,
     "How many bytes of code each policy is, for this machine, for 32 bits and for a Cortex-M4", 0},
    {0},
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct listed *listed = state->input;
    if (key == KEY_SIZE) { /* options come before words, wherever they stand */
        listed->something = listed->sizes = true;
        list_sizes();
        return 0;
    }
    if (key != ARGP_KEY_ARG) {
        return ARGP_ERR_UNKNOWN;
    }
    if (listed->sizes && !strcmp(arg, "policies")) {
        return 0; /* their sizes are what was asked for */
    }
    listed->something = true;
    if (!list_subject(arg) && !list_named(arg)) {
        argument_wrong(state,
                       "nothing is called '%s': say policies, workloads, passes, figures or "
                       "metrics, or a name that 'fitlab list' shows",
                       arg);
    }
    return 0;
}

static int run(int argc, char **argv)
{
    struct listed listed = {false, false};
    const struct argp argp = {
        .options = option_table,
        .parser = parse,
        .args_doc = "[policies|workloads|passes|figures|metrics|NAME]...",
        .doc =
            "List what is built in. Without a word: all names, on one screen. With one: what it "
            "is, every parameter, its range, and its default in [brackets]. A metric is found by "
            "its column of summary.csv or by the head of a table's column.\vExamples:\n"
            "  fitlab list\n"
            "  fitlab list best-fit\n"
            "  fitlab list 'JW#4'\n"
            "  fitlab list policies --size\n"
            "  fitlab list figures metrics"};
    arguments_parse(&argp, argc, argv, 0, &listed);
    if (!listed.something) {
        list_names();
    }
    return EXIT_DONE;
}

const struct command command_list = {
    .name = "list",
    .group = GROUP_START,
    .summary = "policies and workloads with their parameters, passes, figures, metrics",
    .run = run,
};
