/* core.h - the heap inside all stand-ins of this folder: blocks one after the other, each with a head
 * of 16 bytes; the first free one that is large enough is taken, free neighbours join while it is
 * searched for. */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct core_block {
    size_t bytes, used; /* the head included */
};

struct core {
    char *base, *end;
};

static inline void core_init(struct core *c, void *memory, size_t bytes)
{
    c->base = memory;
    c->end = c->base + bytes / 16 * 16;
    *(struct core_block *)memory = (struct core_block){(size_t)(c->end - c->base), 0};
}

static inline struct core_block *core_after(struct core_block *b)
{
    return (struct core_block *)((char *)b + b->bytes);
}

static inline void *core_take(struct core *c, size_t n)
{
    size_t bytes = (n + 16 + 15) & ~(size_t)15;
    for (struct core_block *b = (struct core_block *)c->base; (char *)b < c->end; b = core_after(b)) {
        while (!b->used && (char *)core_after(b) < c->end && !core_after(b)->used) {
            b->bytes += core_after(b)->bytes;
        }
        if (b->used || b->bytes < bytes) {
            continue;
        }
        if (b->bytes > bytes) {
            *(struct core_block *)((char *)b + bytes) = (struct core_block){b->bytes - bytes, 0};
            b->bytes = bytes;
        }
        b->used = 1;
        return b + 1;
    }
    return NULL;
}

static inline void *core_take_aligned(struct core *c, size_t align, size_t n)
{
    char *p = core_take(c, n + align);
    char *aligned = (char *)(((uintptr_t)p + align - 1) & ~(uintptr_t)(align - 1));
    if (p && aligned > p) {
        struct core_block *front = (struct core_block *)p - 1;
        struct core_block *rest = (struct core_block *)aligned - 1;
        size_t lead = (size_t)(aligned - p);
        *rest = (struct core_block){front->bytes - lead, 1};
        *front = (struct core_block){lead, 0};
    }
    return p ? aligned : NULL;
}

static inline void core_give(void *p)
{
    if (p) {
        ((struct core_block *)p - 1)->used = 0;
    }
}

static inline void *core_again(struct core *c, void *p, size_t n)
{
    void *q = core_take(c, n);
    if (q && p) {
        size_t old = ((struct core_block *)p - 1)->bytes - 16;
        memcpy(q, p, old < n ? old : n);
        core_give(p);
    }
    return q;
}
