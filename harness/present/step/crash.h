/* crash.h - the message for a policy that crashes while it is stepped through. */
#ifndef FITLAB_CRASH_H
#define FITLAB_CRASH_H

#include <stdint.h>

/* The policy's code runs from now on, in this step, with this operation; policy NULL: it has come
 * back. If a signal such as SIGSEGV ends it in between, one line on standard error names the
 * policy, the step and the operation, and the program ends with 1. */
void crash_watch(const char *policy, uint64_t step, const char *operation);

/* What else to do before that line is written, such as to reset the terminal; or NULL. */
extern void (*crash_cleanup)(void);

#endif
