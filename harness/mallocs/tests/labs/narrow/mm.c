/* mm.c - a solution that is right as a 32-bit program only: it keeps pointers in unsigned ints. */
#include "mm.h"

#include <string.h>

#include "memlib.h"

#define PUT(p, value) (*(unsigned int *)(p) = (unsigned int)(value))
#define GET(p)        (*(unsigned int *)(p))

static char *freed;

int mm_init(void)
{
    freed = mem_sbrk(16);
    PUT(freed, freed); /* a ring of one */
    return GET(GET(freed)) == GET(freed) ? 0 : -1;
}

void *mm_malloc(size_t size)
{
    char *p = mem_sbrk((int)((size + 23) & ~(size_t)15));
    return p == (void *)-1 ? NULL : p + 8;
}

void mm_free(void *p)
{
    PUT(p, GET(freed));
    PUT(freed, p);
}

void *mm_realloc(void *p, size_t size)
{
    void *q = mm_malloc(size);
    return q ? memmove(q, p, size) : NULL;
}
