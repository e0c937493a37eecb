/* heap_source.h - a heap that comes as a C file, unmodified: compiled with the adapter of its family
 * (families.h) into a plug-in. */
#ifndef FITLAB_HEAP_SOURCE_H
#define FITLAB_HEAP_SOURCE_H

#include "mallocs/library.h"

enum source_outcome {
    SOURCE_BUILT,
    SOURCE_REFUSED, /* it cannot be read, or is of no family */
    SOURCE_BROKEN   /* the compiler refuses it, or there is none */
};

struct source_plugin {
    struct library library;
    char note[160]; /* where it converts between pointers and narrower integers: "mm.c:52: a pointer
                       is cast to a narrower integer"; empty: nowhere */
    bool lab;       /* it is a malloc-lab solution */
};

/* Compiles the file for 32 or 64 bits, once for each content of it, of the adapter and of the headers beside it: what
 * was built is kept in the user's cache. A problem that names the file unless it was built. */
enum source_outcome source_build(const char *path, int bits, struct source_plugin *,
                                 struct problem *);

#endif
