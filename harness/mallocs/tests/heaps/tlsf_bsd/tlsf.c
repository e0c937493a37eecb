/* A stand-in for TLSF in its BSD form: its memory grows by tlsf_resize. */
#include "tlsf.h"

#include "../core.h"

void *tlsf_malloc(tlsf_t *t, size_t size)
{
    size_t more = (size + 31) & ~(size_t)15;
    char *base = tlsf_resize(t, t->size);
    struct core core = {base, base + t->size};
    void *p = t->size ? core_take(&core, size) : NULL;
    if (!p && (base = tlsf_resize(t, t->size + more))) {
        *(struct core_block *)(base + t->size) = (struct core_block){more, 0};
        t->size += more;
        core = (struct core){base, base + t->size};
        p = core_take(&core, size);
    }
    return p;
}

void *tlsf_realloc(tlsf_t *t, void *p, size_t n)
{
    void *q = tlsf_malloc(t, n);
    if (q && p) {
        size_t old = ((struct core_block *)p - 1)->bytes - sizeof(struct core_block);
        memcpy(q, p, old < n ? old : n);
        core_give(p);
    }
    return q;
}

void tlsf_free(tlsf_t *t, void *p)
{
    (void)t;
    core_give(p);
}
