/* A heap of no known family over memory that it is given. */
#include "core.h"

static struct core kiln;

void kiln_init(void *memory, size_t bytes)
{
    core_init(&kiln, memory, bytes);
}

void *kiln_malloc(size_t n)
{
    return core_take(&kiln, n);
}

void kiln_free(void *p)
{
    core_give(p);
}
