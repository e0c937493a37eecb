/* bad_fit.c - a policy that does one thing wrong, at a request that is chosen by a parameter: the
 * check pass and the conformance tests must find it. Otherwise it is the policy of the example. */
#include <unistd.h>

#include "policy.h"

extern const struct policy my_fit;

enum fault {
    CRASH,
    HANG,
    EXIT,
    BELOW,      /* writes below its region */
    ABOVE,      /* just above the break */
    FAR,        /* far above the break */
    PAST,       /* past the limit */
    OVERLAP,    /* hands out what is live */
    MISALIGNED, /* hands out an odd multiple of 8 */
    SHORT,      /* less is usable than was asked for */
    DAMAGE,     /* writes to a live payload */
    OUTSIDE,    /* hands out what is not in the region */
    LIE         /* walks past a live block */
};

static const char *const faults[] = {"crash",  "hang",    "exit",    "below",      "above",
                                     "far",    "past",    "overlap", "misaligned", "short",
                                     "damage", "outside", "lie",     NULL};

static const struct param params[] = {
    {.name = "fault", .help = "what to do wrong", .choices = faults},
    {.name = "at", .help = "the request at which, from 1", .init = 50, .min = 1, .max = 1000000},
    PARAM_END,
};

static struct {
    enum fault fault;
    long at, requests;
    char *last; /* the latest block handed out */
    bool done;
} bad;

static struct heap *open_bad(const struct policy *policy, struct region *r, const long *arg)
{
    const long inner[] = {0};
    struct heap *h = my_fit.open(policy, r, inner);
    bad.fault = (enum fault)arg[0];
    bad.at = arg[1];
    bad.requests = 0;
    bad.last = NULL;
    bad.done = false;
    return h;
}

static void write_to(char *at)
{
    *(volatile char *)at = 1;
}

static void *go_wrong(struct heap *h, char *p)
{
    struct region *r = h->region;
    switch (bad.fault) {
    case CRASH:
        __builtin_trap();
        break;
    case HANG:
        for (;;) {
            pause();
        }
    case EXIT:
        _exit(0);
    case BELOW:
        write_to(r->base - 8);
        break;
    case ABOVE:
        write_to(r->brk);
        break;
    case FAR:
        write_to(r->brk + 100000);
        break;
    case PAST:
        write_to(r->limit);
        break;
    case OVERLAP:
        return bad.last;
    case MISALIGNED:
        return p + 8;
    case DAMAGE:
        write_to(bad.last);
        break;
    case OUTSIDE:
        return r->limit + 4096;
    case SHORT:
    case LIE:
        break;
    }
    return p;
}

static void *alloc_bad(struct heap *h, size_t n)
{
    char *p = my_fit.alloc(h, n);
    if (p && ++bad.requests == bad.at) {
        bad.done = true;
        return go_wrong(h, p);
    }
    bad.last = p;
    return p;
}

static void free_bad(struct heap *h, void *p)
{
    my_fit.free(h, p);
    if (p == bad.last) {
        bad.last = NULL;
    }
}

static size_t usable_bad(const struct heap *h, const void *p)
{
    return bad.fault == SHORT && bad.done ? 0 : my_fit.usable(h, p);
}

struct lie {
    span_visitor *visit;
    void *ctx;
    bool told;
};

static bool visit_lie(const struct span *span, void *ctx)
{
    struct lie *lie = ctx;
    struct span told = *span;
    if (!lie->told && told.kind == SPAN_USED) {
        lie->told = true;
        told.kind = SPAN_FREE;
        told.payload = NULL;
    }
    return lie->visit(&told, lie->ctx);
}

static void walk_bad(const struct heap *h, span_visitor *visit, void *ctx)
{
    struct lie lie = {visit, ctx, !(bad.fault == LIE && bad.done)};
    my_fit.walk(h, visit_lie, &lie);
}

const struct policy bad_fit = {
    .abi = FITLAB_POLICY_ABI,
    .name = "bad-fit",
    .summary = "does one thing wrong",
    .params = params,
    .open = open_bad,
    .alloc = alloc_bad,
    .free = free_bad,
    .usable = usable_bad,
    .walk = walk_bad,
};
