#define _GNU_SOURCE
#include "cli/interrupted.h"

#include <signal.h>
#include <stddef.h>

#include "workloads/trace/trace_writer.h"

static void on_signal(int number)
{
    trace_remove_unfinished();
    signal(number, SIG_DFL);
    raise(number); /* it comes when the handler has returned */
}

void interrupted_removes_unfinished(void)
{
    static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        struct sigaction old, ours = {.sa_handler = on_signal};
        if (sigaction(numbers[i], NULL, &old) == 0 && old.sa_handler == SIG_DFL) {
            sigaction(numbers[i], &ours, NULL);
        }
    }
}
