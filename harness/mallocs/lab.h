/* lab.h - solutions of the CS:APP malloc lab: a C file with mm_init, mm_malloc, mm_free and
 * mm_realloc over mem_sbrk. */
#ifndef FITLAB_LAB_H
#define FITLAB_LAB_H

#include "mallocs/library.h"

/* Compiles a solution with the memory system of malloclab/ into a plug-in, once for each content:
 * it is kept in the user's cache. What the compiler objects to is the problem. */
bool lab_build(const char *path, struct library *, struct problem *);

#endif
