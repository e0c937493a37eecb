/* mm.c - a malloc-lab solution with segregated storage: a list for each power of two, 16-byte
 * alignment, nothing ever coalesced. Written for a later edition: mm_init returns a bool, names
 * are those of libc unless the driver is compiled in. It brings no header of its own. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "memlib.h"
#include "mm.h"

#ifdef DRIVER
#define malloc  mm_malloc
#define free    mm_free
#define realloc mm_realloc
#define calloc  mm_calloc
#endif

struct cell {
    size_t class;
    struct cell *next; /* the payload, while it is used */
};

static struct cell *lists[48];

bool mm_init(void)
{
    memset(lists, 0, sizeof lists);
    return mem_sbrk(8) != (void *)-1; /* so that payloads are aligned to 16 */
}

static size_t class_of(size_t size)
{
    size_t class = 5;
    while (((size_t)1 << class) < size + 8) {
        class++;
    }
    return class;
}

static bool refill(size_t class)
{
    size_t bytes = (size_t)1 << class, count = bytes < 4096 ? 4096 / bytes : 1;
    char *from = mem_sbrk((intptr_t)(bytes * count));
    if (from == (void *)-1) {
        return false;
    }
    while (count-- > 0) {
        struct cell *cell = (struct cell *)(from + count * bytes);
        cell->class = class;
        cell->next = lists[class];
        lists[class] = cell;
    }
    return true;
}

void *malloc(size_t size)
{
    if (size == 0) {
        return NULL;
    }
    size_t class = class_of(size);
    if (!lists[class] && !refill(class)) {
        return NULL;
    }
    struct cell *cell = lists[class];
    lists[class] = cell->next;
    return &cell->next;
}

void free(void *p)
{
    if (p) {
        struct cell *cell = (struct cell *)((char *)p - 8);
        cell->next = lists[cell->class];
        lists[cell->class] = cell;
    }
}

void *realloc(void *p, size_t size)
{
    if (!p) {
        return malloc(size);
    }
    if (size == 0) {
        free(p);
        return NULL;
    }
    struct cell *cell = (struct cell *)((char *)p - 8);
    size_t have = ((size_t)1 << cell->class) - 8;
    if (size <= have) {
        return p;
    }
    void *q = malloc(size);
    if (q) {
        memcpy(q, p, have);
        free(p);
    }
    return q;
}
