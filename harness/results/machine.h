/* machine.h - facts about the measuring machine. An empty string is an unknown fact. */
#ifndef FITLAB_MACHINE_H
#define FITLAB_MACHINE_H

#include <stdint.h>

struct machine {
    char host[65], cpu[128], kernel[128], governor[32], huge_pages[64], virtualised[16];
    uint64_t cores, memory_bytes;
};

void machine_describe(struct machine *);

#endif
