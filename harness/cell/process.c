/* process.c - a cell's process: its limits, its pass, and the status that its end gives. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "cell/descendants.h"
#include "cell/fresh_program.h"
#include "cell/layout.h"
#include "cell/pass.h"
#include "cell/pass_kind.h"
#include "cell/release_plan.h"
#include "mallocs/malloc_process.h"
#include "mallocs/outside_policy.h"
#include "measure/canary.h"
#include "packing/offline_policy.h"

#define GRACE 5.0 /* seconds after the limit, when the alarm has evidently not ended it */

enum { WATCH_MS = 100 };

static double seconds(void)
{
    return (double)clock_kernel_now() * 1e-9;
}

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

static void limit(const struct cell *cell)
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
static const double LONG_SECONDS = 10; /* a measurement that took this long is not repeated */

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
        double start = seconds(), before = canary_run_ns();
        bool measured = run_released(p);
        double after = canary_run_ns(), wall = seconds() - start;
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
    limit(cell);
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

/* Of the digest of the results: a policy that does not know it cannot make them up. */
static void draw_seed(uint64_t *seed)
{
    if (getrandom(seed, sizeof *seed, 0) != sizeof *seed) {
        *seed = (uint64_t)clock_kernel_now();
    }
}

bool cell_start(const struct cell *cell, struct cell_process *process, struct problem *problem)
{
    *process = (struct cell_process){.shared = shared_results_open(cell, problem),
                                     .policy = cell->policy->policy,
                                     .memory_limit_bytes = cell->memory_limit_bytes,
                                     .deadline = seconds() + cell->time_limit_seconds + GRACE};
    if (!process->shared) {
        return false;
    }
    process->layout = process->shared->layout;
    draw_seed(&process->seed);
    if (cell_pass_is_timed(cell->pass)) {
        clock_get(); /* calibrated in the parent, once for all children */
        canary_best_ns();
    }
    fflush(NULL);
    descendants_adopt();
    pid_t parent = getpid();
    process->pid = fork();
    if (process->pid == 0) {
        descendants_begin(parent, process->layout.fd);
        if (malloc_process_needed(cell->policy->policy)) {
            fresh_program_start(cell, process->shared, process->seed);
            _exit(0);
        }
        cell_run(cell, process->shared, process->seed);
    }
    if (process->pid < 0) {
        problem_set(problem, "cannot start a process for a cell: %s", strerror(errno));
        cell_release(process);
        return false;
    }
    return true;
}

void cell_watch(struct cell_process *process)
{
    if (descendants_resident_bytes(process->pid) > process->memory_limit_bytes) {
        process->killed = CELL_MEMORY_LIMIT;
    } else if (seconds() > process->deadline) {
        process->killed = CELL_TIMEOUT;
    }
    if (process->killed != CELL_OK) {
        cell_kill(process);
    }
}

static void describe_kill(struct cell_result *r, const struct cell_process *process,
                          uint64_t progress)
{
    r->status = process->killed;
    if (process->killed == CELL_TIMEOUT) {
        snprintf(r->detail, sizeof r->detail,
                 "blocked the alarm of its time limit, and was killed after %" PRIu64 " events",
                 progress);
    } else {
        snprintf(r->detail, sizeof r->detail,
                 "had more than %zu bytes resident, and was killed after %" PRIu64 " events",
                 process->memory_limit_bytes, progress);
    }
}

static void describe_signal(struct cell_result *r, const struct policy *policy, int number,
                            uint64_t progress)
{
    if (number == SIGALRM) {
        r->status = CELL_TIMEOUT;
        snprintf(r->detail, sizeof r->detail, "the time limit ran out after %" PRIu64 " events",
                 progress);
        return;
    }
    r->status = CELL_CRASH;
    const char *name = sigabbrev_np(number);
    const char *hint = number == SIGKILL ? "killed, perhaps because memory ran out"
                                         : outside_policy_crash_hint(policy, progress);
    snprintf(r->detail, sizeof r->detail, "SIG%s after %" PRIu64 " events%s%s", name ? name : "?",
             progress, hint ? ": " : "", hint ? hint : "");
}

/* Copies what the process has left into the result. False: it was damaged, or cannot be read. */
static bool take_results(struct cell_process *process)
{
    struct cell_result *r = &process->result;
    const struct shared_results *b = process->copy = shared_results_copy(&process->layout);
    if (!b || !shared_results_sound(b, process->seed)) {
        *r = (struct cell_result){.status = b ? CELL_CRASH : CELL_ERROR};
        snprintf(r->detail, sizeof r->detail, "%s",
                 b ? "the results were damaged" : "no memory for the results");
        return false;
    }
    *r = (struct cell_result){.status = b->status,
                              .workload_digest = b->digest,
                              .metrics = b->metrics,
                              .samples = b->sample_count ? b->sample : NULL,
                              .sample_count = b->sample_count};
    if (pass_kinds[process->layout.pass]->publish) {
        pass_kinds[process->layout.pass]->publish(b, r);
    }
    memcpy(r->detail, b->detail, sizeof r->detail);
    if (atomic_load(&b->done) && b->canary_ns > 0) {
        canary_note_ns(b->canary_ns);
    }
    return true;
}

static void describe_end(struct cell_process *process, int wait_status)
{
    struct cell_result *r = &process->result;
    uint64_t progress = cell_progress(process);
    if (process->killed != CELL_OK) {
        describe_kill(r, process, progress);
    } else if (WIFSIGNALED(wait_status)) {
        describe_signal(r, process->policy, WTERMSIG(wait_status), progress);
    } else {
        r->status = CELL_CRASH;
        snprintf(r->detail, sizeof r->detail,
                 "the process exited by itself after %" PRIu64 " events", progress);
    }
}

/* A cell that failed otherwise keeps its own words. */
static void describe_left_behind(struct cell_result *r)
{
    static const char words[] = "left processes behind";
    if (r->status == CELL_OK || r->status == CELL_OOM) {
        r->status = CELL_CRASH;
        snprintf(r->detail, sizeof r->detail, "%s", words);
    } else {
        size_t length = strlen(r->detail);
        snprintf(r->detail + length, sizeof r->detail - length, "; %s", words);
    }
}

void cell_kill(const struct cell_process *process)
{
    descendants_kill(process->pid);
}

void cell_end(struct cell_process *process)
{
    int status = 0;
    bool left = descendants_end(process->pid, &status);
    if (take_results(process) && !atomic_load(&process->copy->done)) {
        describe_end(process, status);
    }
    if (left) {
        describe_left_behind(&process->result);
    }
}

void cell_wait(struct cell_process *process)
{
    struct pollfd end = {.fd = (int)syscall(SYS_pidfd_open, process->pid, 0), .events = POLLIN};
    while (end.fd >= 0 && poll(&end, 1, WATCH_MS) <= 0) {
        cell_watch(process);
    }
    if (end.fd >= 0) {
        close(end.fd);
    }
    cell_end(process);
}

uint64_t cell_progress(const struct cell_process *process)
{
    return atomic_load_explicit(&process->shared->progress, memory_order_relaxed);
}

void cell_release(struct cell_process *process)
{
    shared_results_close(process->shared, &process->layout);
    free(process->copy);
    process->shared = process->copy = NULL;
}
