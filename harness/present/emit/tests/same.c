/* same.c - whether an emitted heap, built as a library, places every block where the policy does.
 *
 *   same SPEC ./heap.so       random calls, the same to both; each address is compared
 */
#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "allocators/heap.h"
#include "spec/policy_spec.h"

enum { REGION = 1 << 18, CALLS = 20000, LIVE = 300 };

struct emitted {
    void (*init)(void *, size_t);
    void *(*alloc)(size_t);
    void (*free)(void *);
    void *(*realloc)(void *, size_t);
    void *(*memalign)(size_t, size_t);
    size_t (*usable)(const void *);
    const char *(*check)(void);
};

static void *find(void *library, const char *name)
{
    void *found = dlsym(library, name);
    if (!found) {
        fprintf(stderr, "same: no %s\n", name);
        exit(1);
    }
    return found;
}

static void load(const char *path, struct emitted *e)
{
    void *library = dlopen(path, RTLD_NOW);
    if (!library) {
        fprintf(stderr, "same: %s\n", dlerror());
        exit(1);
    }
    const char *names[] = {"my_init",     "my_malloc",      "my_free", "my_realloc",
                           "my_memalign", "my_usable_size", "my_check"};
    void *functions[sizeof names / sizeof *names];
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        functions[i] = find(library, names[i]);
    }
    memcpy(e, functions, sizeof *e);
}

static uint32_t number(uint32_t most)
{
    static uint64_t state = 1;
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(state >> 33) % most;
}

static size_t size(void)
{
    return number(4) ? number(400) : number(8000);
}

/* One call to both; a block that is there is at the same offset in both. */
struct pair {
    char *own, *emitted;
};

static bool call(struct heap *h, const struct emitted *e, struct pair *p)
{
    size_t n = size();
    uint32_t what = number(8);
    if (!p->own) {
        size_t align = (size_t)16 << number(6);
        p->own = what ? heap_alloc(h, n) : heap_memalign(h, align, n);
        p->emitted = what ? e->alloc(n) : e->memalign(align, n);
    } else if (what < 2) {
        char *own = heap_realloc(h, p->own, n), *emitted = e->realloc(p->emitted, n);
        if (!own != !emitted) {
            return false;
        }
        p->own = own ? own : p->own;
        p->emitted = emitted ? emitted : p->emitted;
    } else {
        heap_free(h, p->own);
        e->free(p->emitted);
        p->own = p->emitted = NULL;
    }
    return !p->own == !p->emitted && (!p->own || heap_usable(h, p->own) == e->usable(p->emitted));
}

int main(int argc, char **argv)
{
    static struct pair live[LIVE];
    struct policy_spec spec;
    struct problem problem;
    struct emitted e;
    if (argc != 3 || !policy_spec_parse(argv[1], &spec, &problem)) {
        return 2;
    }
    load(argv[2], &e);
    char *own = aligned_alloc(4096, REGION), *emitted = aligned_alloc(4096, REGION);
    if (!own || !emitted) {
        return 2;
    }
    struct region r = {
        .base = own, .brk = own + REGION, .limit = own + REGION, .peak = own + REGION};
    struct heap *h = spec.policy->open(spec.policy, &r, spec.values.number);
    e.init(emitted, REGION);
    unsigned refused = 0;
    for (unsigned i = 0; h && i < CALLS; i++) {
        struct pair *p = &live[number(LIVE)];
        if (!call(h, &e, p) || (p->own && p->own - own != p->emitted - emitted)) {
            fprintf(stderr, "same: %s: call %u has another result\n", argv[1], i);
            return 1;
        }
        refused += !p->own;
        if (i % 512 == 0 && (heap_check(h) || e.check())) {
            fprintf(stderr, "same: %s: call %u leaves a broken heap\n", argv[1], i);
            return 1;
        }
    }
    free(own);
    free(emitted);
    return h && refused > 0 ? 0 : 1;
}
