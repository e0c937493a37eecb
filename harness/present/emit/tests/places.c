/* places.c - where random calls put blocks, a line for each call: its result as an offset and what may be
 * used there. Built with the sources of a policy, or with an emitted heap, for any machine that has printf.
 *
 *   cc -DPOLICY=first_fit -I allocators places.c first_fit.c && ./a.out order=lifo    the policy itself
 *   cc places.c heap.c && ./a.out                                                      emitted with my_
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { REGION = 40960, CALLS = 4000, LIVE = 60 };

static char memory[REGION] __attribute__((aligned(4096)));

#ifdef POLICY
#include "heap.h"

extern const struct policy POLICY;
static struct region region;
static struct heap *heap;

/* The value of a parameter: the name of a choice, or a number. */
static long value_of(const struct param *p, const char *word, size_t bytes)
{
    for (long i = 0; p->choices && p->choices[i]; i++) {
        if (strlen(p->choices[i]) == bytes && !memcmp(p->choices[i], word, bytes)) {
            return i;
        }
    }
    return atol(word);
}

/* words: key=value,key=value */
static bool start(const char *words)
{
    long arg[16] = {0};
    for (size_t i = 0; POLICY.params && POLICY.params[i].name; i++) {
        const struct param *p = &POLICY.params[i];
        size_t length = strlen(p->name);
        arg[i] = p->init;
        for (const char *at = words; (at = strstr(at, p->name)); at++) {
            if ((at == words || at[-1] == ',') && at[length] == '=') {
                arg[i] = value_of(p, at + length + 1, strcspn(at + length + 1, ","));
            }
        }
    }
    region.base = memory;
    region.brk = region.limit = region.peak = memory + REGION;
    heap = POLICY.open(&POLICY, &region, arg);
    return heap != NULL;
}

static void *call_malloc(size_t n)
{
    return heap_alloc(heap, n);
}

static void call_free(void *p)
{
    heap_free(heap, p);
}

static void *call_realloc(void *p, size_t n)
{
    return heap_realloc(heap, p, n);
}

static void *call_memalign(size_t align, size_t n)
{
    return heap_memalign(heap, align, n);
}

static size_t call_usable(const void *p)
{
    return heap_usable(heap, p);
}

static const char *call_check(void)
{
    return heap_check(heap);
}
#else
void my_init(void *, size_t);
void *my_malloc(size_t);
void my_free(void *);
void *my_realloc(void *, size_t);
void *my_memalign(size_t, size_t);
size_t my_usable_size(const void *);
const char *my_check(void);
#define call_malloc   my_malloc
#define call_free     my_free
#define call_realloc  my_realloc
#define call_memalign my_memalign
#define call_usable   my_usable_size
#define call_check    my_check

static bool start(const char *words)
{
    (void)words;
    my_init(memory, REGION);
    return true;
}
#endif

static uint32_t number(uint32_t below)
{
    static uint64_t state = 1;
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(state >> 33) % below;
}

static void tell(const char *what, const char *p)
{
    if (p) {
        printf("%s %ld %lu\n", what, (long)(p - memory), (unsigned long)call_usable(p));
    } else {
        printf("%s none\n", what);
    }
}

static char *live[LIVE];

static void call(void)
{
    char **p = &live[number(LIVE)];
    uint32_t what = number(8);
    size_t n = number(4) ? number(300) : number(5000), align = (size_t)16 << number(5);
    if (!*p) {
        *p = (char *)(what ? call_malloc(n) : call_memalign(align, n));
        tell(what ? "malloc" : "memalign", *p);
    } else if (what < 2) {
        char *moved = (char *)call_realloc(*p, n);
        tell("realloc", moved);
        *p = moved ? moved : *p;
    } else {
        call_free(*p);
        *p = NULL;
    }
}

int main(int argc, char **argv)
{
    if (!start(argc > 1 ? argv[1] : "")) {
        puts("no heap");
        return 1;
    }
    for (unsigned i = 0; i < CALLS; i++) {
        call();
        const char *broken = i % 64 ? NULL : call_check();
        if (broken) {
            printf("broken: %s\n", broken);
            return 1;
        }
    }
    return 0;
}
