#include "workloads/problem.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

bool problem_set(struct problem *p, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(p->text, sizeof p->text, format, args);
    va_end(args);
    return false;
}

bool problem_prefix(struct problem *p, const char *format, ...)
{
    char tail[sizeof p->text];
    memcpy(tail, p->text, sizeof tail);
    va_list args;
    va_start(args, format);
    int used = vsnprintf(p->text, sizeof p->text, format, args);
    va_end(args);
    if (used >= 0 && (size_t)used < sizeof p->text) {
        snprintf(p->text + used, sizeof p->text - (size_t)used, ": %s", tail);
    }
    return false;
}
