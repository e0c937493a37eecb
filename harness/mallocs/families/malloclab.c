/* malloclab.c - a solution of the CS:APP malloc lab: the lab's memory system on one side, struct
 * policy on the other.
 *
 * memlib.h is the solution's own where it has one. Editions of the lab differ in the types of all
 * functions: so those that are defined here have names of their own in C and the lab's names in the
 * object file, and mm_init is called with one argument, which all editions take or ignore.
 */
#include "heap_file.h"

#include <errno.h>
#include <unistd.h>

#define mem_init      lab_declares_mem_init
#define mem_deinit    lab_declares_mem_deinit
#define mem_reset_brk lab_declares_mem_reset_brk
#include "memlib.h"
#undef mem_init
#undef mem_deinit
#undef mem_reset_brk

static char *lab_brk; /* the lab's break: in a fixed region the real one never moves */
static bool fixed;

/* ---- the memory system ---- */

void lab_init(void) __asm__("mem_init");
void lab_deinit(void) __asm__("mem_deinit");
void lab_reset_brk(void) __asm__("mem_reset_brk");
void *lab_sbrk(intptr_t incr) __asm__("mem_sbrk");
void *lab_heap_lo(void) __asm__("mem_heap_lo");
void *lab_heap_hi(void) __asm__("mem_heap_hi");
size_t lab_heapsize(void) __asm__("mem_heapsize");
size_t lab_pagesize(void) __asm__("mem_pagesize");
void *lab_memset(void *to, int c, size_t n) __asm__("mem_memset");
void *lab_memcpy(void *to, const void *from, size_t n) __asm__("mem_memcpy");
uint64_t lab_read(const void *from, size_t n) __asm__("mem_read");
void lab_write(void *to, uint64_t value, size_t n) __asm__("mem_write");

/* Takes what either edition passes: an int, of which only half a register is meaningful, or
 * an intptr_t. */
void *lab_sbrk(intptr_t incr)
{
    bool takes_int = _Generic(mem_sbrk, void *(*)(int) : true, default : false);
    intptr_t n = takes_int ? (intptr_t)(int)incr : incr;
    struct region *r = file_heap.region;
    char *old = lab_brk;
    if (n < 0 || n > r->limit - old || (!fixed && !region_extend(r, (size_t)n))) {
        errno = ENOMEM;
        return (void *)-1;
    }
    if (!fixed && n) {
        file_heap.count.grows++;
    }
    lab_brk += n;
    return old;
}

void lab_init(void)
{
}

void lab_deinit(void)
{
}

void lab_reset_brk(void)
{
    lab_brk = file_heap.region->base;
    if (!fixed) {
        region_trim(file_heap.region, lab_brk);
    }
}

void *lab_heap_lo(void)
{
    return file_heap.region->base;
}

void *lab_heap_hi(void)
{
    return lab_brk - 1;
}

size_t lab_heapsize(void)
{
    return (size_t)(lab_brk - file_heap.region->base);
}

size_t lab_pagesize(void)
{
    return (size_t)getpagesize();
}

void *lab_memset(void *to, int c, size_t n)
{
    return memset(to, c, n);
}

void *lab_memcpy(void *to, const void *from, size_t n)
{
    return memcpy(to, from, n);
}

/* The 64-bit edition's way to memory that its driver only pretends to have. */
uint64_t lab_read(const void *from, size_t n)
{
    uint64_t value = 0;
    memcpy(&value, from, n < sizeof value ? n : sizeof value);
    return value;
}

void lab_write(void *to, uint64_t value, size_t n)
{
    memcpy(to, &value, n < sizeof value ? n : sizeof value);
}

/* ---- the policy ---- */

#ifdef MALLOCLAB_BOOL /* later editions: true is success */
typedef bool lab_result;
#else /* 0 is success */
typedef int lab_result;
#endif

/* Some editions' mm_init is told of the driver's ranges: NULL, there are none. */
lab_result lab_mm_init(void *ranges) __asm__("mm_init");
void *lab_mm_malloc(size_t) __asm__("mm_malloc");
void lab_mm_free(void *) __asm__("mm_free");
void *lab_mm_realloc(void *, size_t) __asm__("mm_realloc");

static bool initialise(void)
{
    lab_result result = lab_mm_init(NULL);
#ifdef MALLOCLAB_BOOL
    return result;
#else
    return result == 0;
#endif
}

static struct heap *lab_open(const struct policy *policy, struct region *r, const long *arg)
{
    (void)arg;
    file_start(policy, r);
    fixed = r->brk == r->limit;
    lab_brk = r->base;
    if (initialise()) {
        return &file_heap;
    }
    lab_reset_brk();
    return NULL;
}

/* The lab's own answer to a request of 0 is NULL, so 1 is asked for. */
static void *lab_alloc(struct heap *h, size_t n)
{
    (void)h;
    return file_can_hold(n) ? lab_mm_malloc(n ? n : 1) : NULL;
}

static void lab_free(struct heap *h, void *p)
{
    (void)h;
    lab_mm_free(p);
}

static void *lab_realloc(struct heap *h, void *p, size_t n)
{
    (void)h;
    return file_can_hold(n) ? lab_mm_realloc(p, n ? n : 1) : NULL;
}

const struct policy fitlab_heap_file = {
    FILE_POLICY("a malloc-lab solution", 0),
    .open = lab_open,
    .alloc = lab_alloc,
    .free = lab_free,
    .realloc = lab_realloc,
};
