#define _GNU_SOURCE /* sigabbrev_np, pidfd_open */
#include "conformance/conformance.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static _Noreturn void run_child(const struct conformance *c, const struct property *property,
                                const long *arg, struct verdict *verdict)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    const struct rlimit no_core = {0, 0};
    setrlimit(RLIMIT_CORE, &no_core);
    struct trial trial = {
        .policy = c->policy, .arg = arg, .seed = c->seed, .ops = c->ops, .verdict = verdict};
    property->test(&trial);
    verdict->outcome = OUTCOME_PASS;
    _exit(0);
}

/* True if the child ended by itself. */
static bool wait_for(pid_t child, unsigned timeout_s, int *status)
{
    int fd = pidfd_open(child, 0);
    struct pollfd poller = {.fd = fd, .events = POLLIN};
    int ready = fd < 0 ? 1 : poll(&poller, 1, (int)timeout_s * 1000);
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

void conformance_judge(const struct conformance *c, const struct property *property,
                       const long *arg, struct verdict *verdict)
{
    struct verdict *shared =
        mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    *verdict = (struct verdict){.outcome = OUTCOME_FAIL};
    if (shared == MAP_FAILED) {
        snprintf(verdict->detail, sizeof verdict->detail, "no memory for the trial");
        return;
    }
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        run_child(c, property, arg, shared);
    }
    if (child < 0) {
        snprintf(shared->detail, sizeof shared->detail, "no process for the trial: %s",
                 strerror(errno));
        shared->outcome = OUTCOME_FAIL;
    } else {
        int status = 0;
        bool ended = wait_for(child, c->timeout_s, &status);
        if (shared->outcome == OUTCOME_NONE) {
            judge_ending(shared, ended, status, c->timeout_s);
        }
    }
    *verdict = *shared;
    munmap(shared, sizeof *shared);
}
