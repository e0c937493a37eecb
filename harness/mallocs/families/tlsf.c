/* tlsf.c - TLSF as Conte wrote it: a pool of a given size, its control structure in front. The
 * header lies beside it. */
#include "heap_file.h"

#include "tlsf.h"

static tlsf_t instance;

FILE_ARENA_PARAMS;

static struct heap *tlsf_open(const struct policy *policy, struct region *r, const long *arg)
{
    (void)arg;
    const struct region before = *r;
    file_start(policy, r);
    size_t most = tlsf_size() + tlsf_pool_overhead() + tlsf_block_size_max();
    size_t bytes = file_take_arena(r, most & ~(size_t)7);
    size_t least = tlsf_size() + tlsf_pool_overhead() + tlsf_block_size_min();
    instance = bytes >= least ? tlsf_create_with_pool(r->base, bytes) : NULL;
    return instance ? &file_heap : file_refuse(r, &before);
}

static void *tlsf_alloc(struct heap *h, size_t n)
{
    (void)h;
    return file_can_hold(n) ? tlsf_malloc(instance, n ? n : 1) : NULL;
}

static void tlsf_give(struct heap *h, void *p)
{
    (void)h;
    tlsf_free(instance, p);
}

static void *tlsf_resize(struct heap *h, void *p, size_t n)
{
    (void)h;
    return file_can_hold(n) ? tlsf_realloc(instance, p, n ? n : 1) : NULL;
}

static void *tlsf_aligned(struct heap *h, size_t align, size_t n)
{
    (void)h;
    return file_can_hold(n) && file_can_hold(align) ? tlsf_memalign(instance, align, n ? n : 1)
                                                    : NULL;
}

static size_t tlsf_usable(const struct heap *h, const void *p)
{
    (void)h;
    return tlsf_block_size((void *)(uintptr_t)p); /* it does not write */
}

#ifdef DEFINES_tlsf_check
static const char *tlsf_sound(const struct heap *h)
{
    (void)h;
    return tlsf_check(instance) ? "its tlsf_check finds it inconsistent" : NULL;
}
#endif

const struct policy fitlab_heap_file = {
    /* Its ALIGN_SIZE is a pointer's width where that is 4 bytes. */
    FILE_POLICY("TLSF over a pool", sizeof(void *) == 4 ? POLICY_ALIGN_4 : 0),
    .params = file_params,
    .open = tlsf_open,
    .alloc = tlsf_alloc,
    .free = tlsf_give,
    .usable = tlsf_usable,
    .realloc = tlsf_resize,
    .memalign = tlsf_aligned,
#ifdef DEFINES_tlsf_check
    .check = tlsf_sound,
#endif
};
