#include "conformance/span_list.h"

#include <stdlib.h>

static bool add(const struct span *span, void *ctx)
{
    struct span_list *l = ctx;
    if (l->n == l->room) {
        l->room = l->room ? 2 * l->room : 256;
        l->span = realloc(l->span, l->room * sizeof *l->span);
        if (!l->span) {
            abort();
        }
    }
    l->span[l->n++] = *span;
    return true;
}

void span_list_take(struct span_list *l, const struct heap *heap)
{
    l->n = 0;
    heap->policy->walk(heap, add, l);
}

static int holds(const void *key, const void *member)
{
    const char *addr = key;
    const struct span *s = member;
    return addr < s->addr ? -1 : addr >= s->addr + s->bytes;
}

const struct span *span_list_find(const struct span_list *l, const void *addr)
{
    return addr && l->n ? bsearch(addr, l->span, l->n, sizeof *l->span, holds) : NULL;
}

void span_list_close(struct span_list *l)
{
    free(l->span);
    *l = (struct span_list){0};
}
