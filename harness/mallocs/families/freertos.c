/* freertos.c - the heaps of FreeRTOS: heap_1, heap_2 and heap_4 over an array of the application,
 * heap_5 over regions of memory, of which it gets one. */
#include "heap_file.h"

#include "FreeRTOS.h"

size_t fitlab_heap_bytes;
uint8_t (*fitlab_heap_array)[(size_t)1 << 30];

FILE_ARENA_PARAMS;

static struct heap *freertos_open(const struct policy *policy, struct region *r, const long *arg)
{
    (void)arg;
    enum { LEAST = 128 };
    const struct region before = *r;
    file_start(policy, r);
    fitlab_heap_bytes = file_take_arena(r, (size_t)PTRDIFF_MAX);
    fitlab_heap_array = (uint8_t(*)[(size_t)1 << 30])(void *)r->base;
    if (fitlab_heap_bytes < LEAST) {
        return file_refuse(r, &before);
    }
#ifdef DEFINES_vPortDefineHeapRegions
    const HeapRegion_t regions[] = {{(uint8_t *)r->base, fitlab_heap_bytes}, {NULL, 0}};
    vPortDefineHeapRegions(regions);
#endif
    return &file_heap;
}

/* pvPortMalloc's answer to a request of 0 is NULL. */
static void *freertos_alloc(struct heap *h, size_t n)
{
    (void)h;
    return file_can_hold(n) ? pvPortMalloc(n ? n : 1) : NULL;
}

#ifdef HEAP_FILE_NEVER_FREES /* its vPortFree must not be called */
#define FREERTOS_TRAITS POLICY_NO_REUSE

static void freertos_free(struct heap *h, void *p)
{
    (void)h;
    (void)p;
}
#else
#define FREERTOS_TRAITS 0

static void freertos_free(struct heap *h, void *p)
{
    (void)h;
    vPortFree(p);
}
#endif

const struct policy fitlab_heap_file = {
    FILE_POLICY("a heap of FreeRTOS", FREERTOS_TRAITS),
    .params = file_params,
    .open = freertos_open,
    .alloc = freertos_alloc,
    .free = freertos_free,
    .realloc = file_realloc_by_copy,
};
