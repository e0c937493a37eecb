/* malloc_process.h - the process that a foreign malloc needs: a new program, with its library
 * preloaded or with room for the library to be loaded. */
#ifndef FITLAB_MALLOC_PROCESS_H
#define FITLAB_MALLOC_PROCESS_H

#include "allocators/policy.h"
#include "workloads/problem.h"

/* Whether the policy must run in a program started for it, not in a fork of this one. */
bool malloc_process_needed(const struct policy *);

/* Sets the environment that such a program must be started with: a library that is timed is
 * preloaded, as it would be under any program; else it is loaded beside the program's own malloc,
 * which then takes no part in what is measured. arg: of the policy. Only in a process that is about to exec. */
void malloc_process_prepare(const struct policy *, const long *arg, bool timed);

/* In the program that was started: removes the changes of the environment again, so that its
 * children do not inherit them, and checks that they worked. False and a problem if the policy
 * cannot run here because a library is not installed or was not preloaded. */
bool malloc_process_ready(const struct policy *, bool timed, struct problem *);

/* Resident bytes that the library took when malloc_process_ready loaded it; 0: it did not. */
size_t malloc_process_load_bytes(void);

#endif
