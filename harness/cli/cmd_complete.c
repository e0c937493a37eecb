/* cmd_complete.c - `fitlab complete`: what a half-typed word can become, for the shells.
 *
 * Everything comes from the tables that the other commands read, so that no completion script has
 * to be changed when a policy, a parameter or a command is added. */
#include <argp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "allocators/layers/layer.h"
#include "allocators/registry.h"
#include "cell/cell.h"
#include "cli/arguments.h"
#include "cli/command.h"
#include "mallocs/outside_policy.h"
#include "packing/offline_policy.h"
#include "present/figures/figure.h"
#include "spec/spec.h"
#include "spec/workload_spec.h"
#include "workloads/workload.h"

/* Prints a candidate if it begins with what was typed. */
static void offer(const char *typed, const char *head, const char *tail, const char *end)
{
    char candidate[2 * SPEC_MAX_TEXT];
    snprintf(candidate, sizeof candidate, "%s%s%s", head, tail, end);
    if (!strncmp(candidate, typed, strlen(typed))) {
        puts(candidate);
    }
}

/* Whether the settings already typed, up to `end`, give this key a value. */
static bool is_given(const char *settings, const char *end, const char *key)
{
    size_t length = strlen(key);
    for (const char *at = settings; at < end; at += strcspn(at, ",") + 1) {
        if (!strncmp(at, key, length) && at[length] == '=') {
            return true;
        }
    }
    return false;
}

/* The setting being typed of "NAME:key=value,key=value", which begins at `named`: its keys, or its
 * choices. */
static void offer_settings(const char *typed, const char *named, const struct param *table)
{
    const char *settings = strchr(named, ':') + 1;
    const char *comma = strrchr(settings, ',');
    const char *last = comma ? comma + 1 : settings;
    char head[SPEC_MAX_TEXT];
    for (size_t i = 0; i < param_count(table); i++) {
        const struct param *row = &table[i];
        if (is_given(settings, last, row->name)) {
            continue;
        }
        snprintf(head, sizeof head, "%.*s%s=", (int)(last - typed), typed, row->name);
        if (!strchr(last, '=')) {
            offer(typed, head, "", "");
        }
        for (size_t c = 0; strchr(last, '=') && row->choices && row->choices[c]; c++) {
            offer(typed, head, row->choices[c], "");
        }
    }
}

static bool is_name(const char *typed, const char *name)
{
    size_t length = strlen(name);
    return !strncmp(typed, name, length) && typed[length] == ':';
}

/* After the last layer of a stack stands another one or the policy; what is before stays. */
static void complete_policies(const char *typed)
{
    const char *last = typed;
    for (size_t layer; (layer = stack_layer_length(last));) {
        last += layer + 1;
    }
    char head[SPEC_MAX_TEXT], stem[SPEC_MAX_TEXT];
    snprintf(head, sizeof head, "%.*s", (int)(last - typed), typed);
    for (size_t i = 0; registry_policies[i]; i++) {
        const struct policy *policy = registry_policies[i];
        if (is_name(last, policy->name)) {
            offer_settings(typed, last, policy->params);
        } else {
            offer(typed, head, policy->name, "");
        }
    }
    for (size_t i = 0; registry_layers[i]; i++) {
        const struct policy *layer = &registry_layers[i]->policy;
        if (is_name(last, layer->name)) {
            offer_settings(typed, last, layer->params);
        } else {
            snprintf(stem, sizeof stem, "%s%s", head, layer->name);
            offer(typed, stem, "+", "");
        }
    }
    for (size_t i = 0; last == typed && reference_mallocs[i]; i++) {
        offer(typed, reference_mallocs[i]->name, "", "");
    }
    offer(typed, offline_policy.name, "", "");
}

static void offer_trace(const char *name, void *typed)
{
    offer(typed, name, "", "");
}

static void complete_workloads(const char *typed)
{
    for (size_t i = 0; workload_kinds[i]; i++) {
        const struct workload_kind *kind = workload_kinds[i];
        if (is_name(typed, kind->name)) {
            offer_settings(typed, typed, kind->params);
        } else {
            offer(typed, kind->name, "", "");
        }
    }
    workload_each_in_corpus(offer_trace, (void *)typed);
}

static void complete_figures(const char *typed)
{
    for (size_t i = 0; figures[i]; i++) {
        offer(typed, figures[i]->name, "", "");
    }
}

static void complete_commands(const char *typed)
{
    for (size_t i = 0; commands[i]; i++) {
        if (commands[i]->group != GROUP_PLUMBING) {
            offer(typed, commands[i]->name, "", "");
        }
    }
}

/* A list of words with commas between: the last one is being typed. */
static void complete_passes(const char *typed)
{
    const char *comma = strrchr(typed, ',');
    char head[SPEC_MAX_TEXT];
    snprintf(head, sizeof head, "%.*s", comma ? (int)(comma + 1 - typed) : 0, typed);
    for (enum cell_pass pass = 0; pass < CELL_PASS_COUNT; pass++) {
        offer(typed, head, cell_pass_name(pass), "");
    }
}

static const struct {
    const char *what;
    void (*complete)(const char *typed);
} subjects[] = {
    {"command", complete_commands}, {"policy", complete_policies}, {"workload", complete_workloads},
    {"figure", complete_figures},   {"pass", complete_passes},
};

enum { SUBJECTS = sizeof subjects / sizeof *subjects };

struct request {
    const char *what, *typed;
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct request *r = state->input;
    switch (key) {
    case ARGP_KEY_ARG:
        if (state->arg_num > 1) {
            argument_wrong(state, "two words: what, and how it begins");
        }
        *(state->arg_num ? &r->typed : &r->what) = arg;
        return 0;
    case ARGP_KEY_NO_ARGS:
        argument_wrong(state, "say command, policy, workload, figure or pass");
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static int run(int argc, char **argv)
{
    struct request r = {.typed = ""};
    const struct argp argp = {
        .parser = parse,
        .args_doc = "command|policy|workload|figure|pass [WORD]",
        .doc =
            "Print what a half-typed word can become, one candidate a line: names, parameters and "
            "their choices. The completions for bash and zsh that come with fitlab ask this.\v"
            "Examples:\n"
            "  fitlab complete policy best-fit:order=l\n"
            "  fitlab complete workload per\n"};
    arguments_parse(&argp, argc, argv, 0, &r);
    for (size_t i = 0; i < SUBJECTS; i++) {
        if (!strcmp(subjects[i].what, r.what)) {
            subjects[i].complete(r.typed);
            return EXIT_DONE;
        }
    }
    struct problem problem;
    problem_set(&problem, "nothing is known of '%s': say command, policy, workload, figure or pass",
                r.what);
    return command_fail(&problem);
}

const struct command command_complete = {
    .name = "complete",
    .group = GROUP_PLUMBING,
    .summary = "what a half-typed word can become, for the shells",
    .run = run,
};
