/* cmd_sweep.c - `fitlab sweep SPEC.yaml`: a grid of cells, which continues where it stopped. */
#include <argp.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/data_files.h"
#include "base/words.h"
#include "cli/arguments.h"
#include "cli/command.h"
#include "cli/sweep_draw.h"
#include "present/figures/figure.h"
#include "sweep/engine.h"
#include "sweep/engine_plan.h"
#include "sweep/sweep.h"
#include "sweep/verify.h"

enum { EXIT_INTERRUPTED = 128 + 2 /* as a shell reports SIGINT */ };

/* In sweep/specs, in the order in which one would try them. */
#define SPECS "quick, paper, classroom, embedded, structure, headers, frontier, ageing, large, threads"

enum { MOST_LOGINS = 256, MOST_WORDS = 256 };

struct sweep_args {
    const char *spec, *output, *only;
    long jobs, batch_seconds, max_cells;
    const char *engine, *engine_options;
    const char *login[MOST_LOGINS];
    size_t logins;
    const char *policy[MOST_WORDS], *workload[MOST_WORDS]; /* in place of the spec's */
    size_t policies, workloads;
    unsigned bits;
    bool collect, dry_run, print, retry, no_figures, quiet;
};

enum {
    OPT_RETRY = 256,
    OPT_NO_FIGURES,
    OPT_ENGINE,
    OPT_ENGINE_OPTIONS,
    OPT_SSHLOGIN,
    OPT_BATCH,
    OPT_COLLECT,
    OPT_ONLY,
    OPT_PRINT,
    OPT_MAX_CELLS,
    OPT_BITS
};

static const struct argp_option options[] = {
    {"output", 'o', "DIR", 0, "The results folder (default: results/NAME for NAME.yaml)", 0},
    {"jobs", 'j', "N", 0, "Deterministic cells at a time (default: as many as cores)", 0},
    {"policy", 'p', "POLICY", 0, "Compare this in place of the spec's policies; several may follow",
     0},
    {"workload", 'w', "WORKLOAD", 0,
     "Replay this in place of the spec's workloads; several may follow", 0},
    {"bits", OPT_BITS, "BITS", 0, "32, 64 or 32,64: of a pointer, in place of the spec's", 0},
    {"print", OPT_PRINT, 0, 0, "Print the spec and run nothing: to begin one of your own with", 0},
    {"dry-run", 'n', 0, 0, "List the cells and estimate the time; run nothing", 0},
    {"max-cells", OPT_MAX_CELLS, "N", 0, "Refuse a grid of more cells (1000000)", 0},
    {"retry-failed", OPT_RETRY, 0, 0, "Run again the cells that crashed, hung or were wrong", 0},
    {"no-figures", OPT_NO_FIGURES, 0, 0, "Draw nothing at the end", 0},
    {"quiet", 'q', 0, 0, "No progress on standard error", 0},
    {0, 0, 0, 0, "Deterministic cells elsewhere, timed ones here afterwards:", 1},
    {"engine", OPT_ENGINE, "NAME", 0,
     "slurm (a job array) or parallel (GNU parallel); DIR must be on a shared file system", 1},
    {"collect", OPT_COLLECT, 0, 0, "Submit nothing: take over what earlier submissions finished",
     1},
    {"sshlogin", OPT_SSHLOGIN, "HOST", 0, "A machine for GNU parallel (again for more)", 1},
    {"batch", OPT_BATCH, "SECONDS", 0, "How long a task's cells take (10)", 1},
    {"engine-options", OPT_ENGINE_OPTIONS, "WORDS", 0,
     "More words for sbatch or parallel, such as --partition=short", 1},
    {"only", OPT_ONLY, "FILE", OPTION_HIDDEN, "The cells whose keys are in FILE", 1},
    {0},
};

/* The options of engines. */
static error_t parse_engine(int key, char *arg, struct sweep_args *args, struct argp_state *state)
{
    switch (key) {
    case OPT_ENGINE:
        args->engine = arg;
        return 0;
    case OPT_COLLECT:
        args->collect = true;
        return 0;
    case OPT_ENGINE_OPTIONS:
        args->engine_options = arg;
        return 0;
    case OPT_ONLY:
        args->only = arg;
        return 0;
    case OPT_SSHLOGIN:
        argument_append(state, "machines", args->login, &args->logins, MOST_LOGINS, arg);
        return 0;
    case OPT_BATCH:
        args->batch_seconds = argument_number(state, "batch", arg, 1, LONG_MAX);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* Further words after -p or -w belong to that option; the first word of all is the spec. */
static void add_word(struct sweep_args *args, int option, const char *word,
                     struct argp_state *state)
{
    if (option == 'p') {
        argument_append(state, "policies", args->policy, &args->policies, MOST_WORDS, word);
    } else if (option == 'w') {
        argument_append(state, "workloads", args->workload, &args->workloads, MOST_WORDS, word);
    } else {
        args->spec = argument_only(state, "spec", args->spec, word);
    }
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct sweep_args *args = state->input;
    static int last; /* the option whose words follow */
    if (key == ARGP_KEY_ARG || key == 'p' || key == 'w') {
        last = key == ARGP_KEY_ARG ? last : key;
        add_word(args, last, arg, state);
        return 0;
    }
    last = key > 0 && key < ARGP_KEY_END ? 0 : last;
    switch (key) {
    case OPT_PRINT:
        args->print = true;
        return 0;
    case 'o':
        args->output = arg;
        return 0;
    case 'j':
        args->jobs = argument_number(state, "jobs", arg, 1, POOL_MOST_JOBS);
        return 0;
    case OPT_BITS:
        args->bits = argument_bits(state, arg);
        return 0;
    case OPT_MAX_CELLS:
        args->max_cells = argument_number(state, "max-cells", arg, 1, LONG_MAX);
        return 0;
    case 'n':
        args->dry_run = true;
        return 0;
    case 'q':
        args->quiet = true;
        return 0;
    case OPT_RETRY:
        args->retry = true;
        return 0;
    case OPT_NO_FIGURES:
        args->no_figures = true;
        return 0;
    case ARGP_KEY_END:
        if (!args->spec) {
            argument_wrong(state, "which sweep? Give a SPEC.yaml, or one that comes along: " SPECS);
        }
        return 0;
    default:
        return parse_engine(key, arg, args, state);
    }
}

static const struct argp argp = {
    .options = options,
    .parser = parse,
    .args_doc = "SPEC",
    .doc =
        "Run every cell of a grid (policies x workloads x regions x passes x repetitions), each "
        "in its own process, and write CSVs and figures. SPEC is a YAML file, or the name of one "
        "that comes with fitlab: " SPECS "."
        "\vThe same command goes on where it stopped, whatever stopped it, and runs only what "
        "is missing or has changed. Exit status: 0 all cells done; 1 some crashed, hung or "
        "were wrong (their rows say how); 2 the spec is wrong or the disk refuses.\n\nExamples:\n"
        "  fitlab sweep quick\n"
        "  echo '{policies: [first-fit, buddy], workloads: [perl]}' >two.yaml\n"
        "  fitlab sweep two.yaml --dry-run\n"
        "  fitlab sweep two.yaml -o out -j2\n"
        "  fitlab sweep two.yaml -w gawk -p buddy tlsf -o mine\n"
        "  fitlab sweep quick --print >my.yaml",
};

/* results/NAME for path/to/NAME.yaml. */
static void default_output(const char *spec, char *out, size_t size)
{
    const char *slash = strrchr(spec, '/');
    const char *name = slash ? slash + 1 : spec;
    int length = (int)strcspn(name, ".");
    snprintf(out, size, "results/%.*s", length, length ? name : "-");
}

static void print_dry_run(struct sweep *sweep, const char *folder, size_t jobs)
{
    size_t learned = sweep_learn(sweep, folder);
    double together = 0, alone = 0;
    bool guessed = false;
    for (size_t i = 0; i < sweep->grid.cells; i++) {
        const struct cell *cell = &sweep->grid.cell[i].cell;
        double seconds = estimate_cell(&sweep->estimate, cell);
        *(cell_pass_is_timed(cell->pass) ? &alone : &together) += seconds;
        guessed |= estimate_is_guess(&sweep->estimate, cell);
        printf("%s  %s x %s  region %s, %s", sweep->grid.cell[i].key_text, cell->policy->label,
               cell->workload->label, cell->region.text, cell_pass_name(cell->pass));
        if (cell->release.form != RELEASE_NEVER && cell->release.form != RELEASE_OWN) {
            printf(", release %s", cell->release.text);
        }
        if (cell->threads > 1) {
            printf(", %u threads", cell->threads);
        }
        if (cell_pass_is_timed(cell->pass)) {
            printf(", touch %s, repetition %u", touch_names[cell->touch], cell->rep);
        }
        putchar('\n');
    }
    char text[32];
    printf("%zu cells; %s %s in all with -j%zu", sweep->grid.cells, guessed ? "at least" : "about",
           estimate_format(together / (double)jobs + alone, text, sizeof text), jobs);
    if (learned) {
        printf(" (%zu have been run: %s)\n", learned, folder);
    } else {
        puts(" (a guess: no cell has been run, and nobody knows how long the policies search)");
    }
}

static int interrupted(struct sweep *sweep)
{
    fprintf(stderr, "fitlab: stopped with %zu of %zu cells done; the same command goes on\n",
            progress_done(&sweep->progress), sweep->progress.total);
    return EXIT_INTERRUPTED;
}

static bool any_failed(const struct sweep *sweep)
{
    for (enum cell_status s = 0; s < CELL_STATUS_COUNT; s++) {
        if (sweep->progress.of_status[s] && sweep_failed(cell_status_name(s))) {
            return true;
        }
    }
    return false;
}

/* The deterministic cells: here, or wherever an engine takes them. */
static enum pool_end run_deterministic(struct sweep *sweep, const struct sweep_args *args,
                                       const struct engine *engine, struct problem *problem)
{
    const struct engine_options how = {.jobs = (size_t)args->jobs,
                                       .batch_seconds = (double)args->batch_seconds,
                                       .login = args->login,
                                       .logins = args->logins,
                                       .extra = args->engine_options};
    return engine ? engine_run(engine, &how, sweep, problem)
                  : sweep_run(sweep, SWEEP_DETERMINISTIC, (size_t)args->jobs, problem);
}

static int collect(struct sweep *sweep, const struct engine *engine, const char *folder)
{
    struct problem problem;
    size_t pending, missing;
    if (!engine_collect(engine, sweep, &pending, &problem) || !sweep_finish(sweep, &problem)) {
        return command_fail(&problem);
    }
    missing = sweep_missing(sweep);
    printf("%s: %zu of %zu cells are here; %zu submissions go on\n", folder,
           sweep->grid.cells - missing, sweep->grid.cells, pending);
    return missing ? EXIT_NO : EXIT_DONE;
}

static int run_all(struct sweep *sweep, const struct sweep_args *args, const struct engine *engine,
                   const char *folder)
{
    struct problem problem;
    enum pool_end end = run_deterministic(sweep, args, engine, &problem);
    if (end == POOL_DONE) {
        end = sweep_run(sweep, SWEEP_TIMED, 1, &problem);
    }
    if (end == POOL_STOPPED) {
        return interrupted(sweep);
    }
    if (end == POOL_FAILED || !sweep_finish(sweep, &problem)) {
        return command_fail(&problem);
    }
    char summary[256];
    progress_summary(&sweep->progress, summary, sizeof summary);
    printf("%s: %s\n", folder, summary);
    fflush(stdout);
    struct setting setting = setting_now();
    warnings_print(&sweep->warnings, &setting, stderr);
    if (!args->no_figures && !sweep->spec.no_figures &&
        !sweep_draw(&sweep->spec, folder, &problem)) {
        return command_fail(&problem);
    }
    return any_failed(sweep) ? EXIT_NO : EXIT_DONE;
}

/* No machine changes the result of a deterministic cell: runs some that ran elsewhere again. */
static int compare_here(const char *folder)
{
    const struct verify verify = {
        .folder = folder, .most = 5, .seed = 1, .jobs = 1, .report = stdout};
    struct verify_outcome outcome;
    struct problem problem;
    if (!verify_run(&verify, &outcome, &problem)) {
        return command_fail(&problem);
    }
    printf("%s: %lu of the deterministic cells run again here: %lu differ\n", folder,
           outcome.same + outcome.different, outcome.different);
    return outcome.different ? EXIT_NO : EXIT_DONE;
}

static int run_in(struct sweep *sweep, const struct sweep_args *args, const struct engine *engine,
                  const char *folder, const struct sweep_words *words)
{
    struct problem problem;
    if (!sweep_open(sweep, folder, args->retry, args->quiet, words, &problem)) {
        return command_fail(&problem);
    }
    int status =
        args->collect ? collect(sweep, engine, folder) : run_all(sweep, args, engine, folder);
    sweep_close(sweep);
    return status == EXIT_DONE && engine && !args->collect ? compare_here(folder) : status;
}

static bool choose_engine(const struct sweep_args *args, const struct engine **engine,
                          struct problem *problem)
{
    *engine = NULL;
    if (args->engine && strcmp(args->engine, "local") != 0) {
        *engine = engine_find(args->engine, problem);
        if (!*engine) {
            return false;
        }
    }
    if (!*engine && (args->collect || args->logins || args->engine_options)) {
        return problem_set(problem, "%s: say which engine, --engine slurm or --engine parallel",
                           args->collect  ? "--collect"
                           : args->logins ? "--sshlogin"
                                          : "--engine-options");
    }
    return true;
}

/* A bare word that is neither a file nor one of our specs is probably a typing error. */
static bool is_spec(const char *word, const char *output, struct problem *problem)
{
    if (!strcmp(word, "-") && !output) {
        return problem_set(problem, "a spec from standard input has no name: give its results a "
                                    "folder with -o");
    }
    return strpbrk(word, "/.") || !strcmp(word, "-") || access(word, F_OK) == 0 ||
           words_unknown("sweep", word, NULL, 0,
                         "give the path of a YAML file, or one that comes along: " SPECS, problem);
}

static int print_spec(const char *path)
{
    struct problem problem;
    char bytes[4096];
    FILE *file = fopen(path, "re");
    if (!file) {
        problem_set(&problem, "%s: %s", path, strerror(errno));
        return command_fail(&problem);
    }
    for (size_t n; (n = fread(bytes, 1, sizeof bytes, file)) > 0;) {
        fwrite(bytes, 1, n, stdout);
    }
    fclose(file);
    return EXIT_DONE;
}

/* Tasks on other machines read the spec only, and not the command line. */
static bool replaces_here(const struct sweep_args *args, const struct engine *engine,
                          struct problem *problem)
{
    return !engine || !(args->policies || args->workloads) ||
           problem_set(problem,
                       "with --engine, policies and workloads come from the spec: write one, "
                       "beginning with 'fitlab sweep %s --print'",
                       args->spec);
}

static int run(int argc, char **argv)
{
    static struct sweep_args args;
    args.jobs = (long)pool_cores();
    args.batch_seconds = 10;
    arguments_parse(&argp, argc, argv, ARGP_IN_ORDER, &args);
    char output[4096], found[4096];
    args.spec = data_file_spec(args.spec, FITLAB_SPECS_IN_SOURCE_TREE,
                               FITLAB_DATA_FROM_PROGRAM "/specs", found, sizeof found);
    default_output(args.spec, output, sizeof output);
    const char *folder = args.output ? args.output : output;
    struct sweep sweep;
    struct problem problem;
    const struct engine *engine;
    const struct sweep_replacement by = {args.policy,    args.workload, args.policies,
                                         args.workloads, args.bits,     (size_t)args.max_cells};
    if (!is_spec(args.spec, args.output, &problem) || !choose_engine(&args, &engine, &problem) ||
        !replaces_here(&args, engine, &problem)) {
        return command_fail(&problem);
    }
    if (args.print) {
        return print_spec(args.spec);
    }
    if (!sweep_prepare(&sweep, args.spec, &by, &problem)) {
        return command_fail(&problem);
    }
    int status = EXIT_DONE;
    if (args.only && !engine_restrict(&sweep, args.only, &problem)) {
        status = command_fail(&problem);
    } else if (args.dry_run) {
        print_dry_run(&sweep, folder, (size_t)args.jobs);
    } else {
        status = run_in(&sweep, &args, engine, folder, &(struct sweep_words){argc, argv});
    }
    sweep_free(&sweep);
    return status;
}

const struct command command_sweep = {
    .name = "sweep",
    .group = GROUP_EXPERIMENTS,
    .summary = "a grid of cells from a YAML file, resumed where it stopped",
    .run = run,
};
