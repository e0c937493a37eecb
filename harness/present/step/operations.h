/* operations.h - operations on a heap as people write them, made into events.
 *
 *   p = alloc(10); q = calloc(4, 8); free(p); p = realloc(q, 40); r = aligned_alloc(64, 100)
 *   +10,-0,+20        as in OSTEP chapter 17: allocate 10, free the first block, allocate 20
 *
 * Operations are separated by ';', ',' or the end of a line; '#' starts a comment that ends with
 * the line. malloc means the same as alloc, memalign the same as aligned_alloc, and a type before a
 * name, as in C, is passed over. Sizes take K, M and G. A name holds at most one live block.
 */
#ifndef FITLAB_OPERATIONS_H
#define FITLAB_OPERATIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "workloads/event.h"
#include "workloads/problem.h"

enum { OPERATION_NAME = 32, OPERATION_TEXT = 96 };

struct operation {
    struct event event;
    char name[OPERATION_NAME]; /* of the block: what it is called after the operation */
    char text[OPERATION_TEXT]; /* the operation in one canonical form, such as "p = alloc(10)" */
};

struct operations {
    struct operation *list;
    size_t n, room;
    uint32_t slots;
};

/* False and a problem that names the operation and the remedy; nothing is then left to release. */
bool operations_parse(const char *text, struct operations *, struct problem *);

void operations_release(struct operations *);

#endif
