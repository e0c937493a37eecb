#define _GNU_SOURCE /* sigabbrev_np, pidfd_open */
#include "conformance/conformance.h"

#include <errno.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

/* What a child shares with its parent. */
struct shared {
    struct verdict verdict; /* on the property under way */
    atomic_size_t at;       /* its place, where a child tests several */
};

static void run_property(const struct conformance *c, const struct property *property,
                         const long *arg, struct verdict *verdict)
{
    *verdict = (struct verdict){.outcome = OUTCOME_NONE};
    struct trial trial = {
        .policy = c->policy, .arg = arg, .seed = c->seed, .ops = c->ops, .verdict = verdict};
    property->test(&trial);
    verdict->outcome = OUTCOME_PASS;
}

static pid_t start_child(void)
{
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        const struct rlimit no_core = {0, 0};
        setrlimit(RLIMIT_CORE, &no_core);
    }
    return child;
}

/* True if the child ended by itself. One that goes on to another property gets the time anew. */
static bool wait_for(pid_t child, const struct shared *shared, unsigned timeout_s, int *status)
{
    int fd = pidfd_open(child, 0);
    struct pollfd poller = {.fd = fd, .events = POLLIN};
    int ready = fd < 0;
    for (size_t at = SIZE_MAX; !ready && at != atomic_load(&shared->at);) {
        at = atomic_load(&shared->at);
        ready = poll(&poller, 1, (int)timeout_s * 1000);
    }
    if (fd >= 0) {
        close(fd);
    }
    if (ready == 0) {
        kill(child, SIGKILL);
    }
    while (waitpid(child, status, 0) < 0 && errno == EINTR) {
    }
    return ready != 0;
}

static void judge_ending(struct verdict *v, bool ended, int status, unsigned timeout_s)
{
    char where[128], how[96];
    verdict_where(v, where, sizeof where);
    if (!ended) {
        snprintf(how, sizeof how, "hangs: no end after %u s", timeout_s);
    } else if (WIFSIGNALED(status)) {
        snprintf(how, sizeof how, "crashes with SIG%s", sigabbrev_np(WTERMSIG(status)));
    } else {
        snprintf(how, sizeof how, "ends the process with exit status %d", WEXITSTATUS(status));
    }
    snprintf(v->detail, sizeof v->detail, "%s: %s", where, how);
    v->outcome = OUTCOME_FAIL;
}

static struct shared *share(void)
{
    void *p = mmap(NULL, sizeof(struct shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
                   -1, 0);
    return p == MAP_FAILED ? NULL : p;
}

void conformance_judge(const struct conformance *c, const struct property *property,
                       const long *arg, struct verdict *verdict)
{
    struct shared *shared = share();
    *verdict = (struct verdict){.outcome = OUTCOME_FAIL};
    if (!shared) {
        snprintf(verdict->detail, sizeof verdict->detail, "no memory for the trial");
        return;
    }
    pid_t child = start_child();
    if (child == 0) {
        run_property(c, property, arg, &shared->verdict);
        _exit(0);
    }
    if (child < 0) {
        snprintf(verdict->detail, sizeof verdict->detail, "no process for the trial: %s",
                 strerror(errno));
    } else {
        int status = 0;
        bool ended = wait_for(child, shared, c->timeout_s, &status);
        if (shared->verdict.outcome == OUTCOME_NONE) {
            judge_ending(&shared->verdict, ended, status, c->timeout_s);
        }
        *verdict = shared->verdict;
    }
    munmap(shared, sizeof *shared);
}

/* ---- all together ---- */

/* The mixes come first, in place 0; what they cover need not be tested if they hold. */
static const struct property *property_at(size_t place)
{
    return place ? properties[place - 1] : &property_mixes;
}

/* `mixed`: the mixes hold, if they come before `place`. */
static _Noreturn void run_from(const struct conformance *c, const long *arg, size_t place,
                               bool mixed, struct shared *shared)
{
    for (; place <= PROPERTY_COUNT; place++) {
        if (place && mixed && property_at(place)->in_mixes) {
            continue;
        }
        atomic_store(&shared->at, place);
        run_property(c, property_at(place), arg, &shared->verdict);
    }
    _exit(0);
}

bool conformance_judge_together(const struct conformance *c, const long *arg,
                                enum outcome outcome[PROPERTY_COUNT])
{
    struct shared *shared = share();
    bool hold = shared, mixed = true;
    for (size_t i = 0; i < PROPERTY_COUNT; i++) {
        outcome[i] = OUTCOME_PASS;
    }
    for (size_t place = 0; hold && place <= PROPERTY_COUNT;) {
        int status = 0;
        shared->verdict.outcome = OUTCOME_NONE;
        pid_t child = start_child();
        if (child == 0) {
            run_from(c, arg, place, mixed, shared);
        }
        hold = child > 0 && wait_for(child, shared, c->timeout_s, &status) && status == 0;
        if (shared->verdict.outcome != OUTCOME_SKIP) {
            hold = hold && shared->verdict.outcome == OUTCOME_PASS;
            break;
        }
        place = atomic_load(&shared->at);
        if (place) {
            outcome[place - 1] = OUTCOME_SKIP;
        } else {
            mixed = false;
        }
        place++;
    }
    if (shared) {
        munmap(shared, sizeof *shared);
    }
    return hold;
}
