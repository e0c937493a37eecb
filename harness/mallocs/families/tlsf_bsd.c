/* tlsf_bsd.c - TLSF in its BSD form: it asks for its memory by tlsf_resize, a function of the
 * application's, and gives it back; so the break moves. The header lies beside it. */
#include "heap_file.h"

#include "tlsf.h"

static tlsf_t *instance; /* at the base of the region */
static char *pool;
static bool fixed;

/* The pool is to have so many bytes: its address, or NULL if there are not so many. */
void *tlsf_resize(tlsf_t *t, size_t bytes)
{
    struct region *r = file_heap.region;
    if (t != instance || bytes > (size_t)(r->limit - pool)) {
        return NULL;
    }
    char *end = pool + bytes;
    if (!fixed && end > r->brk) {
        region_extend(r, (size_t)(end - r->brk));
        file_heap.count.grows++;
    } else if (!fixed && end < r->brk) {
        region_trim(r, end);
        file_heap.count.trims++;
    }
    return pool;
}

static struct heap *tlsf_open(const struct policy *policy, struct region *r, const long *arg)
{
    (void)arg;
    size_t control = (sizeof *instance + FITLAB_ALIGN - 1) & ~(FITLAB_ALIGN - 1);
    file_start(policy, r);
    fixed = r->brk == r->limit;
    if ((size_t)(r->limit - r->base) < control) {
        return NULL;
    }
    if (!fixed) {
        region_extend(r, control);
    }
    instance = (tlsf_t *)(void *)r->base;
    pool = r->base + control;
    *instance = TLSF_INIT;
    return &file_heap;
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

static void *tlsf_again(struct heap *h, void *p, size_t n)
{
    (void)h;
    return file_can_hold(n) ? tlsf_realloc(instance, p, n ? n : 1) : NULL;
}

#ifdef DEFINES_tlsf_aalloc
static void *tlsf_aligned(struct heap *h, size_t align, size_t n)
{
    (void)h;
    size_t multiple = ((n ? n : 1) + align - 1) & ~(align - 1); /* as aligned_alloc wants it */
    return file_can_hold(n) && file_can_hold(align) ? tlsf_aalloc(instance, align, multiple) : NULL;
}
#endif

const struct policy fitlab_heap_file = {
    FILE_POLICY("TLSF over a pool that it resizes", 0),
    .open = tlsf_open,
    .alloc = tlsf_alloc,
    .free = tlsf_give,
    .realloc = tlsf_again,
#ifdef DEFINES_tlsf_aalloc
    .memalign = tlsf_aligned,
#endif
};
