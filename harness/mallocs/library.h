/* library.h - what a shared library has to offer, read from its symbol table without running a
 * line of it. */
#ifndef FITLAB_LIBRARY_H
#define FITLAB_LIBRARY_H

#include "workloads/problem.h"

enum library_kind {
    LIBRARY_POLICY, /* defines a struct policy under the name of its file */
    LIBRARY_MALLOC  /* defines malloc and free */
};

struct library {
    enum library_kind kind;
    char path[4096];                /* absolute */
    char symbol[128];               /* LIBRARY_POLICY: the file's stem */
    bool realloc, usable, memalign; /* LIBRARY_MALLOC: realloc, malloc_usable_size and
                                       posix_memalign are there as well */
};

/* A problem if there is no such file, or it is no shared library of either kind. */
bool library_open(const char *path, struct library *, struct problem *);

#endif
