#define _GNU_SOURCE /* madvise */
#include "region/zeroes.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>

enum { HUGE_PAGE = 2 << 20, LEAST_HUGE = 4 << 20 };

static size_t whole_huge(size_t bytes)
{
    return (bytes + HUGE_PAGE - 1) & ~((size_t)HUGE_PAGE - 1);
}

static void *map(size_t bytes)
{
    void *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
                   -1, 0);
    return p == MAP_FAILED ? NULL : p;
}

/* Starts and ends on a huge page, so that what is resident does not change once it is touched. */
static void *map_huge(size_t bytes)
{
    size_t whole = whole_huge(bytes);
    char *p = map(whole + HUGE_PAGE);
    if (!p) {
        return NULL;
    }
    size_t front = -(uintptr_t)p & (HUGE_PAGE - 1);
    if (front) {
        munmap(p, front);
    }
    munmap(p + front + whole, HUGE_PAGE - front);
    zeroes_widen_pages(p + front, whole);
    return p + front;
}

void *zeroes_map(size_t bytes, enum zeroes use)
{
    if (use == ZEROES_DENSE) {
        return bytes < LEAST_HUGE ? calloc(bytes ? bytes : 1, 1) : map_huge(bytes);
    }
    void *p = map(bytes ? bytes : 1);
    if (p) {
        madvise(p, bytes, MADV_NOHUGEPAGE);
    }
    return p;
}

void zeroes_unmap(void *p, size_t bytes, enum zeroes use)
{
    bool huge = bytes >= LEAST_HUGE;
    if (use == ZEROES_DENSE && !huge) {
        free(p);
    } else if (p) {
        munmap(p, use == ZEROES_DENSE ? whole_huge(bytes) : bytes ? bytes : 1);
    }
}

/* One call brings in all pages in a third of the time that a fault for each of them takes; kernels
 * before Linux 5.14 do not know it. */
void zeroes_bring(void *from, size_t bytes)
{
    enum { SMALLEST_PAGE = 4096 };
    uintptr_t first = (uintptr_t)from & ~(uintptr_t)(SMALLEST_PAGE - 1);
#ifdef MADV_POPULATE_WRITE
    if (madvise((void *)first, (uintptr_t)from + bytes - first, MADV_POPULATE_WRITE) == 0) {
        return;
    }
#endif
    for (uintptr_t at = (uintptr_t)from; at < (uintptr_t)from + bytes;
         at = (at & ~(uintptr_t)(SMALLEST_PAGE - 1)) + SMALLEST_PAGE) {
        volatile char *byte = (volatile char *)at;
        *byte = *byte;
    }
}

void zeroes_widen_pages(void *from, size_t bytes)
{
    madvise(from, bytes, MADV_HUGEPAGE);
}
