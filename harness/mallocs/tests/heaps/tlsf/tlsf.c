/* A stand-in for TLSF in Conte's form. */
#include "tlsf.h"

#include "../core.h"

tlsf_t tlsf_create_with_pool(void *mem, size_t bytes)
{
    struct core *core = mem;
    core_init(core, core + 1, bytes - sizeof *core);
    return core;
}

void *tlsf_malloc(tlsf_t tlsf, size_t bytes)
{
    return core_take(tlsf, bytes);
}

void *tlsf_memalign(tlsf_t tlsf, size_t align, size_t bytes)
{
    return core_take_aligned(tlsf, align, bytes);
}

void *tlsf_realloc(tlsf_t tlsf, void *ptr, size_t size)
{
    return core_again(tlsf, ptr, size);
}

void tlsf_free(tlsf_t tlsf, void *ptr)
{
    (void)tlsf;
    core_give(ptr);
}

size_t tlsf_block_size(void *ptr)
{
    return ((struct core_block *)ptr - 1)->bytes - sizeof(struct core_block);
}

size_t tlsf_size(void)
{
    return sizeof(struct core);
}

size_t tlsf_block_size_min(void)
{
    return 16;
}

size_t tlsf_block_size_max(void)
{
    return SIZE_MAX / 4;
}

size_t tlsf_pool_overhead(void)
{
    return sizeof(struct core_block);
}
