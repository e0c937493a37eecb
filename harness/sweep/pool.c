#define _GNU_SOURCE /* sched_getaffinity, pidfd_open */
#include "sweep/pool.h"

#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { TICK_MS = 200, LOOK_MS = 20 /* for kernels without descriptors of processes */ };

double pool_clock(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

size_t pool_cores(void)
{
    cpu_set_t set;
    return sched_getaffinity(0, sizeof set, &set) ? 1 : (size_t)CPU_COUNT(&set);
}

/* The last core that this process may use, because the first ones serve interrupts. */
static int last_core(void)
{
    cpu_set_t set;
    size_t cpu = sched_getaffinity(0, sizeof set, &set) ? 0 : CPU_SETSIZE;
    while (cpu > 0 && !CPU_ISSET(cpu - 1, &set)) {
        cpu--;
    }
    return (int)cpu - 1;
}

/* Written to by the handler, so that poll wakes even if the signal came just before it. */
static int stop_fd = -1;

static void on_signal(int signal)
{
    (void)signal;
    int saved = errno;
    uint64_t one = 1;
    if (write(stop_fd, &one, sizeof one) < 0) {
        abort(); /* an event counter can hold up to 2^64 - 2, so this never blocks */
    }
    errno = saved;
}

static const int stop_signals[] = {SIGINT, SIGTERM, SIGHUP};
enum { STOP_SIGNALS = sizeof stop_signals / sizeof *stop_signals };

static bool start_one(struct pool_worker *worker, const struct grid_cell *next,
                      struct problem *problem)
{
    struct cell cell = next->cell;
    if (cell_pass_is_timed(cell.pass)) {
        cell.cpu = last_core();
    }
    if (!cell_start(&cell, &worker->process, problem)) {
        return false;
    }
    worker->cell = next;
    worker->started = pool_clock();
    worker->pidfd = (int)syscall(SYS_pidfd_open, worker->process.pid, 0);
    return true;
}

/* False: there is nothing more to start, or a problem. */
static bool fill(struct pool *pool, bool *more, struct problem *problem)
{
    for (size_t i = 0; *more && i < pool->workers; i++) {
        if (pool->worker[i].cell) {
            continue;
        }
        const struct grid_cell *next = pool->caller->next(pool->caller->ctx);
        if (!next) {
            *more = false;
        } else if (!start_one(&pool->worker[i], next, problem)) {
            return false;
        }
    }
    return true;
}

static void reap(struct pool_worker *worker)
{
    cell_end(&worker->process);
    if (worker->pidfd >= 0) {
        close(worker->pidfd);
    }
}

static bool take(struct pool *pool, struct pool_worker *worker, struct problem *problem)
{
    reap(worker);
    const struct grid_cell *cell = worker->cell;
    worker->cell = NULL;
    bool taken = pool->caller->ended(cell, &worker->process.result, pool_clock() - worker->started,
                                     pool->caller->ctx, problem);
    cell_release(&worker->process);
    return taken;
}

static void kill_all(struct pool *pool)
{
    for (size_t i = 0; i < pool->workers; i++) {
        if (pool->worker[i].cell) {
            cell_kill(&pool->worker[i].process);
        }
    }
    for (size_t i = 0; i < pool->workers; i++) {
        if (pool->worker[i].cell) {
            reap(&pool->worker[i]);
            cell_release(&pool->worker[i].process);
            pool->worker[i].cell = NULL;
        }
    }
}

static bool has_ended(const struct pool_worker *worker, const struct pollfd *watched)
{
    if (worker->pidfd >= 0) {
        return watched->revents;
    }
    siginfo_t info = {0};
    return worker->cell &&
           !waitid(P_PID, (id_t)worker->process.pid, &info, WEXITED | WNOHANG | WNOWAIT) &&
           info.si_pid;
}

/* Waits for an end, a signal or the next tick. */
static enum pool_end turn(struct pool *pool, struct pollfd *watched, bool *busy,
                          struct problem *problem)
{
    int timeout = TICK_MS;
    *busy = false;
    watched[pool->workers] = (struct pollfd){.fd = stop_fd, .events = POLLIN};
    for (size_t i = 0; i < pool->workers; i++) {
        bool runs = pool->worker[i].cell;
        watched[i] = (struct pollfd){.fd = runs ? pool->worker[i].pidfd : -1, .events = POLLIN};
        *busy = *busy || runs;
        timeout = runs && watched[i].fd < 0 ? LOOK_MS : timeout;
    }
    if (!*busy) {
        return POOL_DONE;
    }
    poll(watched, pool->workers + 1, timeout);
    if (watched[pool->workers].revents) {
        return POOL_STOPPED;
    }
    for (size_t i = 0; i < pool->workers; i++) {
        struct pool_worker *worker = &pool->worker[i];
        if (has_ended(worker, &watched[i])) {
            if (!take(pool, worker, problem)) {
                return POOL_FAILED;
            }
        } else if (worker->cell) {
            cell_watch(&worker->process);
        }
    }
    return pool->caller->tick(pool, pool->caller->ctx, problem) ? POOL_DONE : POOL_FAILED;
}

static enum pool_end run_all(struct pool *pool, struct problem *problem)
{
    struct pollfd *watched = calloc(pool->workers + 1, sizeof *watched);
    bool more = true, busy = true;
    enum pool_end end = POOL_DONE;
    if (!watched) {
        problem_set(problem, "out of memory");
        return POOL_FAILED;
    }
    while (end == POOL_DONE && busy) {
        end = fill(pool, &more, problem) ? turn(pool, watched, &busy, problem) : POOL_FAILED;
    }
    kill_all(pool);
    free(watched);
    return end;
}

enum pool_end pool_run(const struct pool_caller *caller, size_t jobs, struct problem *problem)
{
    struct pool pool = {calloc(jobs, sizeof *pool.worker), jobs, caller};
    stop_fd = eventfd(0, EFD_CLOEXEC);
    if (!pool.worker || stop_fd < 0) {
        free(pool.worker);
        problem_set(problem, "cannot run cells: %s", strerror(errno));
        return POOL_FAILED;
    }
    struct sigaction old[STOP_SIGNALS], ours = {.sa_handler = on_signal};
    for (size_t i = 0; i < STOP_SIGNALS; i++) {
        sigaction(stop_signals[i], &ours, &old[i]);
    }
    enum pool_end end = run_all(&pool, problem);
    for (size_t i = 0; i < STOP_SIGNALS; i++) {
        sigaction(stop_signals[i], &old[i], NULL);
    }
    close(stop_fd);
    free(pool.worker);
    return end;
}
