/* session.h - recording a command from its start to its traces. */
#ifndef FITLAB_SESSION_H
#define FITLAB_SESSION_H

#include "programs/record/channel.h"
#include "workloads/problem.h"

struct session_options {
    const char *output; /* path of the trace; with CHANNEL_CHILDREN, the pattern of all */
    uint32_t flags;     /* enum channel_flags */
    int level;          /* of compression, 1..19; 0: the default */
    bool quiet;         /* no message on standard error about what was recorded */
    char *const *command;
};

/* Runs the command and writes its trace, or one a process. Returns true and the status that
 * the command ended with (as of waitpid), or false and a problem; a command that was started
 * has then been let run to its end all the same. */
bool session_run(const struct session_options *, int *status, struct problem *);

#endif
