/* preload.h - running a program with a library of ours in front of the C library's malloc. */
#ifndef FITLAB_PRELOAD_H
#define FITLAB_PRELOAD_H

#include <limits.h>
#include <sys/types.h>

#include "workloads/problem.h"

/* Where the library called name is: beside a fitlab that was built here, or where
 * `cmake --install` put it. False and a problem that names the places if it is missing, or if
 * the dynamic linker could not be told its path (blanks and colons separate names there). */
bool preload_find(const char *name, char path[PATH_MAX], struct problem *);

/* Whether the program called name, looked for as the shell does, can be given a library at all:
 * a problem if it is not there or is linked statically. A script is as good as its interpreter. */
bool preload_check(const char *name, struct problem *);

struct preload {
    const char *library;            /* its path, or several with ':' between; "": none */
    const char *const *settings;    /* "NAME=value" for the program's environment; ends with NULL */
    void (*before_exec)(void *ctx); /* in the new process, or NULL */
    void *ctx;
};

/* Starts argv[0], looked for as the shell does, in front of whatever LD_PRELOAD there is.
 * Returns its pid, or -1 and a problem if it cannot be executed. */
pid_t preload_start(const struct preload *, char *const argv[], struct problem *);

/* Makes this process the program. Returns false and a problem if it cannot be executed. */
bool preload_become(const struct preload *, char *const argv[], struct problem *);

/* What `fitlab` exits with for a program that ended with this status of waitpid: its own exit
 * code, or 128 and the number of the signal that ended it. */
int preload_exit_status(int status);

/* Until this is undone, signals that are meant for the program do not end fitlab: those from the
 * keyboard, which the program gets as well, are ignored, and SIGTERM and SIGHUP are passed on to
 * the program. Call it before preload_start, which undoes it in the new process. */
void preload_guard_signals(void);

#endif
