#include "scripted.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "allocators/heap.h"

enum { HEAP = 128, HEADER = 16 };

struct scripted {
    struct heap heap;
    long fault, at, allocs;
    char *first; /* block */
    char *last;  /* payload handed out */
    bool armed;
};

struct header {
    size_t bytes; /* of the block, this header included */
    bool live;
};

_Static_assert(sizeof(struct scripted) <= HEAP, "the heap fits its place");

static struct header *header_of(const void *p)
{
    return (struct header *)((char *)(uintptr_t)p - HEADER);
}

static struct heap *scripted_open(const struct policy *policy, struct region *r, const long *arg)
{
    static int opened;
    size_t bytes = HEAP;
    if (r->brk == r->limit) {
        r->brk = r->base; /* fixed: the tests want to see the break all the same */
    }
    if (arg[0] == FAULT_FICKLE) {
        bytes += (size_t)(opened++) * 16;
    }
    struct scripted *s = (struct scripted *)region_extend(r, bytes);
    if (s) {
        *s = (struct scripted){.heap = {.policy = policy, .region = r},
                               .fault = arg[0],
                               .at = arg[1],
                               .first = r->brk};
    }
    return s ? &s->heap : NULL;
}

static void *place(struct scripted *s, size_t n)
{
    size_t bytes = (HEADER + (n ? n : 1) + 15) & ~(size_t)15;
    char *block = n > FITLAB_MAX_REQUEST ? NULL : region_extend(s->heap.region, bytes);
    if (!block) {
        return NULL;
    }
    *(struct header *)block = (struct header){.bytes = bytes, .live = true};
    s->heap.count.grows++;
    return block + HEADER;
}

static void *scripted_alloc(struct heap *h, size_t n)
{
    struct scripted *s = (struct scripted *)h;
    char *before = s->last;
    bool now = ++s->allocs == s->at;
    s->armed |= now;
    if (now && s->fault == FAULT_REFUSE) {
        return NULL;
    }
    char *p = place(s, n);
    s->last = p;
    if (!now) {
        return p;
    }
    switch (s->fault) {
    case FAULT_CRASH:
        raise(SIGSEGV);
        break;
    case FAULT_HANG:
        for (;;) {
            pause();
        }
    case FAULT_EXIT:
        _exit(3);
    case FAULT_OVERLAP:
        return before;
    case FAULT_UNALIGNED:
        return p + 8;
    case FAULT_SCRIBBLE:
        memset(before, 0, 8);
        break;
    case FAULT_ABOVE:
        *h->region->brk = 1;
        break;
    case FAULT_AHEAD:
        h->region->brk[3 * REGION_ALIGN] = 1;
        break;
    case FAULT_FAR:
        (void)*(volatile char *)(h->region->brk + (1 << 20));
        break;
    default:
        break;
    }
    return p;
}

static void scripted_free_block(struct heap *h, void *p)
{
    (void)h;
    header_of(p)->live = false;
}

static size_t scripted_usable(const struct heap *h, const void *p)
{
    (void)h;
    return header_of(p)->bytes - HEADER;
}

static void scripted_walk(const struct heap *h, span_visitor *visit, void *ctx)
{
    const struct scripted *s = (const struct scripted *)h;
    const struct region *r = h->region;
    const char *at = s->first;
    if (!visit(&(struct span){.addr = r->base, .bytes = (size_t)(at - r->base), .kind = SPAN_META},
               ctx)) {
        return;
    }
    for (; at < r->brk; at += header_of(at + HEADER)->bytes) {
        const struct header *header = header_of(at + HEADER);
        bool last = at + HEADER == s->last;
        struct span span = {.addr = at,
                            .bytes = header->bytes,
                            .payload = header->live ? at + HEADER : NULL,
                            .kind = header->live ? SPAN_USED : SPAN_SLACK};
        if (s->armed && last && s->fault == FAULT_GHOST) {
            span.kind = SPAN_FREE;
        }
        bool hidden = s->armed && last && s->fault == FAULT_GAP;
        if (!hidden && !visit(&span, ctx)) {
            return;
        }
    }
}

static const char *scripted_check(const struct heap *h)
{
    const struct scripted *s = (const struct scripted *)h;
    return s->armed && s->fault == FAULT_CHECK ? "a list is broken" : NULL;
}

static const struct param scripted_params[] = {
    {.name = "fault", .help = "what goes wrong", .min = 0, .max = 100},
    {.name = "at", .help = "in which alloc", .min = 0, .max = 1000000},
    PARAM_END,
};

static const struct policy scripted = {
    .abi = FITLAB_POLICY_ABI,
    .name = "scripted",
    .summary = "a policy that misbehaves on demand",
    .params = scripted_params,
    .open = scripted_open,
    .alloc = scripted_alloc,
    .free = scripted_free_block,
    .usable = scripted_usable,
    .walk = scripted_walk,
    .check = scripted_check,
};

struct policy_spec scripted_policy(enum fault fault, long at)
{
    struct policy_spec spec = {.policy = &scripted, .label = "scripted"};
    spec.values.number[0] = fault;
    spec.values.number[1] = at;
    snprintf(spec.full, sizeof spec.full, "scripted:fault=%d,at=%ld", (int)fault, at);
    return spec;
}

struct script {
    struct workload workload;
    const struct event *next, *end;
};

static const struct event *script_events;
static size_t script_length, script_drain;

static struct workload *script_open(const struct workload_args *args, struct problem *problem)
{
    (void)args;
    struct script *s = calloc(1, sizeof *s);
    if (!s) {
        problem_set(problem, "out of memory");
        return NULL;
    }
    s->next = script_events;
    s->end = script_events + script_length;
    s->workload.events = script_length;
    s->workload.drain = script_length - script_drain;
    for (size_t i = 0; i < script_length; i++) {
        uint32_t slots = script_events[i].slot + 1;
        s->workload.slots = slots > s->workload.slots ? slots : s->workload.slots;
    }
    return &s->workload;
}

static size_t script_next(struct workload *w, struct event *out, size_t most,
                          struct problem *problem)
{
    struct script *s = (struct script *)w;
    size_t n = (size_t)(s->end - s->next) < most ? (size_t)(s->end - s->next) : most;
    (void)problem;
    memcpy(out, s->next, n * sizeof *out);
    s->next += n;
    return n;
}

static void script_close(struct workload *w)
{
    free(w);
}

static const struct workload_kind script_kind = {
    .name = "script",
    .summary = "given events",
    .open = script_open,
    .next = script_next,
    .close = script_close,
};

struct workload_spec scripted_workload(const struct event *events, size_t n, size_t drain)
{
    struct workload_spec spec = {.kind = &script_kind, .full = "script", .label = "script"};
    script_events = events;
    script_length = n;
    script_drain = drain;
    return spec;
}
