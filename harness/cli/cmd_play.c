/* cmd_play.c - `fitlab play`: an adversary against policies. */
#include <argp.h>
#include <inttypes.h>
#include <stdlib.h>

#include "base/text_table.h"
#include "cli/arguments.h"
#include "cli/command.h"
#include "spec/spec.h"
#include "theory/adversary.h"
#include "workloads/trace/trace_writer.h"

enum { MOST_POLICIES = 64, KEY_LIVE = 256, KEY_LARGEST, GRANULE = 64, UNITS_MOST = 1 << 20 };

struct options {
    const struct adversary *adversary;
    const char *policy[MOST_POLICIES];
    size_t policies;
    long live, largest;
    const char *output;
};

static const struct argp_option option_table[] = {
    {"policy", 'p', "POLICY", 0, "Play against this one (again for more)", 0},
    {"live", KEY_LIVE, "M", 0, "The most units live at any time (default 1024)", 0},
    {"largest", KEY_LARGEST, "N", 0, "The largest block, in units (default 32)", 0},
    {"output", 'o', "TRACE", 0, "Write what was played against the one policy as a trace", 0},
    {0},
};

static void check_whole(const struct options *o, struct argp_state *state)
{
    if (!o->adversary || !o->policies) {
        argument_wrong(state, "give an adversary and a policy: ADVERSARY -p POLICY");
    }
    if (!o->adversary->can_play((size_t)o->live, (size_t)o->largest)) {
        argument_wrong(state, "%s needs %s: not M = %ld, n = %ld", o->adversary->name,
                       o->adversary->needs, o->live, o->largest);
    }
    if (o->output && o->policies > 1) {
        argument_wrong(state, "-o: a trace is of one policy, for the adversary looks at addresses");
    }
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct options *o = state->input;
    struct problem problem;
    switch (key) {
    case 'p':
        argument_append(state, "policies", o->policy, &o->policies, MOST_POLICIES, arg);
        return 0;
    case KEY_LIVE:
        o->live = argument_number(state, "live", arg, 1, UNITS_MOST);
        return 0;
    case KEY_LARGEST:
        o->largest = argument_number(state, "largest", arg, 1, UNITS_MOST);
        return 0;
    case 'o':
        o->output = arg;
        return 0;
    case ARGP_KEY_ARG:
        if (o->adversary) {
            argument_wrong(state, "one adversary at a time: '%s' is too many", arg);
        }
        o->adversary = adversary_find(arg, &problem);
        if (!o->adversary) {
            argument_wrong(state, "%s", problem.text);
        }
        return 0;
    case ARGP_KEY_END:
        check_whole(o, state);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static void list_adversaries(FILE *out)
{
    for (size_t i = 0; adversaries[i]; i++) {
        char line[256];
        snprintf(line, sizeof line, "%s; %s", adversaries[i]->summary, adversaries[i]->needs);
        command_entry(out, adversaries[i]->name, line);
    }
}

static char *help_filter(int key, const char *text, void *input)
{
    (void)input;
    return argument_help_list(key, text, "Adversaries", list_adversaries);
}

static bool write_trace(const struct options *o, const struct policy_spec *spec,
                        const struct player *p, struct problem *problem)
{
    struct provenance provenance = {.text = ""};
    provenance_add(&provenance, "generator", "fitlab play %s", o->adversary->name);
    provenance_add(&provenance, "policy", "%s", spec->full);
    provenance_add(&provenance, "note", "M = %ld, n = %ld, units of %d bytes, header %zu", o->live,
                   o->largest, GRANULE, p->header);
    struct trace_writer *w = trace_create(o->output, &provenance, 0, problem);
    const struct trace_run run = {.events = p->event, .count = p->events};
    if (!w || !trace_append(w, &run, problem)) {
        trace_abort(w);
        return false;
    }
    return trace_finish(w, NULL, problem);
}

static bool play(const struct options *o, const char *policy, struct text_table *table,
                 struct problem *problem)
{
    struct policy_spec spec;
    struct player p;
    const size_t live = (size_t)o->live, largest = (size_t)o->largest;
    const struct player_setup setup = {.granule = GRANULE,
                                       .limit = adversary_region(live, largest, GRANULE),
                                       .record = o->output != NULL};
    if (!policy_spec_parse(policy, &spec, problem) || !player_open(&p, &spec, &setup, problem)) {
        return false;
    }
    bool whole = o->adversary->play(&p, live, largest), ok = true;
    size_t high = player_high_water(&p);
    text_table_add(table, "%s", spec.label);
    text_table_add(table, "%zu", high);
    text_table_add(table, "%.3f", (double)high / (double)p.peak_live);
    text_table_add(table, "%" PRIu64, p.ops);
    text_table_add(table, "%" PRIu64, p.last_probes);
    text_table_add(table, "%s", whole ? "" : "refused");
    if (o->output) {
        ok = write_trace(o, &spec, &p, problem);
    }
    player_close(&p);
    return ok;
}

static int run(int argc, char **argv)
{
    struct options o = {.live = 1024, .largest = 32};
    struct problem problem = {""};
    const struct argp argp = {
        .options = option_table,
        .parser = parse,
        .args_doc = "ADVERSARY -p POLICY...",
        .doc = "Let an adversary, a workload that looks at addresses, play against policies. Sizes "
               "are in units of 64 bytes, the policy's header included.\v"
               "Examples:\n"
               "  fitlab play robson -p first-fit -p buddy --live 1024 --largest 32\n"
               "  fitlab play best-fit-killer -p best-fit -o killer.fltrace\n"
               "  fitlab run -p best-fit -p first-fit -w killer.fltrace\n",
        .help_filter = help_filter};
    arguments_parse(&argp, argc, argv, 0, &o);
    static const bool left[] = {true, false, false, false, false, true};
    static const char *const head[] = {"policy", "high-water",  "over live",
                                       "ops",    "last probes", ""};
    struct text_table table;
    text_table_open(&table, sizeof left, left);
    for (size_t i = 0; i < sizeof left; i++) {
        text_table_add(&table, "%s", head[i]);
    }
    bool ok = true;
    for (size_t i = 0; ok && i < o.policies; i++) {
        ok = play(&o, o.policy[i], &table, &problem);
    }
    if (ok) {
        text_table_print(&table, stdout);
        if (o.adversary == &adversary_robson) {
            printf("\nNo policy needs less: %zu\n",
                   robson_bound((size_t)o.live, (size_t)o.largest));
        }
    }
    text_table_close(&table);
    return ok ? EXIT_DONE : command_fail(&problem);
}

const struct command command_play = {
    .name = "play",
    .group = GROUP_THEORY,
    .summary = "an adversary against policies, and what it played as a trace",
    .run = run,
};
