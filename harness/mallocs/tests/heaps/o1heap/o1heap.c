/* A stand-in for o1heap. */
#include "o1heap.h"

#include "../core.h"

struct O1HeapInstance {
    struct core core;
};

O1HeapInstance *o1heapInit(void *const base, const size_t size)
{
    O1HeapInstance *const out = base;
    if (size < 1024) {
        return NULL;
    }
    core_init(&out->core, out + 1, size - sizeof *out);
    return out;
}

void *o1heapAllocate(O1HeapInstance *const handle, const size_t amount)
{
    return amount ? core_take(&handle->core, amount) : NULL;
}

void o1heapFree(O1HeapInstance *const handle, void *const pointer)
{
    (void)handle;
    core_give(pointer);
}

bool o1heapDoInvariantsHold(const O1HeapInstance *const handle)
{
    return handle->core.base == (const char *)(handle + 1);
}
