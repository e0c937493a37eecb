/* SPDX-License-Identifier: MIT */
/* fuzz_policies.c - a libFuzzer target. The input chooses a policy, layers over it, their
 * parameters, a region and operations by several threads in turn; all that conformance can check is
 * checked after each operation. */
#include <stdlib.h>

#include "conformance/shadow.h"
#include "layers/layer.h"
#include "registry.h"

struct bytes {
    const uint8_t *next, *end;
};

static size_t take(struct bytes *b)
{
    return b->next < b->end ? *b->next++ : 0;
}

static long pick_value(const struct param *row, size_t byte)
{
    if (row->choices) {
        long n = 0;
        while (row->choices[n]) {
            n++;
        }
        return (long)byte % n;
    }
    const long values[] = {row->init, row->min, row->max, row->min + (row->max - row->min) / 7};
    return values[byte % (sizeof values / sizeof *values)];
}

/* Small sizes exactly, larger ones at steps that grow with them. */
static size_t take_size(struct bytes *b)
{
    size_t byte = take(b);
    return byte < 128 ? byte : (byte - 127) << (take(b) % 10);
}

/* Whether a region is large enough: a stack may need several times what its policy does, as each
 * slice has a heap with the data of the layers below. */
static bool opens(struct trial *t, size_t bytes, enum site_kind kind)
{
    struct site site;
    site_open(&site, t, NULL, bytes, kind);
    bool opened = t->policy->open(t->policy, &site.region, t->arg) != NULL;
    site_close(&site);
    return opened;
}

/* Up to three layers over a policy. */
static const struct policy *add_layers(struct bytes *b, const struct policy *policy)
{
    enum { MOST = 3 };
    static struct stack stack[MOST];
    size_t layers = 0, n = take(b) % (MOST + 1);
    while (registry_layers[layers]) {
        layers++;
    }
    for (size_t i = 0; i < n; i++) {
        const struct layer *layer = registry_layers[take(b) % layers];
        if (!layer_refuses(layer, policy)) {
            stack_make(&stack[i], layer, policy);
            policy = &stack[i].policy;
        }
    }
    return policy;
}

static void one_operation(struct bytes *b, struct shadow *s)
{
    heap_set_thread(s->heap, (uint32_t)(take(b) % 8 / 2));
    size_t op = take(b);
    struct block *block = s->live ? s->blocks[take(b) % s->live] : NULL;
    switch (op % 8) {
    case 0:
    case 1:
    case 2:
        shadow_alloc(s, take_size(b));
        break;
    case 3:
        if (s->trial->policy->memalign) {
            shadow_memalign(s, (size_t)32 << (op / 8 % 10), take_size(b));
        }
        break;
    case 4:
        if (block) {
            shadow_realloc(s, block, take_size(b));
        }
        break;
    case 5:
        shadow_alloc(s, SIZE_MAX - take_size(b) * 1000);
        break;
    default:
        if (block) {
            shadow_free(s, block);
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bytes b = {data, data + size};
    size_t policies = 0;
    while (registry_policies[policies]) {
        policies++;
    }
    const struct policy *policy = registry_policies[take(&b) % policies];
    policy = add_layers(&b, policy);
    long arg[32] = {0};
    size_t settings = take(&b);
    for (size_t i = 0; policy->params && policy->params[i].name; i++) {
        size_t byte = settings % 3 ? take(&b) : 0; /* most inputs do not use the defaults */
        arg[i] = byte ? pick_value(&policy->params[i], byte) : policy->params[i].init;
    }
    static struct verdict verdict;
    verdict = (struct verdict){0};
    struct trial trial = {
        .policy = policy, .arg = arg, .seed = 1, .verdict = &verdict, .aborts = true};
    struct site site;
    struct shadow shadow;
    size_t bytes = (size_t)(take(&b) + 8) << 14;
    enum site_kind kind = settings & 128 ? SITE_GROWABLE : SITE_FIXED;
    if (policy->traits & POLICY_STACK && !opens(&trial, bytes, kind)) {
        return 0;
    }
    site_open(&site, &trial, NULL, bytes, kind);
    shadow_open(&shadow, &trial, &site, WATCH_ALL);
    while (b.next < b.end) {
        one_operation(&b, &shadow);
        shadow_inspect(&shadow);
    }
    shadow_finish(&shadow);
    site_close(&site);
    return 0;
}
