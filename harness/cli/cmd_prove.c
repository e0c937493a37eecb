/* cmd_prove.c - `fitlab prove`: the exact worst case of a policy, with a witness. */
#include <argp.h>
#include <inttypes.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "cli/arguments.h"
#include "cli/command.h"
#include "theory/prove/distribution.h"
#include "theory/prove/explore.h"
#include "theory/prove/game.h"
#include "theory/prove/witness.h"

enum { MOST_LOGINS = 256, TASKS = 8, BATCH = 100000 };

struct options {
    const char *policy, *output, *folder;
    long live, largest, memory, jobs;
    double every;
    enum measure measure;
    bool powers, optimum, csv;
    const char *engine, *engine_options, *login[MOST_LOGINS];
    size_t logins;
    long tasks, batch, task; /* task: -1, or the one to do */
};

enum {
    KEY_LIVE = 256,
    KEY_LARGEST,
    KEY_SIZES,
    KEY_OPTIMUM,
    KEY_MEMORY,
    KEY_COST,
    KEY_EVERY,
    KEY_CSV,
    KEY_ENGINE,
    KEY_TASKS,
    KEY_BATCH,
    KEY_SSHLOGIN,
    KEY_ENGINE_OPTIONS,
    KEY_TASK,
    LAYOUT_MOST = 8192
};

/* The address space is reserved three times over, and there are 2^47 bytes of it. */
static const long MEMORY_MOST = 1L << 44;

static const struct argp_option option_table[] = {
    {"live", KEY_LIVE, "M", 0, "The most units live at any time", 0},
    {"largest", KEY_LARGEST, "N", 0, "The largest block, in units", 0},
    {"sizes", KEY_SIZES, "pow2|all", 0, "Which sizes up to that there are (default all)", 0},
    {"optimum", KEY_OPTIMUM, NULL, 0, "Also what the best possible policy needs, N(M, n)", 0},
    {"output", 'o', "TRACE", 0, "Write the witness as a trace", 0},
    {"cost", KEY_COST, "probes|accesses", 0,
     "Judge the cost of a single operation instead of the height of the heap", 0},
    {"csv", KEY_CSV, NULL, 0, "Print one row of CSV instead, with a head", 0},
    {"memory", KEY_MEMORY, "BYTES", 0, "The most that the states may take (default 4G)", 0},
    {"jobs", 'j', "N", 0, "Processes (default: as many as cores)", 0},
    {"keep", 'k', "DIR", 0, "Keep the states in files there, where a proof that was ended goes on",
     0},
    {"every", KEY_EVERY, "SECONDS", 0, "How often it is put down there how far it is (default 60s)",
     0},
    {0, 0, 0, 0, "A proof on several machines, which see DIR of --keep:", 1},
    {"engine", KEY_ENGINE, "NAME", 0, "slurm (job arrays) or parallel (GNU parallel)", 1},
    {"tasks", KEY_TASKS, "N", 0,
     "Among so many tasks the states are divided by their hash (default 8)", 1},
    {"batch", KEY_BATCH, "STATES", 0,
     "What has fewer states to expand is done here (default 100000)", 1},
    {"sshlogin", KEY_SSHLOGIN, "HOST", 0, "A machine for GNU parallel (again for more)", 1},
    {"engine-options", KEY_ENGINE_OPTIONS, "WORDS", 0,
     "More words for sbatch or parallel, such as --partition=short", 1},
    {"task", KEY_TASK, "N", OPTION_HIDDEN, "Do one task of the batch in DIR", 1},
    {0},
};

static void check_whole(const struct options *o, struct argp_state *state)
{
    if (!o->live || !o->largest || !(o->policy || o->optimum)) {
        argument_wrong(state, "say what to prove: POLICY --live M --largest N");
    }
    argument_units(state, o->live, o->largest);
    const char *lonely = o->logins           ? "sshlogin"
                         : o->engine_options ? "engine-options"
                         : o->tasks          ? "tasks"
                         : o->batch          ? "batch"
                                             : NULL;
    if (lonely && !o->engine) {
        argument_wrong(state, "--%s: say which engine, --engine slurm or --engine parallel",
                       lonely);
    }
    if ((o->engine || o->task >= 0) && !(o->folder && o->policy)) {
        argument_wrong(state, "--engine needs a POLICY, and --keep=DIR on a file system that all "
                              "machines see");
    }
    if (o->live * (o->largest + 1) > LAYOUT_MOST) {
        argument_wrong(state,
                       "--live=%ld --largest=%ld: the states are far too many; M * (N + 1) can be "
                       "%d at most",
                       o->live, o->largest, LAYOUT_MOST);
    }
}

/* The options of a proof on several machines. */
static error_t parse_engine(int key, char *arg, struct argp_state *state, struct options *o)
{
    switch (key) {
    case KEY_ENGINE:
        o->engine = arg;
        return 0;
    case KEY_TASKS:
        o->tasks = argument_number(state, "tasks", arg, 1, SHARDS_MOST);
        return 0;
    case KEY_BATCH:
        o->batch = argument_number(state, "batch", arg, 1, LONG_MAX);
        return 0;
    case KEY_SSHLOGIN:
        argument_append(state, "machines", o->login, &o->logins, MOST_LOGINS, arg);
        return 0;
    case KEY_ENGINE_OPTIONS:
        o->engine_options = arg;
        return 0;
    case KEY_TASK:
        o->task = argument_number(state, "task", arg, 0, SHARDS_MOST);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
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
        o->memory = argument_number(state, "memory", arg, 1, MEMORY_MOST);
        return 0;
    case KEY_SIZES:
        o->powers = !strcmp(arg, "pow2");
        if (!o->powers && strcmp(arg, "all") != 0) {
            argument_wrong(state, "--sizes=%s: say pow2 or all", arg);
        }
        return 0;
    case KEY_COST:
        o->measure = argument_cost(state, arg);
        return 0;
    case KEY_EVERY:
        o->every = argument_seconds(state, "every", arg, 0);
        return 0;
    case KEY_CSV:
        o->csv = true;
        return 0;
    case 'j':
        o->jobs = argument_number(state, "jobs", arg, 1, PROVE_JOBS_MOST);
        return 0;
    case 'k':
        o->folder = arg;
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
        return parse_engine(key, arg, state, o);
    }
}

static void show_progress(const struct explored *e, void *ctx)
{
    (void)ctx;
    fprintf(stderr,
            "\r\033[K%" PRIu64 " states, %" PRIu64 " to expand, level %" PRIu64 ", %.0f states/s, "
            "%.0f MB, worst %" PRIu64 " ",
            e->states, e->open, e->level, (double)e->states / e->seconds, (double)e->memory / 1e6,
            e->worst);
}

static const char *sizes_text(const struct options *o)
{
    return o->powers ? "powers of two" : "all sizes";
}

static const char *workers(const struct options *o)
{
    return o->engine ? o->tasks == 1 ? "task" : "tasks" : o->jobs == 1 ? "process" : "processes";
}

/* What the search was like: how many states, how fast, in how much memory, and how they lie. */
static void print_search(const struct options *o, const struct answer *a)
{
    const struct explored *e = &a->explored;
    printf("%" PRIu64 " states%s, %.1f s, %.1f MB\n", e->states,
           a->complete ? ", all that there are" : "; the memory ran out before all were seen",
           e->seconds, (double)e->memory / 1e6);
    printf("%" PRIu64 " operations tried, %.0f states a second with %ld %s, %.1f bytes a "
           "state%s\n",
           e->tried, (double)e->states / e->seconds, o->engine ? o->tasks : o->jobs, workers(o),
           (double)e->memory / (double)e->states, a->taken_up ? ", taken up again" : "");
    printf("%" PRIu64 " operations lead to the farthest states; most states, %" PRIu64
           ", are %" PRIu64 " operations from the empty heap; %" PRIu64 " are not expanded\n",
           e->level, e->at_most, e->widest, e->open);
}

static void print_answer(const struct options *o, const struct policy_spec *spec,
                         const struct answer *a)
{
    static const char *const exact[] = {
        [MEASURE_HEIGHT] = "the worst high-water mark is exactly",
        [MEASURE_PROBES] = "the most probes of one operation are exactly",
        [MEASURE_ACCESSES] = "the most loads and stores of one operation are exactly"};
    static const char *const least[] = {[MEASURE_HEIGHT] = "the high-water mark can reach",
                                        [MEASURE_PROBES] = "the probes of one operation can reach",
                                        [MEASURE_ACCESSES] =
                                            "the loads and stores of one operation can reach"};
    printf("%s, %ld units live, blocks of 1 to %ld (%s): %s %" PRIu64 "\n", spec->label, o->live,
           o->largest, sizes_text(o), (a->complete ? exact : least)[o->measure], a->explored.worst);
    print_search(o, a);
    printf("a shortest witness, %zu moves (+UNITS@ADDRESS allocates, -UNITS@ADDRESS frees):\n",
           a->moves);
    witness_print(a, 12, stdout);
}

/* A worst case that is not known, because the memory ran out, is an empty field. */
static void print_row(const struct options *o, const struct policy_spec *spec,
                      const struct answer *a)
{
    static const char *const judged[] = {
        [MEASURE_HEIGHT] = "height", [MEASURE_PROBES] = "probes", [MEASURE_ACCESSES] = "accesses"};
    char worst[32] = "";
    if (a->complete) {
        snprintf(worst, sizeof worst, "%" PRIu64, a->explored.worst);
    }
    printf("policy,judged,sizes,live,largest,worst,states,operations,levels,moves,witness\n");
    printf("\"%s\",%s,%s,%ld,%ld,%s,%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",%zu,", spec->label,
           judged[o->measure], o->powers ? "pow2" : "all", o->live, o->largest, worst,
           a->explored.states, a->explored.tried, a->explored.level, a->moves);
    witness_print(a, 0, stdout);
}

/* How to see the worst case again. */
static void print_replay(const struct options *o, const struct policy_spec *spec,
                         const struct answer *a)
{
    switch (o->measure) {
    case MEASURE_HEIGHT:
        printf("fitlab run -p %s -w %s shows a footprint of %zu bytes: the empty heap and %" PRIu64
               " units of %d bytes\n",
               spec->label, o->output, a->footprint, a->explored.worst, UNIT_GRANULE);
        break;
    case MEASURE_PROBES:
        printf("fitlab run -p %s -w %s -o DIR writes this number as most_probes of its summary\n",
               spec->label, o->output);
        break;
    default:
        printf("the last operation of %s is the one\n", o->output);
    }
}

static bool choose_engine(const struct options *o, struct distribution *distribution,
                          struct problem *problem)
{
    *distribution =
        (struct distribution){.engine = o->engine ? engine_find(o->engine, problem) : NULL,
                              .options = {.jobs = (size_t)o->jobs,
                                          .login = o->login,
                                          .logins = o->logins,
                                          .extra = o->engine_options},
                              .policy = o->policy,
                              .tasks = (unsigned)o->tasks,
                              .least = (uint64_t)o->batch};
    if (!distribution->engine) {
        return !o->engine;
    }
    size_t most = distribution->engine->most_tasks();
    return !most || distribution->tasks <= most ||
           problem_set(problem, "--tasks=%u: %s takes %zu at a time", distribution->tasks,
                       o->engine, most);
}

static bool prove_policy(const struct options *o, bool *complete, struct problem *problem)
{
    struct policy_spec spec;
    struct distribution distribution;
    struct answer a;
    if (!policy_spec_parse(o->policy, &spec, problem) ||
        !choose_engine(o, &distribution, problem)) {
        return false;
    }
    const struct question q = {.live = (unsigned)o->live,
                               .largest = (unsigned)o->largest,
                               .powers = o->powers,
                               .measure = o->measure,
                               .memory = (size_t)o->memory,
                               .jobs = (unsigned)o->jobs,
                               .folder = o->folder,
                               .every = o->every,
                               .distribution = distribution.engine ? &distribution : NULL};
    if (o->task >= 0) {
        return distribution_task(&spec, &q, (unsigned)o->task, problem);
    }
    bool terminal = isatty(STDERR_FILENO);
    bool ok = explore(&spec, &q, &a, terminal ? show_progress : NULL, NULL, problem);
    if (terminal) {
        fprintf(stderr, "\r\033[K");
    }
    if (!ok) {
        return false;
    }
    *complete = a.complete;
    (o->csv ? print_row : print_answer)(o, &spec, &a);
    ok = !o->output || witness_write(&a, &spec, o->output, problem);
    if (ok && o->output && !o->csv) {
        print_replay(o, &spec, &a);
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
    if (o->csv) {
        printf("sizes,live,largest,optimum,layouts\n%s,%ld,%ld,%u,%" PRIu64 "\n",
               o->powers ? "pow2" : "all", o->live, o->largest, value.units, value.layouts);
        return true;
    }
    printf(
        "any policy, %ld units live, blocks of 1 to %ld (%s): the best possible needs exactly %u "
        "(%" PRIu64 " layouts)\n",
        o->live, o->largest, sizes_text(o), value.units, value.layouts);
    return true;
}

static int run(int argc, char **argv)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    struct options o = {.memory = 4L << 30,
                        .jobs = cores < 1                 ? 1
                                : cores > PROVE_JOBS_MOST ? PROVE_JOBS_MOST
                                                          : cores,
                        .every = 60,
                        .task = -1};
    struct problem problem = {""};
    const struct argp argp = {
        .options = option_table,
        .parser = parse,
        .args_doc = "POLICY --live M --largest N",
        .doc = "Visit every state that a program can bring a policy's heap into, and tell the "
               "highest that the break ever gets, or the most that one operation costs.\v"
               "The policy's own code runs, in units of a granule without headers, as the theorems "
               "count. Ends with 1 if the memory ran out before all states were seen.\n\n"
               "With --keep the states lie in files, of which the system holds in memory what "
               "fits, and the same command goes on where an earlier one was ended. With --engine "
               "tasks on several machines share the work, each with the states of its own hashes; "
               "the result is the same, to the number of each state.\n\n"
               "Examples:\n"
               "  fitlab prove first-fit --live 8 --largest 8 --sizes all\n"
               "  fitlab prove best-fit --live 8 --largest 4 --sizes pow2 -o witness.fltrace\n"
               "  fitlab prove tlsf --live 8 --largest 4 --cost probes\n"
               "  fitlab prove first-fit --live 8 --largest 8 --keep proof --memory 20G\n"
               "  fitlab prove first-fit --live 5 --largest 4 --keep kept --engine parallel\n"
               "  fitlab prove --optimum --live 7 --largest 4"};
    arguments_parse(&argp, argc, argv, 0, &o);
    o.tasks = o.tasks ? o.tasks : TASKS;
    o.batch = o.batch ? o.batch : BATCH;
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
