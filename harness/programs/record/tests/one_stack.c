/* one_stack.c - an allocator with one stack of free blocks for all threads: to be preloaded under
 * the recorder. The block that one thread frees is returned by the next allocation of any thread,
 * at once. This is the hardest case for numbering the events of several threads. */
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

enum { BLOCK = 256 };
#define POOL ((size_t)1 << 30)

void *__libc_malloc(size_t);
void *__libc_realloc(void *, size_t);
void __libc_free(void *);

static atomic_flag busy = ATOMIC_FLAG_INIT;
static char *pool, *unused;
static void *top; /* of the stack; a free block begins with the address of the one below */

static void lock(void)
{
    while (atomic_flag_test_and_set_explicit(&busy, memory_order_acquire)) {
    }
}

static void unlock(void)
{
    atomic_flag_clear_explicit(&busy, memory_order_release);
}

static int is_ours(const void *block)
{
    return pool && (uintptr_t)block - (uintptr_t)pool < POOL;
}

/* Apart from malloc and free, whose names are the recorder's when this file calls them. */
static void *take(size_t size)
{
    if (size > BLOCK) {
        return __libc_malloc(size);
    }
    lock();
    if (!pool) {
        unused = pool = mmap(NULL, POOL, PROT_READ | PROT_WRITE,
                             MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    }
    void *block = top;
    if (block) {
        top = *(void **)block;
    } else {
        block = unused;
        unused += BLOCK;
    }
    unlock();
    return block;
}

static void give(void *block)
{
    if (!is_ours(block)) {
        __libc_free(block);
        return;
    }
    lock();
    *(void **)block = top;
    top = block;
    unlock();
}

void *malloc(size_t size)
{
    return take(size);
}

void free(void *block)
{
    give(block);
}

void *calloc(size_t count, size_t size)
{
    void *block = take(count * size);
    return block ? memset(block, 0, count * size) : NULL;
}

void *realloc(void *block, size_t size)
{
    if (block && !is_ours(block)) {
        return __libc_realloc(block, size);
    }
    void *fresh = take(size);
    if (block && fresh) {
        memcpy(fresh, block, size < BLOCK ? size : BLOCK);
        give(block);
    }
    return fresh;
}
