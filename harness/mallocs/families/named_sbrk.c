/* named_sbrk.c - any file that defines NAME_malloc and NAME_free over sbrk; NAME is
 * HEAP_FILE_PREFIX. Its sbrk is the one below, which moves the break of the region. */
#include "named.h"

#include <errno.h>

static char *own_brk; /* in a fixed region the real one never moves */
static bool fixed;

void *fitlab_heap_file_sbrk(intptr_t n) __asm__("sbrk");

void *fitlab_heap_file_sbrk(intptr_t n)
{
    struct region *r = file_heap.region;
    char *old = own_brk;
    if (n > r->limit - old || n < r->base - old) {
        errno = ENOMEM;
        return (void *)-1;
    }
    own_brk += n;
    if (!fixed && n > 0) {
        region_extend(r, (size_t)n);
        file_heap.count.grows++;
    } else if (!fixed && n < 0) {
        region_trim(r, own_brk);
        file_heap.count.trims++;
    }
    return old;
}

static struct heap *named_open(const struct policy *policy, struct region *r, const long *arg)
{
    (void)arg;
    file_start(policy, r);
    fixed = r->brk == r->limit;
    own_brk = r->base;
#ifdef DEFINES_init
    void OWN(init)(void);
    OWN(init)();
#endif
    return &file_heap;
}

const struct policy fitlab_heap_file = {
    NAMED_POLICY("a heap over sbrk"),
};
