#include "conformance/trial.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

void verdict_where(const struct verdict *v, char *out, size_t size)
{
    if (!v->call) {
        snprintf(out, size, "before the first operation");
        return;
    }
    int used =
        snprintf(out, size, "operation %llu, %s(", (unsigned long long)v->operation - 1, v->call);
    for (int i = 0; i < v->args && used > 0 && (size_t)used < size; i++) {
        used += snprintf(out + used, size - (size_t)used, "%s%zu", i ? ", " : "", v->arg[i]);
    }
    if (used > 0 && (size_t)used < size) {
        snprintf(out + used, size - (size_t)used, ")");
    }
}

void trial_fail(struct trial *t, const char *format, ...)
{
    struct verdict *v = t->verdict;
    char where[96], what[sizeof v->detail - sizeof where - 4];
    va_list args;
    va_start(args, format);
    vsnprintf(what, sizeof what, format, args);
    va_end(args);
    verdict_where(v, where, sizeof where);
    snprintf(v->detail, sizeof v->detail, "%s: %s", where, what);
    v->outcome = OUTCOME_FAIL;
    if (t->aborts) {
        fprintf(stderr, "%s: %s\n", t->policy->name, v->detail);
        abort();
    }
    _exit(0);
}

void trial_skip(struct trial *t, const char *why)
{
    snprintf(t->verdict->detail, sizeof t->verdict->detail, "%s", why);
    t->verdict->outcome = OUTCOME_SKIP;
    _exit(0);
}

void trial_note(struct trial *t, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(t->verdict->detail, sizeof t->verdict->detail, format, args);
    va_end(args);
}

/* ---- regions ---- */

#define AROUND ((size_t)1 << 20) /* wide enough for a wrong index into a page or an array */

static void report(void *trial, const char *what)
{
    trial_fail(trial, "%s", what);
}

void site_open(struct site *s, struct trial *t, char *base, size_t bytes, enum site_kind kind)
{
    size_t whole = (bytes + REGION_ALIGN - 1) & ~(REGION_ALIGN - 1);
    int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | (base ? MAP_FIXED_NOREPLACE : 0);
    char *map = mmap(base ? base - AROUND : NULL, whole + 2 * AROUND, PROT_NONE, flags, -1, 0);
    if (map == MAP_FAILED) {
        trial_fail(t, "cannot map a region of %zu bytes", bytes);
    }
    base = map + AROUND;
    char *brk = kind == SITE_FIXED ? base + bytes : base;
    s->region = (struct region){.base = base, .brk = brk, .limit = base + bytes, .peak = brk};
    if (!bounds_watch(&s->guard, &s->region, map, whole + 2 * AROUND, report, t)) {
        trial_fail(t, "cannot guard a region");
    }
}

void site_close(struct site *s)
{
    bounds_end(&s->guard);
    munmap(s->guard.map, s->guard.map_bytes);
}
