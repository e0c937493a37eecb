/* process.c - a cell's process, seen by its parent: its start, its limits, and the status that its
 * end gives. */
#define _GNU_SOURCE
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cell/descendants.h"
#include "cell/fresh_program.h"
#include "cell/narrow_hint.h"
#include "cell/narrow_program.h"
#include "cell/pass_kind.h"
#include "mallocs/malloc_process.h"
#include "mallocs/narrow.h"
#include "mallocs/outside_policy.h"
#include "measure/canary.h"
#include "spec/policy_spec.h"

#define GRACE 5.0 /* seconds after the limit, when the alarm has evidently not ended it */

enum { WATCH_MS = 100 };

static double seconds(void)
{
    return (double)clock_kernel_now() * 1e-9;
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
    *process = (struct cell_process){.cell = *cell,
                                     .shared = shared_results_open(cell, problem),
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
        if (narrow_of(cell->policy->policy)) {
            narrow_program_start(cell, process->shared, process->seed);
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
    if (!(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL)) { /* nobody waits for a killed one */
        narrow_hint_add(&process->cell, &process->result);
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
