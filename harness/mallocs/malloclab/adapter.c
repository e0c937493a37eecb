/* adapter.c - makes a policy of a CS:APP malloc-lab solution: the lab's memory system on one
 * side, struct policy on the other. Compiled together with the solution, into a plug-in.
 *
 * memlib.h and mm.h are the solution's own where it has them: editions of the lab differ in
 * the types of mem_sbrk and mm_init, and the code below goes by what they declare.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "memlib.h"
#include "mm.h"
#include "policy.h"

static struct heap heap; /* the solution's state is static as well */
static char *lab_brk;    /* the lab's break: in a fixed region the real one never moves */
static bool fixed;

/* ---- the memory system ---- */

/* Takes what either edition passes: an int, of which only half a register is meaningful, or
 * an intptr_t. */
void *lab_sbrk(intptr_t incr) __asm__("mem_sbrk");

void *lab_sbrk(intptr_t incr)
{
    bool takes_int = _Generic(mem_sbrk, void *(*)(int) : true, default : false);
    intptr_t n = takes_int ? (intptr_t)(int)incr : incr;
    struct region *r = heap.region;
    char *old = lab_brk;
    if (n < 0 || n > r->limit - old || (!fixed && !region_extend(r, (size_t)n))) {
        errno = ENOMEM;
        return (void *)-1;
    }
    if (!fixed && n) {
        heap.count.grows++;
    }
    lab_brk += n;
    return old;
}

void mem_init(void)
{
}

void mem_deinit(void)
{
}

void mem_reset_brk(void)
{
    lab_brk = heap.region->base;
    if (!fixed) {
        region_trim(heap.region, lab_brk);
    }
}

void *mem_heap_lo(void)
{
    return heap.region->base;
}

void *mem_heap_hi(void)
{
    return lab_brk - 1;
}

size_t mem_heapsize(void)
{
    return (size_t)(lab_brk - heap.region->base);
}

size_t mem_pagesize(void)
{
    return (size_t)getpagesize();
}

void *mem_memset(void *dst, int c, size_t n)
{
    return memset(dst, c, n);
}

void *mem_memcpy(void *dst, const void *src, size_t n)
{
    return memcpy(dst, src, n);
}

/* ---- the policy ---- */

static struct heap *lab_open(const struct policy *policy, struct region *r, const long *arg)
{
    (void)arg;
    heap = (struct heap){.policy = policy, .region = r};
    fixed = r->brk == r->limit;
    lab_brk = r->base;
    bool true_is_success = _Generic(mm_init, bool (*)(void) : true, default : false);
    int result = mm_init();
    if (true_is_success ? result : result == 0) {
        return &heap;
    }
    mem_reset_brk();
    return NULL;
}

/* Solutions round a request up before they look at it: one that could wrap around never
 * reaches them. The lab's own answer to a request of 0 is NULL, so 1 is asked for. */
static bool sane(size_t n)
{
    return n <= (size_t)(heap.region->limit - heap.region->base);
}

static void *lab_alloc(struct heap *h, size_t n)
{
    (void)h;
    return sane(n) ? mm_malloc(n ? n : 1) : NULL;
}

static void lab_free(struct heap *h, void *p)
{
    (void)h;
    mm_free(p);
}

static void *lab_realloc(struct heap *h, void *p, size_t n)
{
    (void)h;
    return sane(n) ? mm_realloc(p, n ? n : 1) : NULL;
}

const struct policy malloclab = {
    .abi = FITLAB_POLICY_ABI,
    .traits = POLICY_ALIGN_8 | POLICY_OPAQUE,
    .name = MALLOCLAB_NAME,
    .summary = "a malloc-lab solution",
    .open = lab_open,
    .alloc = lab_alloc,
    .free = lab_free,
    .realloc = lab_realloc,
};
