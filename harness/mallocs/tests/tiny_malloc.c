/* tiny_malloc.c - a simple malloc: a list of freed blocks, searched by first fit, over mmap. */
#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>

struct cell {
    size_t bytes;
    struct cell *next;
};

enum { ARENA = 1 << 24 };

static struct cell *freed;
static char *arena, *arena_end;

void *malloc(size_t n)
{
    size_t bytes = (n + sizeof(struct cell) + 15) & ~(size_t)15;
    for (struct cell **at = &freed; *at; at = &(*at)->next) {
        struct cell *cell = *at;
        if (cell->bytes >= bytes) {
            *at = cell->next;
            return cell + 1;
        }
    }
    if ((size_t)(arena_end - arena) < bytes) {
        size_t room = bytes > ARENA ? bytes : ARENA;
        void *map = mmap(NULL, room, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (map == MAP_FAILED) {
            errno = ENOMEM;
            return NULL;
        }
        arena = map;
        arena_end = arena + room;
    }
    struct cell *cell = (struct cell *)arena;
    arena += bytes;
    cell->bytes = bytes;
    return cell + 1;
}

void free(void *p)
{
    if (p) {
        struct cell *cell = (struct cell *)p - 1;
        cell->next = freed;
        freed = cell;
    }
}

void *calloc(size_t count, size_t size)
{
    size_t n;
    void *p = __builtin_mul_overflow(count, size, &n) ? NULL : malloc(n);
    return p ? memset(p, 0, n) : NULL;
}

void *realloc(void *p, size_t n)
{
    void *q = malloc(n);
    if (p && q) {
        size_t have = ((struct cell *)p - 1)->bytes - sizeof(struct cell);
        memcpy(q, p, have < n ? have : n);
        free(p);
    }
    return q;
}
