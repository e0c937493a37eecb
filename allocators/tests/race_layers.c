/* SPDX-License-Identifier: MIT */
/* race_layers.c - stacks under eight threads, for ThreadSanitizer: race_layers.sh. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "layers/layer.h"
#include "registry.h"
#include "thread_play.h"

enum { MOST_LAYERS = 3, THREADS = 8 };

static const struct layer *find_layer(const char *name)
{
    for (size_t i = 0; registry_layers[i]; i++) {
        if (!strcmp(registry_layers[i]->policy.name, name)) {
            return registry_layers[i];
        }
    }
    return NULL;
}

static const struct policy *find_policy(const char *name)
{
    for (size_t i = 0; registry_policies[i]; i++) {
        if (!strcmp(registry_policies[i]->name, name)) {
            return registry_policies[i];
        }
    }
    return NULL;
}

/* All parts at their defaults. */
static bool play(const char *const *layer, const char *policy)
{
    struct stack stack[MOST_LAYERS];
    const struct policy *top = find_policy(policy);
    size_t n = 0;
    while (n < MOST_LAYERS && layer[n]) {
        n++;
    }
    for (size_t i = n; i-- > 0;) {
        stack_make(&stack[i], find_layer(layer[i]), top);
        top = &stack[i].policy;
    }
    long arg[STACK_MOST_PARAMS];
    for (size_t i = 0; top->params && top->params[i].name; i++) {
        arg[i] = top->params[i].init;
    }
    size_t bytes = (size_t)128 << 20;
    char *memory = aligned_alloc(REGION_ALIGN, bytes);
    if (!memory || policy_threads(top, arg) < THREADS) {
        return false;
    }
    memset(memory, 0, bytes); /* as a new region is */
    struct region r = {.base = memory,
                       .brk = memory,
                       .limit = memory + bytes,
                       .peak = memory,
                       .threads = &real_threads};
    struct heap *h = top->open(top, &r, arg);
    const char *wrong = h ? thread_play(h, THREADS) : "it cannot be opened";
    free(memory);
    printf("%s: %s\n", top->name, wrong ? wrong : "ok");
    return !wrong;
}

int main(void)
{
    static const struct {
        const char *layer[MOST_LAYERS + 1], *policy;
    } stacks[] = {
        {{"lock"}, "best-fit"},
        {{"arenas", "lock"}, "tlsf"},
        {{"cache", "arenas", "lock"}, "half-fit"},
        {{"owner"}, "tlsf"},
        {{"guard", "owner"}, "quick-fit"},
        {{"cache", "owner", "lock"}, "slab"},
    };
    bool sound = true;
    for (size_t i = 0; i < sizeof stacks / sizeof *stacks; i++) {
        sound = play(stacks[i].layer, stacks[i].policy) && sound;
    }
    return sound ? EXIT_SUCCESS : EXIT_FAILURE;
}
