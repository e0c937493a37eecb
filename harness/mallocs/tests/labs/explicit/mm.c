/* mm.c - a malloc-lab solution with an explicit free list: LIFO, first fit, boundary tags of one
 * size_t, realloc that takes in the block after it. The headers of its lab lie beside it; its
 * mem_sbrk takes an int. */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "config.h"
#include "memlib.h"
#include "mm.h"

team_t team = {"explicit", "B Student", "b@example.org", "", ""};

typedef struct node {
    size_t tag; /* size | used */
    struct node *next, *prev;
} node;

static node *list;
static char *first;

#define TAG      sizeof(size_t)
#define SMALLEST (2 * TAG + 2 * sizeof(node *))
#define USED     ((size_t)1)

static size_t size_of(const void *b)
{
    return *(const size_t *)b & ~(size_t)7;
}

static int used(const void *b)
{
    return (int)(*(const size_t *)b & USED);
}

static void set(void *b, size_t size, size_t flag)
{
    *(size_t *)b = size | flag;
    *(size_t *)((char *)b + size - TAG) = size | flag;
}

static void push(node *b)
{
    b->prev = NULL;
    b->next = list;
    if (list) {
        list->prev = b;
    }
    list = b;
}

static void pull(node *b)
{
    if (b->prev) {
        b->prev->next = b->next;
    } else {
        list = b->next;
    }
    if (b->next) {
        b->next->prev = b->prev;
    }
}

static char *end(void)
{
    return (char *)mem_heap_hi() + 1 - TAG;
}

static node *join(char *b)
{
    size_t size = size_of(b);
    char *next = b + size;
    if (next < end() && !used(next)) {
        pull((node *)next);
        size += size_of(next);
    }
    if (b > first && !used(b - TAG)) {
        b -= size_of(b - TAG);
        pull((node *)b);
        size += size_of(b);
    }
    set(b, size, 0);
    push((node *)b);
    return (node *)b;
}

static node *more(size_t size)
{
    char *old = mem_sbrk((int)size);
    if (old == (char *)-1) {
        return NULL;
    }
    char *b = old - TAG;
    set(b, size, 0);
    *(size_t *)end() = USED; /* the end of all blocks */
    return join(b);
}

int mm_init(void)
{
    char *lo = mem_sbrk(2 * TAG);
    if (lo == (char *)-1) {
        return -1;
    }
    list = NULL;
    *(size_t *)lo = USED;
    first = lo + TAG;
    *(size_t *)first = USED;
    return 0;
}

static size_t wanted(size_t size)
{
    size_t n = (size + 2 * TAG + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
    return n < SMALLEST ? SMALLEST : n;
}

static void take(node *b, size_t n)
{
    size_t all = size_of(b);
    pull(b);
    if (all - n >= SMALLEST) {
        char *rest = (char *)b + n;
        set(rest, all - n, 0);
        push((node *)rest);
        all = n;
    }
    set(b, all, USED);
}

void *mm_malloc(size_t size)
{
    size_t n = wanted(size);
    node *b = list;
    while (b && size_of(b) < n) {
        b = b->next;
    }
    if (!b && !(b = more(n > 4096 ? n : 4096))) {
        return NULL;
    }
    take(b, n);
    return (char *)b + TAG;
}

void mm_free(void *p)
{
    char *b = (char *)p - TAG;
    set(b, size_of(b), 0);
    join(b);
}

void *mm_realloc(void *p, size_t size)
{
    if (!p) {
        return mm_malloc(size);
    }
    char *b = (char *)p - TAG, *next = b + size_of(b);
    size_t n = wanted(size), have = size_of(b);
    if (n <= have) {
        return p;
    }
    if (next < end() && !used(next) && have + size_of(next) >= n) {
        size_t all = have + size_of(next);
        pull((node *)next);
        set(b, all, USED);
        return p;
    }
    void *q = mm_malloc(size);
    if (q) {
        memcpy(q, p, have - 2 * TAG);
        mm_free(p);
    }
    return q;
}
