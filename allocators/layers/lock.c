/* SPDX-License-Identifier: MIT */
/* lock.c - a lock around the heap below: one thread at a time is inside it.
 *
 * Where it stands says what it guards: "lock+best-fit" is one lock for all, "arenas+lock+best-fit"
 * one for each arena. Who holds the lock is not recorded, so a thread must not ask a heap for
 * memory while it is inside the same heap. Looking at a heap (walk, check, spare, explain) takes no
 * lock: it is for moments at which no other thread acts. */
#include "layers/over.h"
#include "layers/spin.h"

struct locked {
    struct over over;
    struct spin spin;
};

static const char *const kinds[] = {"none", "spin", NULL};

static const struct param params[] = {
    {.name = "kind",
     .help = "how a thread waits for another; none: no lock",
     .init = 1,
     .choices = kinds},
    PARAM_END,
};

static struct heap *open_lock(const struct policy *policy, struct region *r, const long *arg)
{
    if (arg[0] == 0) {
        return stack_open_below(stack_of(policy), r, arg);
    }
    struct over *o = over_open(policy, r, arg, sizeof(struct locked));
    return o ? &o->heap : NULL;
}

static struct locked *enter(struct heap *h)
{
    struct locked *l = (struct locked *)h;
    spin_take(&l->spin, h->region);
    return l;
}

static void leave(struct locked *l)
{
    spin_leave(&l->spin);
}

static void *alloc_locked(struct heap *h, size_t n)
{
    struct locked *l = enter(h);
    void *p = heap_alloc(l->over.below, n);
    leave(l);
    return p;
}

static void free_locked(struct heap *h, void *p)
{
    struct locked *l = enter(h);
    heap_free(l->over.below, p);
    leave(l);
}

/* A block's size may share a word with a mark about its neighbour, which another thread may be
 * about to change. */
static size_t usable_locked(const struct heap *h, const void *p)
{
    struct locked *l = enter((struct heap *)(uintptr_t)h);
    size_t bytes = heap_usable(l->over.below, p);
    leave(l);
    return bytes;
}

static void *realloc_locked(struct heap *h, void *p, size_t n)
{
    struct locked *l = enter(h);
    void *q = heap_realloc(l->over.below, p, n);
    leave(l);
    return q;
}

static void *memalign_locked(struct heap *h, size_t align, size_t n)
{
    struct locked *l = enter(h);
    void *p = heap_memalign(l->over.below, align, n);
    leave(l);
    return p;
}

static const char *check_locked(const struct heap *h)
{
    const char *broken = over_check(h);
    const struct locked *l = (const struct locked *)h;
    return !broken && atomic_load(&l->spin.taken) ? "the lock is held, and nobody is inside"
                                                  : broken;
}

static unsigned threads(const long *arg, unsigned below)
{
    return arg[0] == 0 ? below : LAYER_ANY_THREADS;
}

const struct layer lock = {
    .policy = {.abi = FITLAB_POLICY_ABI,
               .traits = POLICY_LAYER,
               .name = "lock",
               .summary = "a lock around the heap below",
               .params = params,
               .open = open_lock,
               .alloc = alloc_locked,
               .free = free_locked,
               .usable = usable_locked,
               .walk = over_walk_own,
               .realloc = realloc_locked,
               .memalign = memalign_locked,
               .check = check_locked,
               .spare = over_spare,
               .explain = over_explain_own,
               .inner = over_inner},
    .threads = threads,
};
