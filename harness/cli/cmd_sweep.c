/* cmd_sweep.c - `fitlab sweep SPEC.yaml`: a grid of cells, run to the end however often it stops.
 */
#include <argp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "command.h"
#include "figure.h"
#include "spec.h"
#include "sweep.h"

enum { EXIT_INTERRUPTED = 128 + 2 /* as a shell reports SIGINT */ };

struct sweep_args {
    const char *spec, *output;
    long jobs;
    bool dry_run, retry, no_figures, quiet;
};

enum { OPT_RETRY = 256, OPT_NO_FIGURES };

static const struct argp_option options[] = {
    {"output", 'o', "DIR", 0, "The results folder (default: results/NAME for NAME.yaml)", 0},
    {"jobs", 'j', "N", 0, "Deterministic cells at a time (default: as many as cores)", 0},
    {"dry-run", 'n', 0, 0, "List the cells and estimate the time; run nothing", 0},
    {"retry-failed", OPT_RETRY, 0, 0, "Run again the cells that crashed, hung or were wrong", 0},
    {"no-figures", OPT_NO_FIGURES, 0, 0, "Draw nothing at the end", 0},
    {"quiet", 'q', 0, 0, "No progress on standard error", 0},
    {0},
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct sweep_args *args = state->input;
    switch (key) {
    case 'o':
        args->output = arg;
        return 0;
    case 'j':
        if (!spec_number(arg, &args->jobs) || args->jobs < 1 || args->jobs > 4096) {
            argp_error(state, "-j %s: give a number of jobs from 1 to 4096", arg);
        }
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
    case ARGP_KEY_ARG:
        if (args->spec) {
            argp_error(state, "one SPEC.yaml at a time: '%s' is one too many", arg);
        }
        args->spec = arg;
        return 0;
    case ARGP_KEY_NO_ARGS:
        argp_error(state, "which sweep? Give a SPEC.yaml, such as harness/sweep/specs/quick.yaml");
        return EINVAL;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp argp = {
    .options = options,
    .parser = parse,
    .args_doc = "SPEC.yaml",
    .doc = "Run every cell of a grid (policies x workloads x regions x passes x repetitions), each "
           "in its own process, and write CSVs and figures."
           "\vThe same command goes on where it stopped, whatever stopped it, and runs only what "
           "is missing or has changed. Exit status: 0 all cells done; 1 some crashed, hung or "
           "were wrong (their rows say how); 2 the spec is wrong or the disk refuses.",
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
    for (size_t i = 0; i < sweep->grid.cells; i++) {
        const struct cell *cell = &sweep->grid.cell[i].cell;
        double seconds = estimate_cell(&sweep->estimate, cell);
        *(cell_pass_is_timed(cell->pass) ? &alone : &together) += seconds;
        printf("%s  %s x %s  region %s, %s", sweep->grid.cell[i].key_text, cell->policy->label,
               cell->workload->label, cell->region.text, cell_pass_name(cell->pass));
        if (cell_pass_is_timed(cell->pass)) {
            printf(", touch %s, repetition %u", cell_touch_name(cell->touch), cell->rep);
        }
        putchar('\n');
    }
    char text[32];
    printf("%zu cells; about %s in all with -j%zu", sweep->grid.cells,
           estimate_format(together / (double)jobs + alone, text, sizeof text), jobs);
    if (learned) {
        printf(" (%zu have been run: %s)\n", learned, folder);
    } else {
        puts(" (a guess: none has been run)");
    }
}

/* Draws in a process of its own, as the user would; only what goes wrong is shown. */
static _Noreturn void exec_plot(const struct sweep_spec *spec, const char *folder)
{
    const char **words = calloc(2 * spec->figures + 8, sizeof *words);
    size_t n = 0;
    if (words && freopen("/dev/null", "w", stdout)) {
        words[n++] = "fitlab";
        words[n++] = "plot";
        words[n++] = folder;
        for (size_t i = 0; i < spec->figures; i++) {
            words[n++] = "-f";
            words[n++] = spec->figure[i]->name;
        }
        if (*spec->formats) {
            words[n++] = "--format";
            words[n++] = spec->formats;
        }
        execv("/proc/self/exe", (char *const *)words);
    }
    _exit(127);
}

static bool draw(const struct sweep_spec *spec, const char *folder, struct problem *problem)
{
    int status;
    fflush(NULL);
    pid_t pid = fork();
    if (pid == 0) {
        exec_plot(spec, folder);
    }
    if (pid < 0 || waitpid(pid, &status, 0) < 0 || !WIFEXITED(status) || WEXITSTATUS(status)) {
        return problem_set(problem,
                           "%s: the CSVs are complete, but the figures are not: see 'fitlab plot "
                           "%s'",
                           folder, folder);
    }
    printf("%s/figures: drawn\n", folder);
    return true;
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

static int run_here(struct sweep *sweep, const struct sweep_args *args, const char *output)
{
    struct problem problem;
    static const enum sweep_part parts[] = {SWEEP_DETERMINISTIC, SWEEP_TIMED};
    for (size_t i = 0; i < 2; i++) {
        enum pool_end end = sweep_run(sweep, parts[i], (size_t)args->jobs, &problem);
        if (end != POOL_DONE) {
            return end == POOL_STOPPED ? interrupted(sweep) : command_fail(&problem);
        }
    }
    if (!sweep_finish(sweep, &problem)) {
        return command_fail(&problem);
    }
    char summary[256];
    progress_summary(&sweep->progress, summary, sizeof summary);
    printf("%s: %s\n", output, summary);
    if (!args->no_figures && !sweep->spec.no_figures && !draw(&sweep->spec, output, &problem)) {
        return command_fail(&problem);
    }
    return any_failed(sweep) ? EXIT_NO : EXIT_DONE;
}

static int run(int argc, char **argv)
{
    struct sweep_args args = {.jobs = (long)pool_cores()};
    argp_parse(&argp, argc, argv, 0, NULL, &args);
    char output[4096];
    default_output(args.spec, output, sizeof output);
    struct sweep sweep;
    struct problem problem;
    if (!sweep_prepare(&sweep, args.spec, &problem)) {
        return command_fail(&problem);
    }
    const char *folder = args.output ? args.output : output;
    int status = EXIT_DONE;
    if (args.dry_run) {
        print_dry_run(&sweep, folder, (size_t)args.jobs);
    } else if (!sweep_open(&sweep, folder, args.retry, args.quiet,
                           &(struct sweep_words){argc, argv}, &problem)) {
        status = command_fail(&problem);
    } else {
        status = run_here(&sweep, &args, folder);
        sweep_close(&sweep);
    }
    sweep_free(&sweep);
    return status;
}

const struct command command_sweep = {
    .name = "sweep",
    .summary = "a grid of cells from a YAML file, resumed where it stopped",
    .run = run,
};
