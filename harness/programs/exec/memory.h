/* memory.h - inside a program that runs on a policy: its one heap, and the lock around it. */
#ifndef FITLAB_EXEC_MEMORY_H
#define FITLAB_EXEC_MEMORY_H

#include <stdbool.h>

#include "allocators/heap.h"

struct memory_use {
    struct heap *heap;
    bool locked;
};

/* Takes the heap for the caller alone; the first call opens it. Ends the process with a clear
 * line if there is no heap to be had. */
struct memory_use memory_enter(void);
void memory_leave(struct memory_use);

/* Whether a block is the heap's: the dynamic linker has some from before. */
bool memory_owns(const void *block);

#endif
