#include "trial.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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
