/* run_cells.c - from the words of `fitlab run` to cells, and the running of them. */
#define _GNU_SOURCE /* CPU_SET */
#include <inttypes.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/seconds.h"
#include "cell/thread_rules.h"
#include "cli/run.h"
#include "measure/comparison.h"
#include "results/cell_sink.h"

/* A row that took longer is printed before its table. */
static const double LONG_SECONDS = 3;

static bool out_of_memory(struct problem *problem)
{
    return problem_set(problem, "out of memory");
}

static bool resolve_workload(const char *text, const struct run_options *o,
                             struct workload_spec *spec, struct problem *problem)
{
    bool took;
    return o->seeded ? workload_spec_seed(text, o->seed, spec, &took, problem)
                     : workload_spec_parse(text, spec, problem);
}

/* The last processor that this process may use: the first ones serve most interrupts. */
static int last_cpu(void)
{
    cpu_set_t set;
    int last = -1;
    if (sched_getaffinity(0, sizeof set, &set) == 0) {
        for (int i = 0; i < CPU_SETSIZE; i++) {
            last = CPU_ISSET((size_t)i, &set) ? i : last;
        }
    }
    return last;
}

static struct cell make_cell(const struct run *r, const struct run_options *o, size_t workload,
                             enum cell_pass pass, unsigned rep, size_t policy)
{
    struct cell cell;
    cell_init(&cell, &r->policy[policy], &r->workload[workload]);
    cell.pass = pass;
    cell_set_release(&cell, o->release_given ? &o->release : NULL);
    cell.samples = (unsigned)o->samples;
    cell.time_limit_seconds = o->time_limit_seconds;
    cell.cpu = (int)o->cpu;
    if (o->memory_limit_bytes) {
        cell.memory_limit_bytes = o->memory_limit_bytes;
    }
    if (cell_pass_is_timed(pass)) {
        cell.touch = o->touch;
        cell.threads = (unsigned)o->threads;
        cell.seed = (uint64_t)o->seed;
        cell.rep = rep;
        cell.cpu = o->cpu < 0 ? last_cpu() : (int)o->cpu;
    }
    return cell;
}

static unsigned most_reps(const struct run_options *o)
{
    long most = o->precision_pct > 0 && o->max_reps > o->reps ? o->max_reps : o->reps;
    return (unsigned)most;
}

/* Each repetition runs all policies before the next repetition begins, so that a slow change of the
 * machine affects all alike. */
static bool add_rows(struct run *r, const struct run_options *o, size_t workload,
                     enum cell_pass pass, const struct region_spec *region, struct problem *problem)
{
    unsigned reps = cell_pass_is_timed(pass) ? most_reps(o) : 1;
    for (unsigned rep = 0; rep < reps; rep++) {
        for (size_t i = 0; i < r->policies; i++) {
            size_t policy = rep % 2 ? r->policies - 1 - i : i;
            struct run_row *row = &r->row[r->rows++];
            *row = (struct run_row){.cell = make_cell(r, o, workload, pass, rep, policy)};
            row->cell.region = *region;
            if (!cell_sound(&row->cell, problem) || !cell_key(&row->cell, row->key, problem)) {
                return false;
            }
        }
    }
    return true;
}

static bool add_all(struct run *r, const struct run_options *o, struct problem *problem)
{
    struct region_spec region;
    if (!region_spec_parse(o->region, &region, problem)) {
        return false;
    }
    size_t most = r->workloads * r->policies * CELL_PASS_COUNT * most_reps(o);
    r->row = calloc(most, sizeof *r->row);
    if (!r->row) {
        return out_of_memory(problem);
    }
    for (size_t w = 0; w < r->workloads; w++) {
        for (unsigned pass = 0; pass < CELL_PASS_COUNT; pass++) {
            if ((o->pass_set >> pass & 1) &&
                !add_rows(r, o, w, (enum cell_pass)pass, &region, problem)) {
                return false;
            }
        }
    }
    return true;
}

/* Two cells with the same key would count as one. */
static bool all_differ(const struct run *r, struct problem *problem)
{
    for (size_t i = 0; i < r->policies; i++) {
        for (size_t k = 0; k < i; k++) {
            if (!strcmp(r->policy[i].full, r->policy[k].full)) {
                return problem_set(problem, "policy %s is given twice", r->policy[i].label);
            }
        }
    }
    for (size_t i = 0; i < r->workloads; i++) {
        for (size_t k = 0; k < i; k++) {
            if (!strcmp(r->workload[i].full, r->workload[k].full)) {
                return problem_set(problem, "workload %s is given twice", r->workload[i].label);
            }
        }
    }
    return true;
}

static bool find_baseline(struct run *r, const struct run_options *o, struct problem *problem)
{
    struct policy_spec spec;
    if (!o->baseline) {
        return true;
    }
    char text[POLICY_BITS_TEXTS][SPEC_MAX_TEXT];
    policy_spec_for_bits(o->baseline, o->bits, text);
    if (!policy_spec_parse_for_rows(text[0], &spec, problem)) {
        return false;
    }
    while (r->baseline < r->policies && strcmp(r->policy[r->baseline].full, spec.full) != 0) {
        r->baseline++;
    }
    return r->baseline < r->policies ||
           problem_set(problem, "the baseline %s is none of the policies: add -p %s", spec.label,
                       o->baseline);
}

/* A rule that no pass follows would be silently without effect. */
static bool rule_matters(const struct run_options *o, struct problem *problem)
{
    bool matters = !o->release_given;
    for (unsigned pass = 0; pass < CELL_PASS_COUNT; pass++) {
        matters |= (o->pass_set >> pass & 1) && (pass == PASS_PAGES || cell_pass_is_timed(pass));
    }
    return matters || problem_set(problem,
                                  "--release=%s changes nothing in these passes: give it to "
                                  "--pass pages or to a timed one",
                                  o->release.text);
}

static bool threads_matter(const struct run_options *o, struct problem *problem)
{
    bool matters = o->threads == 1;
    for (unsigned pass = 0; pass < CELL_PASS_COUNT; pass++) {
        matters |= (o->pass_set >> pass & 1) && cell_pass_is_timed(pass);
    }
    if (!matters) {
        return problem_set(problem,
                           "--threads=%ld changes nothing in these passes: give it to "
                           "--pass throughput, throughput-cold or latency",
                           o->threads);
    }
    return o->oversubscribe || thread_rules_fit((unsigned)o->threads, "--oversubscribe", problem);
}

bool run_resolve(struct run *r, const struct run_options *o, struct problem *problem)
{
    r->policy = calloc(POLICY_BITS_TEXTS * o->policies, sizeof *r->policy);
    r->workload = calloc(o->workloads, sizeof *r->workload);
    if (!r->policy || !r->workload) {
        return out_of_memory(problem);
    }
    for (size_t i = 0; i < o->policies; i++) {
        char text[POLICY_BITS_TEXTS][SPEC_MAX_TEXT];
        size_t texts = policy_spec_for_bits(o->policy[i], o->bits, text);
        for (size_t k = 0; k < texts; k++) {
            if (!policy_spec_parse_for_rows(text[k], &r->policy[r->policies++], problem)) {
                return false;
            }
        }
    }
    for (; r->workloads < o->workloads; r->workloads++) {
        if (!resolve_workload(o->workload[r->workloads], o, &r->workload[r->workloads], problem)) {
            return false;
        }
    }
    return all_differ(r, problem) && rule_matters(o, problem) && threads_matter(o, problem) &&
           find_baseline(r, o, problem) && add_all(r, o, problem);
}

static void show_progress(const struct run *r, size_t at)
{
    const struct cell *cell = &r->row[at].cell;
    if (isatty(STDERR_FILENO)) {
        fprintf(stderr, "\r\033[K[%zu/%zu] %s: %s on %s", at + 1, r->rows,
                cell_pass_name(cell->pass), cell->policy->label, cell->workload->label);
        fflush(stderr);
    }
}

static void hide_progress(void)
{
    if (isatty(STDERR_FILENO)) {
        fputs("\r\033[K", stderr);
    }
}

static bool run_row(struct run_row *row, struct cell_sink *sink, struct problem *problem)
{
    struct cell_process process;
    double start = seconds_now();
    if (!cell_start(&row->cell, &process, problem)) {
        return false;
    }
    cell_wait(&process);
    row->seconds = seconds_now() - start;
    row->status = process.result.status;
    row->metrics = process.result.metrics;
    row->ran = true;
    memcpy(row->detail, process.result.detail, sizeof row->detail);
    bool written = cell_sink_add(sink, &row->cell, row->key, &process.result, problem);
    cell_release(&process);
    return written;
}

/* Whether a round of repetitions may be left out: all medians are known well enough. */
static bool precise(const struct run *r, const struct run_options *o, const struct run_row *row)
{
    struct run_group g = {.run = r, .workload = row->cell.workload, .pass = row->cell.pass};
    struct comparison c;
    bool enough = o->precision_pct > 0 && row->cell.rep >= (unsigned)o->reps &&
                  cell_pass_is_timed(row->cell.pass) && run_compare(&g, run_judged(g.pass), &c);
    if (!enough) {
        return false;
    }
    for (size_t p = 0; enough && p < r->policies; p++) {
        struct interval median = comparison_median(&c, p);
        enough = interval_precision_pct(&median) <= o->precision_pct;
    }
    free(c.value);
    return enough;
}

/* Whether the round of policies that begins with this row is the last of its workload and pass. */
static bool ends_group(const struct run *r, size_t row)
{
    size_t next = row + r->policies;
    return next == r->rows || r->row[next].cell.workload != r->row[row].cell.workload ||
           r->row[next].cell.pass != r->row[row].cell.pass;
}

bool run_cells(struct run *r, const struct run_options *o, struct problem *problem)
{
    struct cell_sink sink;
    bool going = cell_sink_open(&sink, o->output, o->force, o->argc, o->argv, problem);
    for (size_t i = 0; going && i < r->rows; i += r->policies) {
        bool enough = precise(r, o, &r->row[i]), last = ends_group(r, i);
        for (size_t p = 0; going && !enough && p < r->policies; p++) {
            show_progress(r, i + p);
            going = run_row(&r->row[i + p], &sink, problem);
            if (going && r->row[i + p].seconds > LONG_SECONDS && !(last && p + 1 == r->policies)) {
                hide_progress();
                run_print_row(r, &r->row[i + p]);
            }
        }
        if (going && last) {
            hide_progress();
            run_print_group(&(struct run_group){
                .run = r, .workload = r->row[i].cell.workload, .pass = r->row[i].cell.pass});
        }
    }
    hide_progress();
    return cell_sink_close(&sink, going, o->baseline, problem);
}

bool run_all_ok(const struct run *r)
{
    for (size_t i = 0; i < r->rows; i++) {
        if (r->row[i].ran && r->row[i].status != CELL_OK) {
            return false;
        }
    }
    return true;
}

void run_free(struct run *r)
{
    free(r->policy);
    free(r->workload);
    free(r->row);
}
