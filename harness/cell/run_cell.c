/* run_cell.c - a cell in the process that is its own: its limits, its pass, and the canary around a
 * pass that is timed. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <inttypes.h>
#include <sched.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <unistd.h>

#include "cell/layout.h"
#include "cell/pass.h"
#include "cell/pass_kind.h"
#include "cell/release_plan.h"
#include "mallocs/outside_policy.h"
#include "measure/canary.h"
#include "packing/offline_policy.h"
#include "spec/workload_spec.h"

/* If memory runs out, the system should end this process and not its parent. */
static void offer_to_oom_killer(void)
{
    int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
    if (fd >= 0) {
        ssize_t wrote = write(fd, "1000", 4);
        (void)wrote;
        close(fd);
    }
}

void cell_limit(const struct cell *cell)
{
    for (int s = 1; s < NSIG; s++) {
        signal(s, SIG_DFL); /* the parent's signal handlers must not run here */
    }
    double whole = cell->time_limit_seconds;
    struct itimerval timer = {
        .it_value = {.tv_sec = (time_t)whole,
                     .tv_usec = (suseconds_t)(1e6 * (whole - (double)(time_t)whole))}};
    setitimer(ITIMER_REAL, &timer, NULL);
    struct rlimit no_core = {0, 0};
    setrlimit(RLIMIT_CORE, &no_core);
    offer_to_oom_killer();
    if (cell->cpu >= 0 && cell->threads == 1) {
        cpu_set_t set;
        CPU_ZERO(&set);
        CPU_SET((size_t)cell->cpu, &set);
        sched_setaffinity(0, sizeof set, &set);
    }
}

enum { MOST_TRIES = 3 };
/* A measurement that took this long is not repeated: it averages over what slows the machine for a
 * moment, and the repetitions of a cell, each in a process of its own, tell the rest. */
static const double LONG_SECONDS = 0.2;

/* A timed pass in which pages are given back as its cell says. */
static bool run_released(struct pass *p)
{
    struct release_plan plan;
    bool measured = release_plan_make(p, &plan);
    p->release = &plan;
    if (measured) {
        packed_rewind(&p->packed);
        measured = pass_kinds[p->cell->pass]->run(p);
    }
    p->release = NULL;
    if (measured && plan.steps) {
        metric_set_count(pass_metrics(p), METRIC_release_calls, plan.steps);
    }
    release_plan_free(&plan);
    return measured;
}

/* A measurement between two canaries. If they were slow, it is repeated, a few times at most. */
static bool run_timed(struct pass *p)
{
    struct shared_results *b = p->shared;
    for (unsigned tries = 1;; tries++) {
        double start = (double)clock_kernel_now() * 1e-9, before = canary_run_ns();
        bool measured = run_released(p);
        double after = canary_run_ns(), wall = (double)clock_kernel_now() * 1e-9 - start;
        double slowdown = canary_slowdown_pct(before > after ? before : after);
        shared_results_unlock(b);
        b->canary_ns = before < after ? before : after;
        if (!measured || slowdown <= CANARY_TOLERANCE_PCT || tries == MOST_TRIES ||
            wall > LONG_SECONDS) {
            metric_set_real(&b->metrics, METRIC_canary_pct, slowdown);
            metric_set_count(&b->metrics, METRIC_canary_rejects, tries - 1);
            metric_set_real(&b->metrics, METRIC_cell_seconds, wall);
            return measured;
        }
        shared_results_reset(b);
    }
}

/* A packing is made before the heap that has it. It places blocks and does nothing else, so that
 * only passes that look at memory can measure it. */
static bool plan_offline(struct pass *p)
{
    enum cell_pass pass = p->cell->pass;
    const struct policy_spec *spec = p->cell->policy;
    struct problem problem;
    if (cell_pass_is_timed(pass) || pass == PASS_LINES || pass == PASS_INSTRUCTIONS) {
        return pass_fail(p, CELL_UNAVAILABLE,
                         "offline is a packing, not a program: it has memory to measure, and no "
                         "time, instructions or cache lines");
    }
    struct workload *w = workload_spec_open(p->cell->workload, &problem);
    bool ok = w && offline_plan(w, (unsigned)spec->values.number[0], &problem);
    workload_close(w);
    return ok || pass_fail(p, CELL_ERROR, "%s", problem.text);
}

static __attribute__((noinline)) void run_pass(struct pass *p)
{
    struct problem problem;
    const char *why = outside_policy_unavailable(p->policy);
    if (why) {
        pass_fail(p, CELL_UNAVAILABLE, "%s", why);
        return;
    }
    bool timed = p->cell->release.in_time;
    if (!(timed ? packed_open_timed : packed_open)(&p->packed, p->cell->workload, PACKED_BUDGET,
                                                   &problem)) {
        pass_fail(p, CELL_ERROR, "%s", problem.text);
        return;
    }
    if (p->policy == &offline_policy && !plan_offline(p)) {
        return;
    }
    bool measured =
        cell_pass_is_timed(p->cell->pass) ? run_timed(p) : pass_kinds[p->cell->pass]->run(p);
    const struct metrics *m = &p->shared->metrics;
    if (measured && m->value[METRIC_failed_requests].count) {
        pass_fail(p, CELL_OOM, "%" PRIu64 " requests were refused",
                  m->value[METRIC_failed_requests].count);
    }
}

_Noreturn void cell_run(const struct cell *cell, struct shared_results *shared, uint64_t seed)
{
    cell_limit(cell);
    shared_results_begin(shared, seed);
    close(shared->layout.fd); /* or the policy could map it again */
    struct pass pass = {.cell = cell, .policy = cell->policy->policy, .shared = shared};
    volatile char *shift = __builtin_alloca(layout_stack_shift(cell) + 1);
    *shift = 0;
    if (!cell_pass_is_timed(cell->pass)) {
        metric_set_count(&shared->metrics, METRIC_grid_samples, cell->samples);
    }
    run_pass(&pass);
    shared_results_finish(shared);
    _exit(0);
}
