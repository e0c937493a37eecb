/* mm.c - a solution of the 64-bit edition: its functions have the names of libc's but under the
 * driver, and mm_init says true for success. One list of freed blocks, exact sizes, no splitting. */
#include "mm.h"

#include <string.h>

#include "memlib.h"

#ifdef DRIVER
#define malloc mm_malloc
#define free   mm_free
#define realloc mm_realloc
#endif

typedef uint64_t word_t;

typedef struct block {
    word_t size;
    struct block *next;
} block_t;

static block_t *freed;

static void *payload(block_t *b)
{
    return (char *)b + 16;
}

static block_t *block_of(void *p)
{
    return (block_t *)((char *)p - 16);
}

bool mm_init(void)
{
    freed = NULL;
    return mem_sbrk(16) != (void *)-1 && mem_heapsize() == 16;
}

void *malloc(size_t size)
{
    size = (size + 15) & ~(size_t)15;
    for (block_t **at = &freed; *at; at = &(*at)->next) {
        if ((*at)->size >= size && (*at)->size < size + size / 2 + 64) {
            block_t *b = *at;
            *at = b->next;
            return payload(b);
        }
    }
    block_t *b = mem_sbrk((intptr_t)size + 16);
    if (b == (void *)-1) {
        return NULL;
    }
    mem_write(&b->size, size, 8);
    return payload(b);
}

void free(void *p)
{
    if (p) {
        block_of(p)->next = freed;
        freed = block_of(p);
    }
}

void *realloc(void *p, size_t size)
{
    void *q = malloc(size);
    if (q && p) {
        size_t old = (size_t)mem_read(&block_of(p)->size, 8);
        mem_memcpy(q, p, old < size ? old : size);
        free(p);
    }
    return q;
}
