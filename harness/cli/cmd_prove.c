/* cmd_prove.c - `fitlab prove`: the exact worst case of a policy, with a witness. */
#include <argp.h>
#include <inttypes.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "cli/arguments.h"
#include "cli/command.h"
#include "theory/prove/explore.h"
#include "theory/prove/game.h"
#include "theory/prove/witness.h"

struct options {
    const char *policy, *output;
    long live, largest, memory;
    bool powers, optimum;
};

enum { KEY_LIVE = 256, KEY_LARGEST, KEY_SIZES, KEY_OPTIMUM, KEY_MEMORY, LAYOUT_MOST = 8192 };

static const struct argp_option option_table[] = {
    {"live", KEY_LIVE, "M", 0, "The most units live at any time", 0},
    {"largest", KEY_LARGEST, "N", 0, "The largest block, in units", 0},
    {"sizes", KEY_SIZES, "pow2|all", 0, "Which sizes up to that there are (default all)", 0},
    {"optimum", KEY_OPTIMUM, NULL, 0, "Also what the best possible policy needs, N(M, n)", 0},
    {"output", 'o', "TRACE", 0, "Write the witness as a trace", 0},
    {"memory", KEY_MEMORY, "BYTES", 0, "The most that the search may take (default 4G)", 0},
    {0},
};

static void check_whole(const struct options *o, struct argp_state *state)
{
    if (!o->live || !o->largest || !(o->policy || o->optimum)) {
        argument_wrong(state, "say what to prove: POLICY --live M --largest N");
    }
    argument_units(state, o->live, o->largest);
    if (o->live * (o->largest + 1) > LAYOUT_MOST) {
        argument_wrong(state,
                       "--live=%ld --largest=%ld: the states are far too many; M * (N + 1) can be "
                       "%d at most",
                       o->live, o->largest, LAYOUT_MOST);
    }
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct options *o = state->input;
    switch (key) {
    case KEY_LIVE:
        o->live = argument_number(state, "live", arg, 1, LAYOUT_MOST);
        return 0;
    case KEY_LARGEST:
        o->largest = argument_number(state, "largest", arg, 1, LAYOUT_MOST);
        return 0;
    case KEY_MEMORY:
        o->memory = argument_number(state, "memory", arg, 1, LONG_MAX);
        return 0;
    case KEY_SIZES:
        o->powers = !strcmp(arg, "pow2");
        if (!o->powers && strcmp(arg, "all") != 0) {
            argument_wrong(state, "--sizes=%s: say pow2 or all", arg);
        }
        return 0;
    case KEY_OPTIMUM:
        o->optimum = true;
        return 0;
    case 'o':
        o->output = arg;
        return 0;
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

static void show_progress(uint64_t known, uint64_t open, unsigned high_water, void *ctx)
{
    (void)ctx;
    fprintf(stderr, "\r%" PRIu64 " states, %" PRIu64 " to expand, high-water mark %u ", known, open,
            high_water);
}

static const char *sizes_text(const struct options *o)
{
    return o->powers ? "powers of two" : "all sizes";
}

static void print_answer(const struct options *o, const struct policy_spec *spec,
                         const struct answer *a)
{
    printf("%s, %ld units live, blocks of 1 to %ld (%s): %s %u\n", spec->label, o->live, o->largest,
           sizes_text(o),
           a->complete ? "the worst high-water mark is exactly" : "the high-water mark can reach",
           a->high_water);
    printf("%" PRIu64 " states%s, %.1f s, %.1f MB\n", a->states,
           a->complete ? ", all that there are" : "; the memory ran out before all were seen",
           a->seconds, (double)a->memory / 1e6);
    printf("a shortest witness, %zu moves (+UNITS@ADDRESS allocates, -UNITS@ADDRESS frees):\n",
           a->moves);
    witness_print(a, stdout);
}

static bool prove_policy(const struct options *o, bool *complete, struct problem *problem)
{
    struct policy_spec spec;
    struct answer a;
    if (!policy_spec_parse(o->policy, &spec, problem)) {
        return false;
    }
    const struct question q = {.live = (unsigned)o->live,
                               .largest = (unsigned)o->largest,
                               .powers = o->powers,
                               .memory = (size_t)o->memory};
    bool terminal = isatty(STDERR_FILENO);
    bool ok = explore(&spec, &q, &a, terminal ? show_progress : NULL, NULL, problem);
    if (terminal) {
        fprintf(stderr, "\r\033[K");
    }
    if (!ok) {
        return false;
    }
    *complete = a.complete;
    print_answer(o, &spec, &a);
    ok = !o->output || witness_write(&a, &spec, o->output, problem);
    if (ok && o->output) {
        printf("fitlab run -p %s -w %s shows a footprint of %zu bytes: the empty heap and %u units "
               "of %d bytes\n",
               spec.label, o->output, a.footprint, a.high_water, UNIT_GRANULE);
    }
    answer_release(&a);
    return ok;
}

static bool prove_optimum(const struct options *o, struct problem *problem)
{
    const struct game game = {
        .live = (unsigned)o->live, .largest = (unsigned)o->largest, .powers = o->powers};
    struct game_value value;
    if (!game_solve(&game, &value, problem)) {
        return false;
    }
    printf(
        "any policy, %ld units live, blocks of 1 to %ld (%s): the best possible needs exactly %u "
        "(%" PRIu64 " layouts)\n",
        o->live, o->largest, sizes_text(o), value.units, value.layouts);
    return true;
}

static int run(int argc, char **argv)
{
    struct options o = {.memory = 4L << 30};
    struct problem problem = {""};
    const struct argp argp = {
        .options = option_table,
        .parser = parse,
        .args_doc = "POLICY --live M --largest N",
        .doc = "Visit every state that a program can bring a policy's heap into, and tell the "
               "highest that the break ever gets.\v"
               "The policy's own code runs, in units of a granule without headers, as the theorems "
               "count. Ends with 1 if the memory ran out before all states were seen.\n\n"
               "Examples:\n"
               "  fitlab prove first-fit --live 8 --largest 8 --sizes all\n"
               "  fitlab prove best-fit --live 8 --largest 4 --sizes pow2 -o witness.fltrace\n"
               "  fitlab prove --optimum --live 7 --largest 4"};
    arguments_parse(&argp, argc, argv, 0, &o);
    bool complete = true;
    if (o.policy && !prove_policy(&o, &complete, &problem)) {
        return command_fail(&problem);
    }
    if (o.optimum && !prove_optimum(&o, &problem)) {
        return command_fail(&problem);
    }
    return complete ? EXIT_DONE : EXIT_NO;
}

const struct command command_prove = {
    .name = "prove",
    .group = GROUP_THEORY,
    .summary = "the exact worst case of a policy, with a witness",
    .run = run,
};
