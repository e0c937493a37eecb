#define _GNU_SOURCE /* close_range */
#include "cell/descendants.h"

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MOST_DEPTH = 64 }; /* of processes that start processes, when their memory is counted */

void descendants_adopt(void)
{
    prctl(PR_SET_CHILD_SUBREAPER, 1);
}

void descendants_begin(pid_t parent, int keep)
{
    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) {
        _exit(0); /* it died before it could be asked to take this process along */
    }
    descendants_adopt();
    unsigned first = STDERR_FILENO + 1;
    if (keep >= (int)first) {
        if (keep > (int)first) {
            close_range(first, (unsigned)keep - 1, 0);
        }
        first = (unsigned)keep + 1;
    }
    close_range(first, ~0u, 0);
}

typedef bool child_visitor(pid_t child, void *ctx);

/* Visits the children of one thread. True if a visitor said so. */
static bool each_child_of_thread(const char *path, child_visitor *visit, void *ctx)
{
    bool any = false;
    long child;
    FILE *file = fopen(path, "re");
    while (file && fscanf(file, "%ld", &child) == 1) {
        any = visit((pid_t)child, ctx) || any;
    }
    if (file) {
        fclose(file);
    }
    return any;
}

/* Visits the children of a process. True if a visitor said so. */
static bool each_child(pid_t pid, child_visitor *visit, void *ctx)
{
    char path[320];
    bool any = false;
    snprintf(path, sizeof path, "/proc/%ld/task", (long)pid);
    DIR *threads = opendir(path);
    for (const struct dirent *entry; threads && (entry = readdir(threads));) {
        if (entry->d_name[0] != '.') {
            snprintf(path, sizeof path, "/proc/%ld/task/%s/children", (long)pid, entry->d_name);
            any = each_child_of_thread(path, visit, ctx) || any;
        }
    }
    if (threads) {
        closedir(threads);
    }
    return any;
}

static size_t resident_bytes(pid_t pid)
{
    char path[64];
    unsigned long total, resident = 0;
    snprintf(path, sizeof path, "/proc/%ld/statm", (long)pid);
    FILE *file = fopen(path, "re");
    if (file) {
        if (fscanf(file, "%lu %lu", &total, &resident) != 2) {
            resident = 0;
        }
        fclose(file);
    }
    return resident * (size_t)sysconf(_SC_PAGESIZE);
}

struct counting {
    size_t bytes;
    int depth;
};

static bool count_resident(pid_t pid, void *ctx)
{
    struct counting *c = ctx;
    c->bytes += resident_bytes(pid);
    if (c->depth < MOST_DEPTH) {
        c->depth++;
        each_child(pid, count_resident, c);
        c->depth--;
    }
    return false;
}

size_t descendants_resident_bytes(pid_t pid)
{
    struct counting c = {0};
    count_resident(pid, &c);
    return c.bytes;
}

void descendants_kill(pid_t leader)
{
    kill(-leader, SIGKILL);
    kill(leader, SIGKILL); /* should it not lead its group yet */
}

/* Takes the status of a process that was killed. True if it still ran when the signal came. */
static bool killed_alive(pid_t pid)
{
    int status;
    pid_t waited;
    while ((waited = waitpid(pid, &status, 0)) < 0 && errno == EINTR) {
    }
    return waited > 0 && WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
}

/* A child of this process that has a session of its own was started by a cell: this program starts
 * none. */
static bool end_stray(pid_t child, void *ctx)
{
    (void)ctx;
    pid_t session = getsid(child);
    if (session < 0 || session == getsid(0)) {
        return false;
    }
    kill(child, SIGKILL);
    return killed_alive(child);
}

static bool end_group(pid_t leader)
{
    bool any = false;
    siginfo_t info;
    while (waitid(P_PGID, (id_t)leader, &info, WEXITED | WNOWAIT) == 0 || errno == EINTR) {
        any = killed_alive(-leader) || any;
    }
    return any;
}

bool descendants_end(pid_t leader, int *wait_status)
{
    siginfo_t info;
    /* Its number is not given to another process before its status is taken. */
    while (waitid(P_PID, (id_t)leader, &info, WEXITED | WNOWAIT) < 0 && errno == EINTR) {
    }
    kill(-leader, SIGKILL);
    while (waitpid(leader, wait_status, 0) < 0 && errno == EINTR) {
    }
    bool any = end_group(leader);
    /* One that has started another by the time it dies leaves that to this process. */
    while (each_child(getpid(), end_stray, NULL)) {
        any = true;
    }
    return any;
}
