/* mm.h - what a CS:APP malloc-lab solution defines. Used where it brings no mm.h of its own. */
#ifndef FITLAB_MALLOCLAB_MM_H
#define FITLAB_MALLOCLAB_MM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#ifdef MALLOCLAB_BOOL /* later editions of the lab: true is success */
bool mm_init();
bool mm_checkheap(int line);
#else /* 0 is success */
int mm_init(); /* editions differ in its parameters */
#endif
void *mm_malloc(size_t size);
void mm_free(void *ptr);
void *mm_realloc(void *ptr, size_t size);
void *mm_calloc(size_t count, size_t size);

typedef struct { /* the lab's own type: solutions define `team` with it */
    char *teamname;
    char *name1, *id1;
    char *name2, *id2;
} team_t;

extern team_t team;

#endif
