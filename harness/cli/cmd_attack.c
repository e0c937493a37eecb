/* cmd_attack.c - `fitlab attack`: a search for a policy's bad workloads. */
#include <argp.h>
#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/text_table.h"
#include "cell/certificate.h"
#include "cli/arguments.h"
#include "cli/attack_schedule.h"
#include "cli/command.h"
#include "theory/attack/attack.h"
#include "workloads/trace/trace_writer.h"

struct options {
    const char *policy, *output, *schedule;
    struct attack_plan plan;
    bool csv;
};

enum {
    KEY_LIVE = 256,
    KEY_LARGEST,
    KEY_BUDGET,
    KEY_ROUNDS,
    KEY_SEED,
    KEY_COST,
    KEY_CSV,
    KEY_SCHEDULE,
    UNITS_MOST = 8192
};

static const struct argp_option option_table[] = {
    {"live", KEY_LIVE, "M", 0, "The most units live at any time", 0},
    {"largest", KEY_LARGEST, "N", 0, "The largest block, in units", 0},
    {"budget", KEY_BUDGET, "SECONDS", 0, "How long to search (default 60s)", 0},
    {"rounds", KEY_ROUNDS, "N", 0,
     "End after N mutations of each start: the same result every time", 0},
    {"seed", KEY_SEED, "N", 0, "Of the search (default 1)", 0},
    {"cost", KEY_COST, "probes|accesses", 0,
     "Judge the cost of a single operation instead of the height of the heap", 0},
    {"policy", 'p', "POLICY", 0, "What to attack: the same as POLICY alone", 0},
    {"schedule", KEY_SCHEDULE, "WORKLOAD", 0,
     "Search for the order of this workload's threads that is worst, instead of --live and "
     "--largest",
     0},
    {"csv", KEY_CSV, NULL, 0, "Print a row of CSV for each start instead, with a head", 0},
    {"output", 'o', "TRACE", 0, "Write the worst workload found as a trace", 0},
    {0},
};

static void check_whole(const struct options *o, struct argp_state *state)
{
    const struct rules *r = &o->plan.rules;
    if (o->policy && o->schedule) {
        if (r->live || r->largest || o->csv) {
            argument_wrong(state, "--schedule has a workload of its own: leave out --live, "
                                  "--largest and --csv");
        }
        return;
    }
    if (!o->policy || !r->live || !r->largest) {
        argument_wrong(state, "say what to attack: POLICY --live M --largest N");
    }
    argument_units(state, r->live, r->largest);
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct options *o = state->input;
    switch (key) {
    case KEY_LIVE:
        o->plan.rules.live = (unsigned)argument_number(state, "live", arg, 1, UNITS_MOST);
        return 0;
    case KEY_LARGEST:
        o->plan.rules.largest = (unsigned)argument_number(state, "largest", arg, 1, UNITS_MOST);
        return 0;
    case KEY_BUDGET:
        o->plan.seconds = argument_seconds(state, "budget", arg, 0.001);
        return 0;
    case KEY_ROUNDS:
        o->plan.rounds = (uint64_t)argument_number(state, "rounds", arg, 1, LONG_MAX);
        return 0;
    case KEY_SEED:
        o->plan.seed = (uint64_t)argument_number(state, "seed", arg, 1, LONG_MAX);
        return 0;
    case KEY_COST:
        o->plan.rules.measure = argument_cost(state, arg);
        return 0;
    case KEY_CSV:
        o->csv = true;
        return 0;
    case KEY_SCHEDULE:
        o->schedule = arg;
        return 0;
    case 'o':
        o->output = arg;
        return 0;
    case 'p':
    case ARGP_KEY_ARG:
        o->policy = argument_only(state, "policy", o->policy, arg);
        return 0;
    case ARGP_KEY_END:
        check_whole(o, state);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static void show_progress(const struct attack *a, double seconds_left, void *ctx)
{
    (void)ctx;
    size_t worst = 0;
    for (size_t i = 0; i < a->starts; i++) {
        worst = a->from[i].end.value > worst ? a->from[i].end.value : worst;
    }
    fprintf(stderr, "\r\033[Kworst %zu, %.0f s left ", worst, seconds_left > 0 ? seconds_left : 0);
}

static void print_table(const struct attack *a, const struct rules *r)
{
    static const bool left[] = {true, false, false, false, false};
    struct text_table t;
    text_table_open(&t, 5, left);
    static const char *const head[] = {"start", "as it is", "after search", "of live", "rounds"};
    for (size_t i = 0; i < 5; i++) {
        text_table_add(&t, "%s", head[i]);
    }
    for (size_t i = 0; i < a->starts; i++) {
        const struct attempt_from *f = &a->from[i];
        text_table_add(&t, "%s", f->name);
        text_table_add(&t, f->possible ? "%zu" : "-", f->start.value);
        text_table_add(&t, f->possible ? "%zu" : "-", f->end.value);
        text_table_add(&t, f->possible && r->measure == MEASURE_HEIGHT ? "%.2f" : "-",
                       (double)f->end.value / r->live);
        text_table_add(&t, f->possible ? "%" PRIu64 : "-", f->rounds);
    }
    text_table_print(&t, stdout);
    text_table_close(&t);
}

/* What a theorem says of blocks as they are asked for, which is what is counted here; 0: nothing.
 */
static double bound_of(const struct certificate *c, const struct policy_spec *spec,
                       const struct rules *r)
{
    return c->applies(spec) && !c->granted ? c->bound(spec, r->live, r->largest) : 0;
}

/* The result, and the theorems' upper bounds. */
static void print_verdict(const struct options *o, const struct policy_spec *spec,
                          const struct attack *a)
{
    const struct rules *r = &o->plan.rules;
    size_t found = a->from[a->worst].end.value;
    printf("\n%s with %u units live and blocks of 1 to %u: the search found ", spec->label, r->live,
           r->largest);
    if (r->measure != MEASURE_HEIGHT) {
        printf("an operation with %zu %s.\n", found,
               r->measure == MEASURE_PROBES ? "probes" : "loads and stores");
        return;
    }
    printf("a high-water mark of %zu, %.2f times what is live.\n", found, (double)found / r->live);
    for (const struct certificate *c = certificates; c->theorem; c++) {
        bool applies = !c->granted && c->applies(spec);
        double bound = applies ? c->bound(spec, r->live, r->largest) : 0;
        if (bound > 0) {
            printf("It cannot be above %.0f, %.2f times (%s).\n", bound, bound / r->live,
                   c->theorem);
        }
    }
}

/* The least that a theorem allows a heap to need at most; empty: none says anything. */
static void print_bound(const struct policy_spec *spec, const struct rules *r)
{
    double least = 0;
    for (const struct certificate *c = certificates; c->theorem; c++) {
        double bound = bound_of(c, spec, r);
        least = bound > 0 && (least == 0 || bound < least) ? bound : least;
    }
    if (least > 0 && r->measure == MEASURE_HEIGHT) {
        printf("%.0f", floor(least));
    }
}

static void print_rows(const struct options *o, const struct policy_spec *spec,
                       const struct attack *a)
{
    static const char *const judged[] = {
        [MEASURE_HEIGHT] = "height", [MEASURE_PROBES] = "probes", [MEASURE_ACCESSES] = "accesses"};
    const struct rules *r = &o->plan.rules;
    printf("policy,judged,live,largest,seed,start,at_start,found,rounds,bound\n");
    for (size_t i = 0; i < a->starts; i++) {
        const struct attempt_from *f = &a->from[i];
        if (f->possible) {
            printf("\"%s\",%s,%u,%u,%" PRIu64 ",%s,%zu,%zu,%" PRIu64 ",", spec->label,
                   judged[r->measure], r->live, r->largest, o->plan.seed, f->name, f->start.value,
                   f->end.value, f->rounds);
            print_bound(spec, r);
            putchar('\n');
        }
    }
}

static bool write_trace(const struct options *o, const struct policy_spec *spec,
                        const struct attack *a, struct problem *problem)
{
    struct provenance provenance = {.text = ""};
    provenance_add(&provenance, "generator", "fitlab attack");
    provenance_add(&provenance, "policy", "%s", spec->full);
    struct trace_writer *w = trace_create(o->output, &provenance, 0, problem);
    const struct trace_run run = {.events = a->event, .count = a->events};
    if (!w || !trace_append(w, &run, problem)) {
        trace_abort(w);
        return false;
    }
    return trace_finish(w, NULL, problem);
}

static bool attack(const struct options *o, struct problem *problem)
{
    struct policy_spec spec;
    struct attack a;
    bool terminal = isatty(STDERR_FILENO);
    if (!policy_spec_parse(o->policy, &spec, problem)) {
        return false;
    }
    bool ok = attack_run(&a, &spec, &o->plan, terminal ? show_progress : NULL, NULL, problem);
    if (terminal) {
        fprintf(stderr, "\r\033[K");
    }
    if (ok) {
        if (o->csv) {
            print_rows(o, &spec, &a);
        } else {
            print_table(&a, &o->plan.rules);
            print_verdict(o, &spec, &a);
        }
        ok = !o->output || write_trace(o, &spec, &a, problem);
        attack_release(&a);
    }
    return ok;
}

static int run(int argc, char **argv)
{
    struct options o = {.plan = {.seconds = 60, .seed = 1}};
    struct problem problem = {""};
    const struct argp argp = {
        .options = option_table,
        .parser = parse,
        .args_doc = "POLICY --live M --largest N\nPOLICY --schedule WORKLOAD",
        .doc = "Look for a workload that is bad for a policy, by changing workloads a little and "
               "keeping the changes that make it use more memory, or a single operation cost more: "
               "from a random one, and from adversaries that are known.\v"
               "For cases too large for 'fitlab prove'. Units are blocks of 128 bytes, headers "
               "included.\n\n"
               "Examples:\n"
               "  fitlab attack best-fit --live 64 --largest 8 --budget 60s -o bad.fltrace\n"
               "  fitlab attack tlsf --live 1024 --largest 32 --cost accesses --rounds 100\n"
               "  fitlab attack cache+best-fit --live 64 --largest 8 --rounds 100\n"
               "  fitlab attack arenas:n=4+tlsf --schedule mstress --rounds 3\n"
               "  fitlab run -p best-fit -p first-fit -w bad.fltrace"};
    arguments_parse(&argp, argc, argv, 0, &o);
    const struct schedule_plan schedules = {
        .seconds = o.plan.seconds, .rounds = o.plan.rounds, .seed = o.plan.seed};
    bool done = o.schedule ? attack_schedule(o.policy, o.schedule, schedules, o.output, &problem)
                           : attack(&o, &problem);
    return done ? EXIT_DONE : command_fail(&problem);
}

const struct command command_attack = {
    .name = "attack",
    .group = GROUP_THEORY,
    .summary = "a search for a policy's bad workloads",
    .run = run,
};
