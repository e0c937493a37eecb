#include "measure/lines.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "allocators/layers/layer.h"
#include "allocators/registry.h"

/* The watched copies of registry_policies and registry_layers, in the same order. */
extern const struct policy *const lines_registry[];
extern const struct layer *const lines_layer_registry[];

/* The widest load or store of one instruction, and the pieces in which more is copied. */
enum { ACCESS_MOST = 16, ACCESS_BYTES = 8 };

/* The last operation that touched each line or page; costs no memory until it is touched. */
struct stamps {
    uint32_t *last;
    size_t n;
};

static struct {
    uintptr_t base;
    size_t bytes; /* 0: not watching */
    uint32_t operation;
    uint64_t before; /* accesses before this operation */
    struct stamps line, page;
    struct lines_count count;
} watch;

static struct lines_log *log_now;

/* The watched copies of stacks. They are few and stay. */
static struct watched_stack {
    struct stack stack;
    const struct policy *of;
    struct watched_stack *next;
} * watched_stacks;

static const struct layer *lines_layer(const struct layer *layer)
{
    for (size_t i = 0; registry_layers[i]; i++) {
        if (registry_layers[i] == layer) {
            return lines_layer_registry[i];
        }
    }
    return NULL;
}

static const struct policy *lines_stack(const struct policy *policy)
{
    for (const struct watched_stack *w = watched_stacks; w; w = w->next) {
        if (w->of == policy) {
            return &w->stack.policy;
        }
    }
    const struct layer *layer = lines_layer(stack_of(policy)->layer);
    const struct policy *below = lines_policy(stack_of(policy)->below);
    struct watched_stack *made = layer && below ? malloc(sizeof *made) : NULL;
    if (made) {
        stack_make(&made->stack, layer, below);
        made->of = policy;
        made->next = watched_stacks;
        watched_stacks = made;
    }
    return made ? &made->stack.policy : NULL;
}

const struct policy *lines_policy(const struct policy *policy)
{
    if (policy->traits & POLICY_STACK) {
        return lines_stack(policy);
    }
    for (size_t i = 0; registry_policies[i]; i++) {
        if (registry_policies[i] == policy) {
            return lines_registry[i];
        }
    }
    return NULL;
}

static bool stamps_open(struct stamps *s, size_t n)
{
    void *map = mmap(NULL, n * sizeof(uint32_t), PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    *s = (struct stamps){.last = map == MAP_FAILED ? NULL : map, .n = n};
    return s->last != NULL;
}

static void stamps_close(struct stamps *s)
{
    if (s->last) {
        munmap(s->last, s->n * sizeof(uint32_t));
    }
    *s = (struct stamps){0};
}

bool lines_begin(const char *base, size_t bytes, struct problem *problem)
{
    memset(&watch, 0, sizeof watch);
    if (!stamps_open(&watch.line, bytes / LINE_BYTES + 1) ||
        !stamps_open(&watch.page, bytes / LINES_PAGE_BYTES + 1)) {
        stamps_close(&watch.line);
        return problem_set(problem, "cannot watch %zu bytes: %s", bytes, strerror(errno));
    }
    watch.base = (uintptr_t)base;
    watch.bytes = bytes;
    return true;
}

void lines_operation(void)
{
    watch.operation++;
    watch.count.operations++;
    watch.before = watch.count.accesses;
}

uint64_t lines_accesses(void)
{
    return watch.count.accesses - watch.before;
}

struct lines_count lines_end(void)
{
    struct lines_count count = watch.count;
    watch.bytes = 0;
    stamps_close(&watch.line);
    stamps_close(&watch.page);
    return count;
}

static void note(struct stamps *s, size_t at, uint64_t *within, uint64_t *all)
{
    if (s->last[at] != watch.operation) {
        *all += s->last[at] == 0;
        s->last[at] = watch.operation;
        ++*within;
    }
}

void lines_log(struct lines_log *log)
{
    log_now = log;
}

static void append(struct lines_log *log, const void *p, size_t n, bool write)
{
    size_t at = (uintptr_t)p - (uintptr_t)log->base;
    if (at < log->bytes && log->n < log->most) {
        log->access[log->n++] =
            (struct lines_access){.at = at, .bytes = (uint32_t)n, .write = write};
    }
}

static void touched(const void *p, size_t n, bool write)
{
    if (log_now) {
        append(log_now, p, n, write);
    }
    size_t at = (uintptr_t)p - watch.base;
    if (at >= watch.bytes || !watch.operation) {
        return;
    }
    watch.count.accesses += n <= ACCESS_MOST ? 1 : (n + ACCESS_BYTES - 1) / ACCESS_BYTES;
    for (size_t line = at / LINE_BYTES; line <= (at + n - 1) / LINE_BYTES; line++) {
        note(&watch.line, line, &watch.count.lines, &watch.count.all_lines);
    }
    for (size_t page = at / LINES_PAGE_BYTES; page <= (at + n - 1) / LINES_PAGE_BYTES; page++) {
        note(&watch.page, page, &watch.count.pages, &watch.count.all_pages);
    }
}

/* The functions that the instrumentation calls; their names are the compilers'. */
#define HOOK(name, bytes, write)                                                                   \
    void __tsan_##name(void *p);                                                                   \
    void __tsan_##name(void *p)                                                                    \
    {                                                                                              \
        touched(p, bytes, write);                                                                  \
    }
#define HOOKS(bytes)                                                                               \
    HOOK(read##bytes, bytes, false)                                                                \
    HOOK(write##bytes, bytes, true)                                                                \
    HOOK(unaligned_read##bytes, bytes, false)                                                      \
    HOOK(unaligned_write##bytes, bytes, true)
HOOKS(1)
HOOKS(2)
HOOKS(4)
HOOKS(8)
HOOKS(16)

/* Atomic operations of layers. The order of memory does not matter: one thread replays. */
#define ATOMIC_HOOKS(bits, type)                                                                   \
    type __tsan_atomic##bits##_load(const volatile type *p, int order);                            \
    type __tsan_atomic##bits##_load(const volatile type *p, int order)                             \
    {                                                                                              \
        (void)order;                                                                               \
        touched((const void *)(uintptr_t)p, sizeof *p, false);                                     \
        return *p;                                                                                 \
    }                                                                                              \
    void __tsan_atomic##bits##_store(volatile type *p, type value, int order);                     \
    void __tsan_atomic##bits##_store(volatile type *p, type value, int order)                      \
    {                                                                                              \
        (void)order;                                                                               \
        touched((const void *)(uintptr_t)p, sizeof *p, true);                                      \
        *p = value;                                                                                \
    }                                                                                              \
    type __tsan_atomic##bits##_exchange(volatile type *p, type value, int order);                  \
    type __tsan_atomic##bits##_exchange(volatile type *p, type value, int order)                   \
    {                                                                                              \
        type old = *p;                                                                             \
        __tsan_atomic##bits##_store(p, value, order);                                              \
        return old;                                                                                \
    }                                                                                              \
    type __tsan_atomic##bits##_fetch_add(volatile type *p, type value, int order);                 \
    type __tsan_atomic##bits##_fetch_add(volatile type *p, type value, int order)                  \
    {                                                                                              \
        return __tsan_atomic##bits##_exchange(p, (type)(*p + value), order);                       \
    }                                                                                              \
    type __tsan_atomic##bits##_fetch_sub(volatile type *p, type value, int order);                 \
    type __tsan_atomic##bits##_fetch_sub(volatile type *p, type value, int order)                  \
    {                                                                                              \
        return __tsan_atomic##bits##_exchange(p, (type)(*p - value), order);                       \
    }                                                                                              \
    type __tsan_atomic##bits##_compare_exchange_val(volatile type *p, type expected, type value,   \
                                                    int order, int failed);                        \
    type __tsan_atomic##bits##_compare_exchange_val(volatile type *p, type expected, type value,   \
                                                    int order, int failed)                         \
    {                                                                                              \
        type old = __tsan_atomic##bits##_load(p, failed);                                          \
        if (old == expected) {                                                                     \
            __tsan_atomic##bits##_store(p, value, order);                                          \
        }                                                                                          \
        return old;                                                                                \
    }                                                                                              \
    int __tsan_atomic##bits##_compare_exchange_strong(volatile type *p, type *expected,            \
                                                      type value, int order, int failed);          \
    int __tsan_atomic##bits##_compare_exchange_strong(volatile type *p, type *expected,            \
                                                      type value, int order, int failed)           \
    {                                                                                              \
        type old = __tsan_atomic##bits##_compare_exchange_val(p, *expected, value, order, failed); \
        bool same = old == *expected;                                                              \
        *expected = old;                                                                           \
        return same;                                                                               \
    }                                                                                              \
    int __tsan_atomic##bits##_compare_exchange_weak(volatile type *p, type *expected, type value,  \
                                                    int order, int failed);                        \
    int __tsan_atomic##bits##_compare_exchange_weak(volatile type *p, type *expected, type value,  \
                                                    int order, int failed)                         \
    {                                                                                              \
        return __tsan_atomic##bits##_compare_exchange_strong(p, expected, value, order, failed);   \
    }
ATOMIC_HOOKS(8, uint8_t)
ATOMIC_HOOKS(16, uint16_t)
ATOMIC_HOOKS(32, uint32_t)
ATOMIC_HOOKS(64, uint64_t)

#define RANGE_HOOK(name, write)                                                                    \
    void __tsan_##name(void *p, size_t n);                                                         \
    void __tsan_##name(void *p, size_t n)                                                          \
    {                                                                                              \
        if (n) {                                                                                   \
            touched(p, n, write);                                                                  \
        }                                                                                          \
    }
RANGE_HOOK(read_range, false)
RANGE_HOOK(write_range, true)

void __tsan_init(void);
void __tsan_init(void)
{
}

void __tsan_func_entry(void *caller);
void __tsan_func_entry(void *caller)
{
    (void)caller;
}

void __tsan_func_exit(void);
void __tsan_func_exit(void)
{
}
