/* o1heap.c - o1heap, whose header lies beside it. */
#include "heap_file.h"

#include "o1heap.h"

static O1HeapInstance *instance;

FILE_ARENA_PARAMS;

static struct heap *o1heap_open(const struct policy *policy, struct region *r, const long *arg)
{
    (void)arg;
    const struct region before = *r;
    file_start(policy, r);
    instance = o1heapInit(r->base, file_take_arena(r, (size_t)PTRDIFF_MAX));
    return instance ? &file_heap : file_refuse(r, &before);
}

/* Its answer to a request of 0 is NULL. */
static void *o1heap_alloc(struct heap *h, size_t n)
{
    (void)h;
    return file_can_hold(n) ? o1heapAllocate(instance, n ? n : 1) : NULL;
}

static void o1heap_free(struct heap *h, void *p)
{
    (void)h;
    o1heapFree(instance, p);
}

#ifdef DEFINES_o1heapDoInvariantsHold
static const char *o1heap_check(const struct heap *h)
{
    (void)h;
    return o1heapDoInvariantsHold(instance) ? NULL : "o1heap's own invariants do not hold";
}
#endif

const struct policy fitlab_heap_file = {
    FILE_POLICY("o1heap", POLICY_COARSE),
    .params = file_params,
    .open = o1heap_open,
    .alloc = o1heap_alloc,
    .free = o1heap_free,
    .realloc = file_realloc_by_copy,
#ifdef DEFINES_o1heapDoInvariantsHold
    .check = o1heap_check,
#endif
};
