/* cmd_run.c - `fitlab run`: a few cells now, a table on the terminal. */
#define _GNU_SOURCE /* asprintf */
#include <argp.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/words.h"
#include "cell/thread_rules.h"
#include "cli/arguments.h"
#include "cli/command.h"
#include "cli/run.h"

enum {
    KEY_REGION = 256,
    KEY_TOUCH,
    KEY_RELEASE,
    KEY_THREADS,
    KEY_OVERSUBSCRIBE,
    KEY_SEED,
    KEY_REPS,
    KEY_SAMPLES,
    KEY_TIME,
    KEY_MEMORY,
    KEY_CPU,
    KEY_FORCE,
    KEY_BASELINE,
    KEY_PRECISION,
    KEY_MAX_REPS,
    KEY_INSTRUCTIONS,
    KEY_BITS
};

/* Options of this group choose what to measure and how: for `fitlab run` alone. */
enum { CHOOSING = 1 };

static const struct argp_option option_table[] = {
    {"policy", 'p', "POLICY", 0, "What to compare; repeat it, or list several after it", 0},
    {"workload", 'w', "WORKLOAD", 0,
     "What to replay: a workload with its parameters, a trace "
     "file, or a name of the corpus; repeat it, or list several after it",
     0},
    {"bits", KEY_BITS, "BITS", 0,
     "32, 64 (default) or 32,64: of a pointer, for which each policy is compiled; first-fit@32 "
     "does the same for one",
     0},
    {"seed", KEY_SEED, "N", 0,
     "Of the workloads that have a seed and do not set it, and of the "
     "memory layouts that repetitions vary",
     0},
    {"pass", 'm', "PASS", 0,
     "What to measure, commas between: PASSES; or all (see 'fitlab list passes')", 1},
    {"instructions", KEY_INSTRUCTIONS, NULL, 0,
     "Also count instructions under valgrind: the same as --pass instructions beside the others",
     1},
    {"region", KEY_REGION, "REGION", 0,
     "grow (default), grow:64M, 64M (fixed), or 1.5x (fixed, "
     "a multiple of the peak live bytes)",
     1},
    {"touch", KEY_TOUCH, "HOW", 0,
     "What timed replays write into each block: none (default), first (its first byte) or all", 1},
    {"release", KEY_RELEASE, "RULE", 0,
     "When free pages go back to the system, in the pages pass (default trim) and in timed ones "
     "(default never): " RELEASE_FORMS,
     1},
    {"threads", KEY_THREADS, "N", 0,
     "Replay with N threads in the passes throughput, throughput-cold and latency, each pinned to "
     "a "
     "processor; the policy must be made for it, such as lock+POLICY",
     1},
    {"oversubscribe", KEY_OVERSUBSCRIBE, NULL, 0, "Allow more threads than there are processors",
     1},
    {"reps", KEY_REPS, "N", 0, "Processes per timed cell (default 5)", 1},
    {"precision", KEY_PRECISION, "PCT", 0,
     "Repeat timed cells until the 95 % interval of each median is within this, such as 1%", 1},
    {"max-reps", KEY_MAX_REPS, "N", 0, "But no more often than this (default 50)", 1},
    {"baseline", KEY_BASELINE, "POLICY", 0,
     "What timed passes are compared with (default: the first policy)", 1},
    {"samples", KEY_SAMPLES, "N", 0,
     "Looks at the heap over time in the memory and pages passes (default 200)", 1},
    {"time-limit", KEY_TIME, "SECONDS", 0, "For one cell (default 600)", 2},
    {"memory-limit", KEY_MEMORY, "BYTES", 0,
     "Resident, for one cell (default 3/4 of the "
     "machine's)",
     2},
    {"cpu", KEY_CPU, "N", 0, "Pin the cells to this processor", 2},
    {"output", 'o', "DIR", 0, "Write summary.csv, the other CSVs and manifest.json there", 3},
    {"force", KEY_FORCE, NULL, 0, "Replace results that DIR already has", 3},
    {0},
};

static void append(const char ***list, size_t *n, const char *word)
{
    *list = realloc(*list, (*n + 1) * sizeof **list);
    if (!*list) {
        abort();
    }
    (*list)[(*n)++] = word;
}

/* Works on a copy, because the manifest shows the words as they were given. */
static void parse_passes(struct argp_state *state, struct run_options *o, const char *list)
{
    char words[128], *next = words;
    snprintf(words, sizeof words, "%s", list);
    for (char *word; (word = strsep(&next, ","));) {
        struct problem problem;
        enum cell_pass pass = PASS_MEMORY;
        if (!strcmp(word, "all")) {
            o->pass_set = (1u << CELL_PASS_COUNT) - 1;
        } else if (cell_pass_parse(word, &pass, &problem)) {
            o->pass_set |= 1u << pass;
        } else {
            argument_wrong(state, "%s", problem.text);
        }
    }
}

/* Further words after -p or -w belong to that option: "-p first-fit best-fit". */
static void add_word(struct argp_state *state, struct run_options *o, int last, const char *word)
{
    if (last == 'p') {
        append(&o->policy, &o->policies, word);
    } else if (last == 'w') {
        append(&o->workload, &o->workloads, word);
    } else {
        argument_wrong(state, "'%s' belongs to no option: put it after -p or -w", word);
    }
}

static double parse_percent(struct argp_state *state, const char *text)
{
    char *end;
    double pct = strtod(text, &end);
    if (end == text || strcmp(end, *end == '%' ? "%" : "") != 0 || !(pct > 0 && pct < 100)) {
        argument_wrong(state, "--precision=%s: give percent, such as 1%%", text);
    }
    return pct;
}

static error_t parse_limit(int key, char *arg, struct argp_state *state, struct run_options *o)
{
    switch (key) {
    case KEY_TIME:
        o->time_limit_seconds = argument_seconds(state, "time-limit", arg, 0.001);
        return 0;
    case KEY_MEMORY:
        o->memory_limit_bytes =
            (size_t)argument_number(state, "memory-limit", arg, 1 << 20, LONG_MAX);
        return 0;
    case KEY_CPU:
        o->cpu = argument_number(state, "cpu", arg, 0, 1023);
        return 0;
    case KEY_SAMPLES:
        o->samples = argument_number(state, "samples", arg, 1, 100000);
        return 0;
    case KEY_REPS:
        o->reps = argument_number(state, "reps", arg, 1, 10000);
        return 0;
    case KEY_MAX_REPS:
        o->max_reps = argument_number(state, "max-reps", arg, 1, 10000);
        return 0;
    case KEY_PRECISION:
        o->precision_pct = parse_percent(state, arg);
        return 0;
    case KEY_BASELINE:
        o->baseline = arg;
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct run_options *o = state->input;
    static int last; /* the option whose words follow */
    struct problem problem;
    if (key != ARGP_KEY_ARG) {
        last = key;
    }
    switch (key) {
    case 'p':
    case 'w':
        add_word(state, o, key, arg);
        return 0;
    case ARGP_KEY_ARG:
        add_word(state, o, last, arg);
        return 0;
    case 'm':
        parse_passes(state, o, arg);
        return 0;
    case 'o':
        o->output = arg;
        return 0;
    case KEY_REGION:
        o->region = arg;
        return 0;
    case KEY_TOUCH:
        if (!touch_parse(arg, &o->touch, &problem)) {
            argument_wrong(state, "%s", problem.text);
        }
        return 0;
    case KEY_RELEASE:
        if (!release_rule_parse(arg, &o->release, &problem)) {
            argument_wrong(state, "%s", problem.text);
        }
        o->release_given = true;
        return 0;
    case KEY_THREADS:
        o->threads = argument_number(state, "threads", arg, 1, THREADS_MOST);
        return 0;
    case KEY_OVERSUBSCRIBE:
        o->oversubscribe = true;
        return 0;
    case KEY_SEED:
        o->seed = argument_number(state, "seed", arg, 0, INT_MAX);
        o->seeded = true;
        return 0;
    case KEY_BITS:
        o->bits = argument_bits(state, arg);
        return 0;
    case KEY_INSTRUCTIONS:
        o->instructions = true;
        return 0;
    case KEY_FORCE:
        o->force = true;
        return 0;
    case ARGP_KEY_END:
        if (!o->policies || !o->workloads) {
            argument_wrong(state, "say what to compare and on what: -p POLICY... -w WORKLOAD...");
        }
        return 0;
    default:
        return parse_limit(key, arg, state, o);
    }
}

/* The help of --pass names the passes that there are. */
static char *name_passes(int key, const char *text, void *input)
{
    (void)input;
    const char *at = key == 'm' ? strstr(text, "PASSES") : NULL;
    if (!at) {
        return (char *)(uintptr_t)text;
    }
    const char *names[CELL_PASS_COUNT];
    for (unsigned pass = 0; pass < CELL_PASS_COUNT; pass++) {
        names[pass] = cell_pass_name(pass);
    }
    char list[512], *help;
    words_join(list, sizeof list, names, CELL_PASS_COUNT, ", ");
    if (asprintf(&help, "%.*s%s%s", (int)(at - text), text, list, at + strlen("PASSES")) < 0) {
        abort();
    }
    return help; /* argp frees it */
}

enum { OPTIONS = sizeof option_table / sizeof *option_table };

/* The options of a command whose pass is fixed. */
static void leave_choosing_out(struct argp_option *kept)
{
    for (size_t i = 0; i < OPTIONS; i++) {
        if (option_table[i].group != CHOOSING) {
            *kept++ = option_table[i];
        }
    }
}

int run_command(int argc, char **argv, enum cell_pass pass, const char *doc)
{
    struct run_options o = {.region = "grow",
                            .threads = 1,
                            .reps = 5,
                            .samples = 200,
                            .cpu = -1,
                            .time_limit_seconds = 600,
                            .argc = argc,
                            .argv = argv};
    struct argp_option kept[OPTIONS];
    leave_choosing_out(kept);
    const struct argp argp = {.options = pass == PASS_MEMORY ? option_table : kept,
                              .parser = parse,
                              .args_doc = "-p POLICY... -w WORKLOAD...",
                              .doc = doc,
                              .help_filter = name_passes};
    arguments_parse(&argp, argc, argv, ARGP_IN_ORDER, &o);
    o.pass_set = o.pass_set ? o.pass_set : 1u << pass;
    o.reps = o.max_reps && o.max_reps < o.reps ? o.max_reps : o.reps;
    o.max_reps = o.max_reps ? o.max_reps : 50;
    o.pass_set |= o.instructions ? 1u << PASS_INSTRUCTIONS : 0;
    struct run r = {0};
    struct problem problem = {""};
    bool ran = run_resolve(&r, &o, &problem) && run_cells(&r, &o, &problem);
    if (ran) {
        run_print_end(&r);
    }
    int status = !ran ? command_fail(&problem) : run_all_ok(&r) ? EXIT_DONE : EXIT_NO;
    run_free(&r);
    free(o.policy);
    free(o.workload);
    return status;
}

static int run(int argc, char **argv)
{
    return run_command(argc, argv, PASS_MEMORY,
                       "Replay each workload against each policy and print a table.\v"
                       "The exit status is 1 if any cell is not ok: a request was refused, a "
                       "policy crashed, hung or is corrupt. 'fitlab list' shows policies, "
                       "workloads and metrics; 'fitlab sweep' runs grids.\n\nExamples:\n"
                       "  fitlab run -p first-fit best-fit:order=lifo -w perl uniform:live=500\n"
                       "  fitlab run -p buddy jemalloc -w cc1 --pass memory,throughput -o out\n"
                       "  fitlab run -p tlsf glibc -w bash --pass pages --release now\n"
                       "  fitlab run -p glibc jemalloc -w larson --pass throughput --threads 2\n"
                       "  fitlab run -p tlsf best-fit --bits 32,64 -w gawk\n"
                       "  fitlab run -p ./my_fit.so -w my.fltrace --region 64M");
}

const struct command command_run = {
    .name = "run",
    .group = GROUP_START,
    .summary = "a few cells now, and a table of them",
    .run = run,
};
