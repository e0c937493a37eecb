/* A stand-in for umm_malloc: its memory is told by two variables, and it counts units of 8 bytes. */
#include "umm_malloc_cfgport.h"

#include "../core.h"

static struct core heap;

void umm_init_heap(void *ptr, size_t size)
{
    DBGLOG_DEBUG("init\n");
    core_init(&heap, (char *)ptr + 4, size - 4);
}

void umm_init(void)
{
    umm_init_heap(UMM_MALLOC_CFG_HEAP_ADDR, UMM_MALLOC_CFG_HEAP_SIZE);
}

void *umm_malloc(size_t size)
{
    return core_take(&heap, size);
}

void *umm_realloc(void *ptr, size_t size)
{
    return core_again(&heap, ptr, size);
}

void umm_free(void *ptr)
{
    core_give(ptr);
}
