#include "region/bounds.h"

#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "region/system_page.h"

enum { GUARDS = 4, SCRIBBLE = 0xd5 };

static struct bounds *guards[GUARDS];

/* Asked for by bounds_watch, as a signal handler needs it. */
static size_t page_bytes = REGION_ALIGN;

static char *page_up(char *p)
{
    return (char *)(((uintptr_t)p + page_bytes - 1) & ~(uintptr_t)(page_bytes - 1));
}

static void stray(const struct bounds *g, const char *at)
{
    const struct region *r = g->region;
    char what[96];
    if (at < r->base) {
        snprintf(what, sizeof what, "touched memory %zu bytes below its region",
                 (size_t)(r->base - at));
    } else if (at >= r->limit) {
        snprintf(what, sizeof what, "touched memory %zu bytes past the limit of its region",
                 (size_t)(at - r->limit) + 1);
    } else {
        snprintf(what, sizeof what, "touched memory %zu bytes above the break",
                 (size_t)(at - r->brk) + 1);
    }
    g->report(g->ctx, what);
}

/* The pages up to the break, and some ahead of it. */
static bool open_pages(struct bounds *g)
{
    char *end = page_up(g->region->brk), *last = page_up(g->region->limit);
    end = (size_t)(last - end) < g->ahead ? last : end + g->ahead;
    if (mprotect(g->opened, (size_t)(end - g->opened), PROT_READ | PROT_WRITE) != 0) {
        return false;
    }
    g->opened = end;
    return true;
}

/* Opens a page on its first access. Any other fault is a crash of the policy itself: the default
 * action is restored and the instruction faults again. */
static void on_fault(int signal_number, siginfo_t *info, void *context)
{
    (void)context;
    char *at = info->si_addr;
    for (size_t i = 0; i < GUARDS; i++) {
        struct bounds *g = guards[i];
        if (!g || at < g->map || at >= g->map + g->map_bytes) {
            continue;
        }
        if (at >= g->opened && at < page_up(g->region->brk) && open_pages(g)) {
            return;
        }
        stray(g, at);
    }
    signal(signal_number, SIG_DFL);
}

static void install_handler(void)
{
    static char stack[1 << 16]; /* the policy may have exhausted its own stack */
    const stack_t alternate = {.ss_sp = stack, .ss_size = sizeof stack};
    sigaltstack(&alternate, NULL);
    struct sigaction action = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO | SA_ONSTACK};
    sigemptyset(&action.sa_mask);
    sigaction(SIGSEGV, &action, NULL);
    sigaction(SIGBUS, &action, NULL);
}

bool bounds_watch(struct bounds *g, struct region *r, char *map, size_t map_bytes,
                  bounds_report *report, void *ctx)
{
    size_t i = 0;
    page_bytes = system_page_bytes();
    while (i < GUARDS && guards[i]) {
        i++;
    }
    if (i == GUARDS || page_bytes > SYSTEM_PAGE_MOST || mprotect(map, map_bytes, PROT_NONE) != 0) {
        return false;
    }
    *g = (struct bounds){.region = r,
                         .map = map,
                         .map_bytes = map_bytes,
                         .opened = r->base,
                         .report = report,
                         .ctx = ctx};
    madvise(map, map_bytes, MADV_NOHUGEPAGE); /* an access must bring in its own page only */
    guards[i] = g;
    install_handler();
    return true;
}

/* The part of the last open page that lies above the break cannot be closed, so it is read. */
static void check_tail(struct bounds *g)
{
    static const char fresh[SYSTEM_PAGE_MOST];
    const struct region *r = g->region;
    char *end = page_up(r->brk);
    if (end > g->opened) {
        return;
    }
    char *from = r->peak > r->brk ? r->peak : r->brk;
    if (from < end && memcmp(from, fresh, (size_t)(end - from)) != 0) {
        g->report(g->ctx, BOUNDS_TAIL);
    }
}

void bounds_settle(struct bounds *g)
{
    const struct region *r = g->region;
    if (r->brk < r->base || r->brk > r->limit) {
        g->report(g->ctx, "moved the break out of [base, limit]");
    }
    char *end = page_up(r->brk);
    if (end + g->closes_above < g->opened) {
        char *used = r->peak < g->opened ? r->peak : g->opened; /* above it all stays zero */
        if (used > end) {
            memset(end, SCRIBBLE, (size_t)(used - end));
        }
        mprotect(end, (size_t)(g->opened - end), PROT_NONE);
        g->opened = end;
    }
    check_tail(g);
}

void bounds_look_ahead(const struct bounds *g)
{
    unsigned char resident[BOUNDS_AHEAD_MOST / REGION_ALIGN];
    char *from = page_up(g->region->peak);
    size_t bytes = from < g->opened ? (size_t)(g->opened - from) : 0;
    if (bytes == 0 || bytes > BOUNDS_AHEAD_MOST || mincore(from, bytes, resident) != 0) {
        return;
    }
    for (size_t i = 0; i < bytes / page_bytes; i++) {
        if (resident[i] & 1) {
            stray(g, from + i * page_bytes);
        }
    }
}

void bounds_restore(struct bounds *g, const struct region *r, const char *bytes)
{
    char *end = page_up(r->brk);
    /* closed pages too: something may have been written there above the peak of the copy */
    madvise(end, (size_t)(page_up(r->limit) - end), MADV_DONTNEED);
    if (end < g->opened) {
        mprotect(end, (size_t)(g->opened - end), PROT_NONE);
        g->opened = end;
    }
    *g->region = *r;
    if (r->brk < end) {
        memset(r->brk, 0, (size_t)(end - r->brk));
    }
    memcpy(r->base, bytes, region_bytes(r));
}

void bounds_end(struct bounds *g)
{
    for (size_t i = 0; i < GUARDS; i++) {
        if (guards[i] == g) {
            guards[i] = NULL;
        }
    }
}
