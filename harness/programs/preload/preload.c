#define _GNU_SOURCE
#include "programs/preload/preload.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/data_files.h"

static bool try_place(const char *directory, const char *name, char path[PATH_MAX])
{
    int length = snprintf(path, PATH_MAX, "%s/%s.so", directory, name);
    return length > 0 && length < PATH_MAX && access(path, R_OK) == 0;
}

bool preload_find(const char *name, char path[PATH_MAX], struct problem *problem)
{
    char own[PATH_MAX], built[PATH_MAX + 16];
    program_folder(own, sizeof own);
    snprintf(built, sizeof built, "%slib/fitlab", own);
    char moved[PATH_MAX + 16 + sizeof FITLAB_LIBDIR];
    snprintf(moved, sizeof moved, "%s../" FITLAB_LIBDIR "/fitlab", own);
    if (!try_place(built, name, path) && !try_place(moved, name, path) &&
        !try_place(FITLAB_FULL_LIBDIR "/fitlab", name, path)) {
        return problem_set(
            problem, "%s.so is neither in %.100s nor in %.100s: build or install fitlab again",
            name, built, FITLAB_FULL_LIBDIR "/fitlab");
    }
    if (strpbrk(path, " :")) {
        return problem_set(problem,
                           "%.300s cannot be preloaded, as its path has a blank or a colon: "
                           "move fitlab elsewhere",
                           path);
    }
    return true;
}

static volatile sig_atomic_t program;

static void pass_on(int signal_number)
{
    if (program > 0) {
        kill((pid_t)program, signal_number);
    }
}

static void set_handler(int signal_number, void (*handler)(int))
{
    struct sigaction action = {.sa_handler = handler, .sa_flags = SA_RESTART};
    sigemptyset(&action.sa_mask);
    sigaction(signal_number, &action, NULL);
}

static const struct {
    int number;
    void (*handler)(int);
} guarded[] = {{SIGINT, SIG_IGN}, {SIGQUIT, SIG_IGN}, {SIGTERM, pass_on}, {SIGHUP, pass_on}};

enum { GUARDED = sizeof guarded / sizeof *guarded };

static struct sigaction unguarded[GUARDED];
static bool guarding;

/* A signal that was ignored (nohup, a background job) stays so. */
void preload_guard_signals(void)
{
    for (size_t i = 0; i < GUARDED; i++) {
        sigaction(guarded[i].number, NULL, &unguarded[i]);
        if (unguarded[i].sa_handler != SIG_IGN) {
            set_handler(guarded[i].number, guarded[i].handler);
        }
    }
    guarding = true;
}

static void set_environment(const struct preload *preload)
{
    const char *before = getenv("LD_PRELOAD");
    char *value;
    if (before && *before && *preload->library &&
        asprintf(&value, "%s:%s", preload->library, before) > 0) {
        setenv("LD_PRELOAD", value, 1);
    } else if (*preload->library) {
        setenv("LD_PRELOAD", preload->library, 1);
    }
    for (size_t i = 0; preload->settings && preload->settings[i]; i++) {
        putenv((char *)preload->settings[i]);
    }
}

static bool cannot_run(const char *name, int reason, struct problem *problem)
{
    return problem_set(problem, "cannot run '%s': %s", name, strerror(reason));
}

bool preload_become(const struct preload *preload, char *const argv[], struct problem *problem)
{
    set_environment(preload);
    execvp(argv[0], argv);
    return cannot_run(argv[0], errno, problem);
}

static _Noreturn void run_child(const struct preload *preload, char *const argv[], int failure)
{
    for (size_t i = 0; guarding && i < GUARDED; i++) {
        sigaction(guarded[i].number, &unguarded[i], NULL);
    }
    if (preload->before_exec) {
        preload->before_exec(preload->ctx);
    }
    struct problem unused;
    preload_become(preload, argv, &unused);
    int reason = errno;
    ssize_t told = write(failure, &reason, sizeof reason);
    _exit(told == (ssize_t)sizeof reason ? 127 : 126);
}

pid_t preload_start(const struct preload *preload, char *const argv[], struct problem *problem)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) {
        problem_set(problem, "cannot start %s: %s", argv[0], strerror(errno));
        return -1;
    }
    pid_t pid = fork();
    if (pid == 0) {
        run_child(preload, argv, ends[1]);
    }
    int reason = pid < 0 ? errno : 0;
    close(ends[1]);
    /* Nothing to read: exec closed the other end. */
    if (pid > 0 && read(ends[0], &reason, sizeof reason) == (ssize_t)sizeof reason) {
        waitpid(pid, NULL, 0);
    }
    close(ends[0]);
    if (reason) {
        cannot_run(argv[0], reason, problem);
        return -1;
    }
    program = pid;
    return pid;
}

int preload_exit_status(int status)
{
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
