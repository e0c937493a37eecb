/* definitions.h - which functions a C file defines, read from its text without a compiler.
 *
 * Comments, literals and preprocessor lines are passed over, so all branches of an #if count. A
 * function whose name comes out of a macro is not seen.
 */
#ifndef FITLAB_DEFINITIONS_H
#define FITLAB_DEFINITIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "workloads/problem.h"

struct definition {
    char name[64];
    bool returns_bool;
    bool takes_memory; /* its first parameter is a pointer, and there is another one */
};

struct definitions {
    struct definition *item;
    size_t n, room;
    bool calls_sbrk; /* somewhere in the file */
};

/* Reads a file of at most 16 MiB. False and a problem that names it if it cannot be read; nothing
 * is left to close then. */
bool definitions_read(const char *path, struct definitions *, struct problem *);

/* NULL if the file does not define it. */
const struct definition *definitions_find(const struct definitions *, const char *name);

void definitions_close(struct definitions *);

#endif
