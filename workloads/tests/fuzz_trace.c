/* fuzz_trace.c - any bytes as a trace file: a problem or events, never a fault. */
#define _GNU_SOURCE /* memfd_create */
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "trace_reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static struct event events[EVENT_CHUNK];

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    struct problem problem = {""};
    char path[64];
    int fd = memfd_create("fuzz", 0);
    if (fd < 0 || write(fd, bytes, n) != (ssize_t)n) {
        abort();
    }
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    for (int torn = TORN_REFUSE; torn <= TORN_ACCEPT; torn++) {
        struct trace_reader *r = trace_open(path, (enum trace_torn)torn, &problem);
        struct trace_run run = {.events = events, .count = EVENT_CHUNK};
        while (r && trace_read(r, &run, &problem) && run.count > 0) {
            run.count = EVENT_CHUNK;
        }
        trace_close(r);
    }
    close(fd);
    return 0;
}
