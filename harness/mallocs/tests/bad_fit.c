/* bad_fit.c - a policy that does one thing wrong, at the request that it is told to: what the check
 * pass and the conformance suite must catch. Otherwise it is the policy of the example. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
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
    LIE,        /* walks past a live block */
    FORK,       /* leaves a process that never ends */
    DAEMON,     /* the same, in a session of its own */
    STRAY,      /* writes where the harness keeps results */
    SCRIBBLE,   /* the same, after making that memory writable */
    FORGE       /* says that the results are done, and exits */
};

static const char *const faults[] = {"crash",  "hang",     "exit",    "below",      "above",
                                     "far",    "past",     "overlap", "misaligned", "short",
                                     "damage", "outside",  "lie",     "fork",       "daemon",
                                     "stray",  "scribble", "forge",   NULL};

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

/* Where the harness shares results with its parent, found in the list of mappings. */
static char *find_results(size_t *bytes)
{
    unsigned long from = 0, to = 0, at, end;
    char line[512];
    FILE *maps = fopen("/proc/self/maps", "r");
    while (maps && fgets(line, sizeof line, maps)) {
        if (strstr(line, "memfd:fitlab cell") && sscanf(line, "%lx-%lx", &at, &end) == 2) {
            from = from ? from : at;
            to = end;
        }
    }
    if (maps) {
        fclose(maps);
    }
    *bytes = to - from;
    return (char *)from;
}

static void go_wrong_with_results(enum fault fault)
{
    size_t bytes;
    char *results = find_results(&bytes);
    if (fault == STRAY) {
        results[bytes / 2] ^= 1;
        return;
    }
    mprotect(results, bytes, PROT_READ | PROT_WRITE);
    if (fault == FORGE) {
        results[4096] = 1;
        _exit(0);
    }
    memset(results, 0xff, bytes);
    _exit(0);
}

static void leave_a_process(bool away)
{
    if (fork() == 0) {
        if (away && (setsid(), fork() != 0)) {
            _exit(0);
        }
        for (;;) {
            pause();
        }
    } else if (away) {
        wait(NULL);
    }
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
    case FORK:
    case DAEMON:
        leave_a_process(bad.fault == DAEMON);
        break;
    case STRAY:
    case SCRIBBLE:
    case FORGE:
        go_wrong_with_results(bad.fault);
        break;
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
