/* named_arena.c - any file that defines NAME_init(void *memory, size_t bytes), NAME_malloc and
 * NAME_free; NAME is HEAP_FILE_PREFIX. */
#include "named.h"

void OWN(init)(void *memory, size_t bytes);

FILE_ARENA_PARAMS;

static struct heap *named_open(const struct policy *policy, struct region *r, const long *arg)
{
    (void)arg;
    enum { LEAST = 256 };
    const struct region before = *r;
    file_start(policy, r);
    size_t bytes = file_take_arena(r, (size_t)PTRDIFF_MAX);
    if (bytes < LEAST) {
        return file_refuse(r, &before);
    }
    OWN(init)(r->base, bytes);
    return &file_heap;
}

const struct policy fitlab_heap_file = {
    NAMED_POLICY("a heap over a given memory"),
    .params = file_params,
};
