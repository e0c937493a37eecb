#define _GNU_SOURCE
#include "present/step/crash.h"

#include <inttypes.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const int signals[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};
static char where[768]; /* "": the policy is not running */
static bool installed;
void (*crash_cleanup)(void);

static void say(const char *text)
{
    ssize_t written = write(STDERR_FILENO, text, strlen(text));
    (void)written;
}

static void on_signal(int number)
{
    if (!where[0]) {
        signal(number, SIG_DFL);
        raise(number);
        return;
    }
    if (crash_cleanup) {
        crash_cleanup();
    }
    say(where);
    say(number == SIGSEGV   ? "SIGSEGV: it used memory that is not its own\n"
        : number == SIGBUS  ? "SIGBUS: it used memory that is not its own\n"
        : number == SIGABRT ? "SIGABRT: an assertion of its own failed\n"
        : number == SIGFPE  ? "SIGFPE: it divided by zero\n"
                            : "SIGILL: it executed an invalid instruction\n");
    _exit(1);
}

static void install(void)
{
    static char stack[65536];
    const stack_t alternative = {.ss_sp = stack, .ss_size = sizeof stack};
    sigaltstack(&alternative, NULL);
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_ONSTACK};
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) {
        sigaction(signals[i], &action, NULL);
    }
    installed = true;
}

void crash_watch(const char *policy, uint64_t step, const char *operation)
{
    if (!policy) {
        where[0] = '\0';
        return;
    }
    if (!installed) {
        install();
    }
    snprintf(where, sizeof where, "fitlab: %s crashed in step %" PRIu64 ", %s, with ", policy, step,
             operation);
}
