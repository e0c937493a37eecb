/* measure.c - the matrix: order of runs, medians, and the CSVs. */
#define _GNU_SOURCE
#include <errno.h>
#include <ftw.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics.h>
#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/table.h"
#include "base/temporary.h"
#include "programs/matrix/program_matrix.h"

enum {
    NOISY_PCT = 10
}; /* on an idle machine the middle half of the runs lies within this many percent */

/* One program on one choice. */
struct pair {
    struct program_run run;
    struct program_time *time; /* passes * runs of them */
    long timed;                /* how many there are */
    char detail[256];
};

struct matrix {
    struct programs_spec *spec;
    struct pair *pair; /* [program][choice] */
    size_t pairs;
    bool quiet;
    char work[PATH_MAX];
};

static const struct program *program_of(const struct matrix *m, size_t pair)
{
    return &m->spec->program[pair / m->spec->choices];
}

static const struct exec_choice *choice_of(const struct matrix *m, size_t pair)
{
    return &m->spec->choice[pair % m->spec->choices];
}

/* One line that is written over on a terminal; elsewhere only the first pair of each pass. Pass 0
 * is the one that looks at output and memory. */
static void tell(const struct matrix *m, size_t pair, size_t done, long pass)
{
    bool terminal = isatty(STDERR_FILENO);
    if (!m->quiet && (terminal || done == 0)) {
        fprintf(stderr, "%sfitlab: pass %ld of %ld, %zu of %zu: %s on %s%s", terminal ? "\r" : "",
                pass, m->spec->passes, done + 1, m->pairs, program_of(m, pair)->name,
                choice_of(m, pair)->label, terminal ? "\033[K" : "\n");
    }
}

static void tell_end(const struct matrix *m)
{
    if (!m->quiet && isatty(STDERR_FILENO)) {
        fputs("\r\033[K", stderr);
    }
}

static volatile sig_atomic_t interrupted;

static void interrupt(int signal_number)
{
    interrupted = signal_number;
}

/* The program that runs gets what comes from the keyboard as well, and ends. */
static void catch_interrupts(void)
{
    struct sigaction action = {.sa_handler = interrupt};
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGHUP, &action, NULL);
}

static bool is_ok(const struct pair *pair)
{
    return !strcmp(pair->run.status, "ok");
}

enum quantity { WALL, USER, SYSTEM };

static double seconds_of(const struct program_time *time, enum quantity quantity)
{
    return quantity == WALL ? time->wall_s : quantity == USER ? time->user_s : time->system_s;
}

/* A quantile over the runs of a pair, in nanoseconds; NAN without runs. */
static double quantile(const struct pair *pair, enum quantity quantity, double q)
{
    if (pair->timed == 0) {
        return NAN;
    }
    double *ns = calloc((size_t)pair->timed, sizeof *ns);
    if (!ns) {
        return NAN;
    }
    for (long i = 0; i < pair->timed; i++) {
        ns[i] = 1e9 * seconds_of(&pair->time[i], quantity);
    }
    gsl_sort(ns, 1, (size_t)pair->timed);
    double value = gsl_stats_quantile_from_sorted_data(ns, 1, (size_t)pair->timed, q);
    free(ns);
    return value;
}

static void write_known(struct csv_row *row, bool known, uint64_t value)
{
    if (known) {
        csv_whole(row, value);
    } else {
        csv_text(row, "");
    }
}

static void write_identity(struct csv_row *row, const struct matrix *m, size_t i)
{
    csv_text(row, program_of(m, i)->name);
    csv_text(row, choice_of(m, i)->label);
}

static void write_pair(struct csv_row *row, const struct matrix *m, size_t i)
{
    const struct pair *pair = &m->pair[i];
    const struct pair *glibc = &m->pair[i - i % m->spec->choices];
    double wall = quantile(pair, WALL, .5);
    bool ran = pair->run.peak_rss_bytes > 0;
    write_identity(row, m, i);
    csv_text(row, choice_of(m, i)->full);
    csv_text(row, pair->run.status);
    csv_text(row, pair->detail);
    csv_whole(row, (uint64_t)pair->timed);
    csv_real(row, wall);
    csv_real(row, quantile(pair, WALL, 0));
    csv_real(row, quantile(pair, WALL, 1));
    csv_real(row, quantile(pair, USER, .5));
    csv_real(row, quantile(pair, SYSTEM, .5));
    csv_real(row, wall / quantile(glibc, WALL, .5));
    write_known(row, ran, pair->run.peak_rss_bytes);
    csv_real(row, ran ? (double)pair->run.peak_rss_bytes / (double)glibc->run.peak_rss_bytes : NAN);
    write_known(row, pair->run.told, pair->run.peak_heap_bytes);
#define X(name, help) write_known(row, pair->run.told, pair->run.count.name);
    FITLAB_COUNTERS(X)
#undef X
    csv_end_row(row);
}

static void write_programs(FILE *out, const struct matrix *m)
{
    static const char *const names[] = {"program",          "policy",
                                        "policy_spec",      "status",
                                        "detail",           "runs",
                                        "wall_median_ns",   "wall_min_ns",
                                        "wall_max_ns",      "user_median_ns",
                                        "system_median_ns", "wall_over_glibc",
                                        "peak_rss_bytes",   "peak_rss_over_glibc",
                                        "peak_heap_bytes",
#define X(name, help) #name,
                                        FITLAB_COUNTERS(X)
#undef X
    };
    struct csv_row row = {.out = out};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        csv_text(&row, names[i]);
    }
    csv_end_row(&row);
    for (size_t i = 0; i < m->pairs; i++) {
        write_pair(&row, m, i);
    }
}

static void write_runs(FILE *out, const struct matrix *m)
{
    static const char *const names[] = {"program", "policy",  "pass",     "run",
                                        "wall_ns", "user_ns", "system_ns"};
    struct csv_row row = {.out = out};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        csv_text(&row, names[i]);
    }
    csv_end_row(&row);
    for (size_t i = 0; i < m->pairs; i++) {
        for (long k = 0; k < m->pair[i].timed; k++) {
            write_identity(&row, m, i);
            csv_whole(&row, (uint64_t)(k / m->spec->runs));
            csv_whole(&row, (uint64_t)(k % m->spec->runs));
            csv_real(&row, 1e9 * m->pair[i].time[k].wall_s);
            csv_real(&row, 1e9 * m->pair[i].time[k].user_s);
            csv_real(&row, 1e9 * m->pair[i].time[k].system_s);
            csv_end_row(&row);
        }
    }
}

/* A file appears whole or not at all. */
static bool write_file(const char *folder, const char *name,
                       void (*fill)(FILE *, const struct matrix *), const struct matrix *m,
                       struct problem *problem)
{
    char path[PATH_MAX], temporary[PATH_MAX + 8];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    snprintf(temporary, sizeof temporary, "%s.part", path);
    FILE *out = fopen(temporary, "w");
    if (out) {
        fill(out, m);
        bool bad = ferror(out);
        bad |= fclose(out) != 0;
        if (!bad && rename(temporary, path) == 0) {
            return true;
        }
    }
    return problem_set(problem, "%s: %s", path, strerror(errno));
}

static bool write_results(const struct matrix *m, const char *folder, struct problem *problem)
{
    return write_file(folder, "programs.csv", write_programs, m, problem) &&
           write_file(folder, "runs.csv", write_runs, m, problem);
}

/* Every pair once; glibc, which is first, sets what the others must print. */
static bool run_all_once(struct matrix *m, struct problem *problem)
{
    for (size_t i = 0; i < m->pairs && !interrupted; i++) {
        tell(m, i, i, 0);
        bool reference = i % m->spec->choices == 0;
        struct pair *pair = &m->pair[i];
        if (!program_run_once(program_of(m, i), choice_of(m, i), reference, &pair->run, problem)) {
            return false;
        }
        if (reference && !is_ok(pair) && !interrupted) {
            return problem_set(problem, "program %s ends with %s on the C library's own malloc: %s",
                               program_of(m, i)->name, pair->run.status,
                               "its command or its input is wrong");
        }
    }
    return true;
}

/* A pair that fails while it is timed keeps its row, with no times. */
static void time_pair(struct matrix *m, size_t i, long pass)
{
    struct pair *pair = &m->pair[i];
    struct problem problem = {.text = ""};
    long warmups = pass == 0 ? m->spec->warmups : 0;
    if (program_time(program_of(m, i), choice_of(m, i), warmups, m->spec->runs,
                     pair->time + pair->timed, &problem)) {
        pair->timed += m->spec->runs;
    } else if (!interrupted) {
        snprintf(pair->run.status, sizeof pair->run.status, "error");
        snprintf(pair->detail, sizeof pair->detail, "%.255s", problem.text);
        pair->timed = 0;
    }
}

/* The results so far are written after each pass, so that an interruption loses one pass at most.
 */
static bool time_all(struct matrix *m, const char *folder, struct problem *problem)
{
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    size_t *order = calloc(m->pairs, sizeof *order);
    if (!rng || !order) {
        return problem_set(problem, "no memory to time %zu pairs", m->pairs);
    }
    gsl_rng_set(rng, (unsigned long)m->spec->seed);
    for (size_t i = 0; i < m->pairs; i++) {
        order[i] = i;
    }
    bool ok = write_results(m, folder, problem);
    for (long pass = 0; ok && pass < m->spec->passes && !interrupted; pass++) {
        gsl_ran_shuffle(rng, order, m->pairs, sizeof *order);
        for (size_t i = 0; i < m->pairs && !interrupted; i++) {
            if (is_ok(&m->pair[order[i]])) {
                tell(m, order[i], i, pass + 1);
                time_pair(m, order[i], pass);
            }
        }
        ok = write_results(m, folder, problem);
    }
    gsl_rng_free(rng);
    free(order);
    return ok;
}

/* The same program on the same malloc again and again: differences between these runs come from the
 * machine. */
static void warn_of_noise(const struct matrix *m)
{
    size_t noisy = 0;
    for (size_t i = 0; i < m->pairs; i += m->spec->choices) {
        double low = quantile(&m->pair[i], WALL, .25), high = quantile(&m->pair[i], WALL, .75);
        noisy += high > (1 + NOISY_PCT / 100.0) * low;
    }
    if (noisy) {
        fprintf(stderr,
                "warning: on the C library's own malloc, the quartiles of %zu of %zu programs' "
                "times are more than %d %% apart: stop other programs, or ask for more passes\n",
                noisy, m->spec->programs, NOISY_PCT);
    }
}

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *ftw)
{
    (void)status;
    (void)type;
    (void)ftw;
    return remove(path);
}

static bool measure(struct matrix *m, const char *folder, struct problem *problem)
{
    size_t runs = (size_t)(m->spec->passes * m->spec->runs);
    m->pair = calloc(m->pairs, sizeof *m->pair);
    for (size_t i = 0; i < m->pairs; i++) {
        if (!m->pair || !(m->pair[i].time = calloc(runs, sizeof *m->pair[i].time))) {
            return problem_set(problem, "no memory for %zu pairs", m->pairs);
        }
    }
    for (size_t i = 0; i < m->spec->programs; i++) {
        struct program *program = &m->spec->program[i];
        double scale = program->scale > 0 ? program->scale : m->spec->scale;
        if (!program_prepare(program, scale, m->work, problem)) {
            return false;
        }
    }
    catch_interrupts();
    return run_all_once(m, problem) && !interrupted && time_all(m, folder, problem) && !interrupted;
}

bool programs_measure(struct programs_spec *spec, const char *folder, bool quiet, size_t *failed,
                      struct problem *problem)
{
    struct matrix m = {.spec = spec, .pairs = spec->programs * spec->choices, .quiet = quiet};
    if (!temporary_folder("programs", m.work, problem)) {
        return false;
    }
    bool ok = measure(&m, folder, problem);
    tell_end(&m);
    if (ok) {
        warn_of_noise(&m);
    }
    if (interrupted) {
        problem_set(problem, "interrupted: the passes done so far are in %s", folder);
    }
    *failed = 0;
    for (size_t i = 0; m.pair && i < m.pairs; i++) {
        *failed += !is_ok(&m.pair[i]);
        free(m.pair[i].time);
    }
    free(m.pair);
    nftw(m.work, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    return ok;
}
