/* cmd_list.c - `fitlab list`: what there is to compare, and every parameter. */
#include <argp.h>
#include <stdio.h>
#include <string.h>

#include "allocators/registry.h"
#include "cell/metric.h"
#include "cell/pass_kind.h"
#include "cli/arguments.h"
#include "cli/command.h"
#include "mallocs/outside_policy.h"
#include "present/figures/figure.h"
#include "spec/spec.h"
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

static void list_policies(void)
{
    puts("policies:");
    for (size_t i = 0; registry_policies[i]; i++) {
        printf("  %s: %s\n", registry_policies[i]->name, registry_policies[i]->summary);
        print_params(registry_policies[i]->params);
    }
    for (size_t i = 0; reference_mallocs[i]; i++) {
        printf("  %s: %s\n", reference_mallocs[i]->name, reference_mallocs[i]->summary);
    }
    puts("  ./NAME.so: a policy as a plug-in, or any malloc; ./mm.c: a malloc-lab solution");
}

static void list_workloads(void)
{
    puts("workloads:");
    for (size_t i = 0; workload_kinds[i]; i++) {
        printf("  %s: %s\n", workload_kinds[i]->name, workload_kinds[i]->summary);
        print_params(workload_kinds[i]->params);
    }
}

static void list_figures(void)
{
    puts("figures:");
    for (size_t i = 0; figures[i]; i++) {
        printf("  %s: %s\n      from %s\n", figures[i]->name, figures[i]->summary,
               figures[i]->source);
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
        const struct metric_info *m = &metric_table[i];
        printf("  %-24s %-5s %-4s %s\n      %s\n", m->name, metric_nature_name(m->nature),
               m->passes, m->unit, m->meaning);
    }
}

static void list_passes(void)
{
    puts("passes:");
    for (unsigned i = 0; i < CELL_PASS_COUNT; i++) {
        printf("  %s: %s\n", pass_kinds[i]->name, pass_kinds[i]->measures);
    }
}

static const struct {
    const char *name;
    void (*print)(void);
} subjects[] = {
    {"policies", list_policies},
    {"workloads", list_workloads},
    {"passes", list_passes},
    {"figures", list_figures},
    {"metrics", list_metrics},
};

enum { SUBJECTS = sizeof subjects / sizeof *subjects };

static error_t parse(int key, char *arg, struct argp_state *state)
{
    if (key != ARGP_KEY_ARG) {
        return ARGP_ERR_UNKNOWN;
    }
    for (size_t i = 0; i < SUBJECTS; i++) {
        if (!strcmp(arg, subjects[i].name)) {
            subjects[i].print();
            *(bool *)state->input = true;
            return 0;
        }
    }
    argument_wrong(state, "nothing to list under '%s': say policies, workloads, passes, figures "
                   "or metrics",
                   arg);
}

static int run(int argc, char **argv)
{
    bool printed = false;
    const struct argp argp = {
        .parser = parse,
        .args_doc = "[policies|workloads|passes|figures|metrics]...",
        .doc = "List what is built in: policies and workloads with every parameter, its range "
               "and its default in [brackets].\vExamples:\n"
               "  fitlab list policies\n"
               "  fitlab list figures metrics"};
    argp_parse(&argp, argc, argv, 0, NULL, &printed);
    for (size_t i = 0; !printed && i < SUBJECTS; i++) {
        subjects[i].print();
    }
    return EXIT_DONE;
}

const struct command command_list = {
    .name = "list",
    .summary = "policies and workloads with their parameters, figures, metrics",
    .run = run,
};
