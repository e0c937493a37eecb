/* umm_malloc.c - umm_malloc, whose headers lie beside it.
 *
 * Its blocks have a head of 4 bytes and lie at multiples of 8 from the start of its memory, which
 * is 4 bytes into the region: so payloads are aligned to 8. Its numbers of blocks have 15 bits, so
 * of a region above 256 KiB the rest is not used.
 */
#include "heap_file.h"

void *UMM_MALLOC_CFG_HEAP_ADDR;
uint32_t UMM_MALLOC_CFG_HEAP_SIZE;

void umm_init(void);
#ifdef DEFINES_umm_init_heap
void umm_init_heap(void *memory, size_t bytes);
#endif
void *umm_malloc(size_t n);
void *umm_realloc(void *p, size_t n);
void umm_free(void *p);

FILE_ARENA_PARAMS;

static struct heap *umm_open(const struct policy *policy, struct region *r, const long *arg)
{
    (void)arg;
    enum { HEAD = 4, BLOCK = 8, LEAST = 64, MOST_BLOCKS = 32767 };
    const struct region before = *r;
    file_start(policy, r);
    size_t bytes = file_take_arena(r, HEAD + (size_t)MOST_BLOCKS * BLOCK);
    if (bytes < LEAST) {
        return file_refuse(r, &before);
    }
    UMM_MALLOC_CFG_HEAP_ADDR = r->base + HEAD;
    UMM_MALLOC_CFG_HEAP_SIZE = (uint32_t)(bytes - HEAD);
#ifdef DEFINES_umm_init_heap
    umm_init_heap(UMM_MALLOC_CFG_HEAP_ADDR, UMM_MALLOC_CFG_HEAP_SIZE);
#else
    umm_init();
#endif
    return &file_heap;
}

/* It counts blocks in 16 bits, and does not look whether a request has more. */
static bool countable(size_t n)
{
    return n <= 8 * (size_t)32000 && file_can_hold(n);
}

static void *umm_alloc(struct heap *h, size_t n)
{
    (void)h;
    return countable(n) ? umm_malloc(n ? n : 1) : NULL;
}

static void umm_give(struct heap *h, void *p)
{
    (void)h;
    umm_free(p);
}

static void *umm_again(struct heap *h, void *p, size_t n)
{
    (void)h;
    return countable(n) ? umm_realloc(p, n ? n : 1) : NULL;
}

const struct policy fitlab_heap_file = {
    FILE_POLICY("umm_malloc", POLICY_COARSE),
    .params = file_params,
    .open = umm_open,
    .alloc = umm_alloc,
    .free = umm_give,
    .realloc = umm_again,
};
