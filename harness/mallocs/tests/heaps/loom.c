/* A heap of no known family over sbrk. */
#include <unistd.h>

#include "core.h"

static struct core loom;

void *loom_malloc(size_t n)
{
    void *p = loom.base ? core_take(&loom, n) : NULL;
    if (!p) {
        size_t more = (n + 31) & ~(size_t)15;
        struct core_block *b = sbrk((intptr_t)more);
        if (b == (void *)-1) {
            return NULL;
        }
        *b = (struct core_block){more, 0};
        loom.base = loom.base ? loom.base : (char *)b;
        loom.end = (char *)b + more;
        p = core_take(&loom, n);
    }
    return p;
}

void loom_free(void *p)
{
    core_give(p);
}

void *loom_realloc(void *p, size_t n)
{
    void *q = loom_malloc(n);
    if (q && p) {
        size_t old = ((struct core_block *)p - 1)->bytes - sizeof(struct core_block);
        memcpy(q, p, old < n ? old : n);
        core_give(p);
    }
    return q;
}
