#include "guard.h"

#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { GUARDS = 4, SCRIBBLE = 0xd5 };

static struct guard *guards[GUARDS];

#define GUARD_BYTES ((size_t)1 << 20) /* wide enough for a stray index into a page or an array */

static char *page_up(char *p)
{
    return (char *)(((uintptr_t)p + REGION_ALIGN - 1) & ~(uintptr_t)(REGION_ALIGN - 1));
}

static void stray(const struct guard *g, const char *at)
{
    const struct region *r = &g->region;
    if (at < r->base) {
        trial_fail(g->trial, "touched memory %zu bytes below its region", (size_t)(r->base - at));
    }
    if (at >= r->limit) {
        trial_fail(g->trial, "touched memory %zu bytes past the limit of its region",
                   (size_t)(at - r->limit) + 1);
    }
    trial_fail(g->trial, "touched memory %zu bytes above the break", (size_t)(at - r->brk) + 1);
}

/* Opens pages on their first touch. Anything else is the policy's own crash: the default
 * action is put back and the instruction faults again. */
static void on_fault(int signal_number, siginfo_t *info, void *context)
{
    (void)context;
    char *at = info->si_addr;
    for (size_t i = 0; i < GUARDS; i++) {
        struct guard *g = guards[i];
        if (!g || at < g->map || at >= g->map + g->map_bytes) {
            continue;
        }
        char *end = page_up(g->region.brk);
        if (at >= g->opened && at < end &&
            mprotect(g->opened, (size_t)(end - g->opened), PROT_READ | PROT_WRITE) == 0) {
            g->opened = end;
            return;
        }
        stray(g, at);
    }
    signal(signal_number, SIG_DFL);
}

static void install_handler(void)
{
    static char stack[1 << 16]; /* the policy may have used its own stack up */
    const stack_t alternate = {.ss_sp = stack, .ss_size = sizeof stack};
    sigaltstack(&alternate, NULL);
    struct sigaction action = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO | SA_ONSTACK};
    sigemptyset(&action.sa_mask);
    sigaction(SIGSEGV, &action, NULL);
    sigaction(SIGBUS, &action, NULL);
}

void guard_open(struct guard *g, struct trial *t, char *base, size_t bytes, enum guard_kind kind)
{
    size_t whole = (bytes + REGION_ALIGN - 1) & ~(REGION_ALIGN - 1);
    size_t map_bytes = whole + 2 * GUARD_BYTES;
    int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | (base ? MAP_FIXED_NOREPLACE : 0);
    char *map = mmap(base ? base - GUARD_BYTES : NULL, map_bytes, PROT_NONE, flags, -1, 0);
    if (map == MAP_FAILED) {
        trial_fail(t, "cannot map a region of %zu bytes", bytes);
    }
    base = map + GUARD_BYTES;
    char *brk = kind == GUARD_FIXED ? base + bytes : base;
    *g = (struct guard){.region = {base, brk, base + bytes, brk},
                        .trial = t,
                        .map = map,
                        .map_bytes = map_bytes,
                        .opened = base};
    for (size_t i = 0; i < GUARDS; i++) {
        if (!guards[i]) {
            guards[i] = g;
            install_handler();
            return;
        }
    }
    trial_fail(t, "more than %d regions are guarded at once", GUARDS);
}

/* The part of the last open page that lies above the break cannot be closed, so it is read. */
static void check_tail(struct guard *g)
{
    static const char fresh[REGION_ALIGN];
    const struct region *r = &g->region;
    char *end = page_up(r->brk);
    if (end > g->opened) {
        return;
    }
    char *from = r->peak > r->brk ? r->peak : r->brk;
    if (from < end && memcmp(from, fresh, (size_t)(end - from)) != 0) {
        trial_fail(g->trial, "wrote within %zu bytes above the break", (size_t)(end - from));
    }
}

void guard_settle(struct guard *g)
{
    const struct region *r = &g->region;
    if (r->base != g->map + GUARD_BYTES || r->brk < r->base || r->brk > r->limit) {
        trial_fail(g->trial, "moved the break out of [base, limit]");
    }
    char *end = page_up(r->brk);
    if (end < g->opened) {
        char *used = r->peak < g->opened ? r->peak : g->opened; /* above it all stays zero */
        if (used > end) {
            memset(end, SCRIBBLE, (size_t)(used - end));
        }
        if (mprotect(end, (size_t)(g->opened - end), PROT_NONE) != 0) {
            trial_fail(g->trial, "cannot close the pages that were given back");
        }
        g->opened = end;
    }
    check_tail(g);
}

void guard_restore(struct guard *g, const struct region *r, const char *bytes)
{
    char *end = page_up(r->brk);
    /* closed pages too: what was scribbled there may lie above the peak of the copy */
    madvise(end, (size_t)(page_up(r->limit) - end), MADV_DONTNEED);
    if (end < g->opened) {
        mprotect(end, (size_t)(g->opened - end), PROT_NONE);
        g->opened = end;
    }
    g->region = *r;
    if (r->brk < end) {
        memset(r->brk, 0, (size_t)(end - r->brk));
    }
    memcpy(r->base, bytes, region_bytes(r));
}

void guard_close(struct guard *g)
{
    for (size_t i = 0; i < GUARDS; i++) {
        if (guards[i] == g) {
            guards[i] = NULL;
        }
    }
    munmap(g->map, g->map_bytes);
}
