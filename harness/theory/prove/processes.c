#include "theory/prove/processes.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

void processes_open(struct processes *w, struct search *search, struct position *position,
                    unsigned wanted)
{
    *w = (struct processes){.search = search, .position = position, .wanted = wanted, .count = 1};
}

/* Does what the caller says until it ends or hangs up. */
static _Noreturn void serve(const struct processes *w, unsigned who, int link, pid_t caller)
{
    char phase;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    while (getppid() == caller && read(link, &phase, 1) == 1) {
        batch_work(w->search, w->position, (enum phase)phase, who);
        if (write(link, &phase, 1) != 1) {
            break;
        }
    }
    _exit(0);
}

static bool start_one(struct processes *w, struct problem *problem)
{
    int link[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, link) != 0) {
        return problem_set(problem, "cannot start a process: %s", strerror(errno));
    }
    pid_t caller = getpid(), pid = fork();
    if (pid == 0) {
        close(link[0]);
        for (unsigned i = 1; i < w->count; i++) {
            close(w->link[i]);
        }
        serve(w, w->count, link[1], caller);
    }
    close(link[1]);
    if (pid < 0) {
        close(link[0]);
        return problem_set(problem, "cannot start a process: %s", strerror(errno));
    }
    w->pid[w->count] = pid;
    w->link[w->count++] = link[0];
    return true;
}

/* Whether the other end answers: it does not if its process ended. */
static bool answers(int link)
{
    char done;
    ssize_t n;
    do {
        n = read(link, &done, 1);
    } while (n < 0 && errno == EINTR);
    return n == 1;
}

static bool share_out(struct processes *w, enum phase phase, unsigned helpers)
{
    const char say = (char)phase;
    bool ok = true;
    for (unsigned i = 1; i < helpers; i++) {
        ok &= send(w->link[i], &say, 1, MSG_NOSIGNAL) == 1;
    }
    if (ok) {
        batch_work(w->search, w->position, phase, 0);
    }
    for (unsigned i = 1; i < helpers; i++) {
        ok &= answers(w->link[i]);
    }
    return ok;
}

bool processes_run(struct processes *w, enum phase phase, bool alone, struct problem *problem)
{
    struct batch *b = &w->search->batch;
    b->next = 0;
    b->failed = false;
    while (!alone && w->count < w->wanted) {
        if (!start_one(w, problem)) {
            return false;
        }
    }
    if (!share_out(w, phase, alone ? 1 : w->count)) {
        return problem_set(problem, "a process of the search ended before its time: the policy "
                                    "crashed, or the system ended it for lack of memory");
    }
    return !b->failed || problem_set(problem, "not enough memory for the search");
}

void processes_close(struct processes *w)
{
    for (unsigned i = 1; i < w->count; i++) {
        close(w->link[i]);
        waitpid(w->pid[i], NULL, 0);
    }
    w->count = 1;
}
