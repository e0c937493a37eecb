/* SPDX-License-Identifier: MIT */
/* fuzz_index.c - looks for operations after which two indexes of a fit differ. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "twins.h"

static const char *const pairs[][2] = {
    {"first-fit", "first-fit:index=tree"},
    {"first-fit:order=lifo", "first-fit:order=lifo,index=tree"},
    {"best-fit", "best-fit:index=exact"},
    {"best-fit:order=fifo", "best-fit:order=fifo,index=exact,bins=16"},
    {"best-fit:order=size", "best-fit:order=size,index=exact"},
    {"best-fit:order=size", "best-fit:order=size,index=tree"},
    {"best-fit", "slim-fit:header=tag8"},
    {"best-fit:grow=step", "slim-fit:header=tag8,grow=step"},
    {"worst-fit:order=size", "worst-fit:order=size,index=tree"},
    {"next-fit", "next-fit:index=tree"},
    {"next-fit:order=fifo", "next-fit:order=fifo,index=tree"},
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char message[256];
    if (size > 0) {
        const char *const *pair = pairs[data[0] % (sizeof pairs / sizeof *pairs)];
        if (!twins_agree(pair[0], pair[1], 0, data + 1, size - 1, message)) {
            fprintf(stderr, "%s\n", message);
            abort();
        }
    }
    return 0;
}
