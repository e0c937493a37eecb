/* log.h - inside a recorded program: writing events to the channel.
 *
 * Safe in any thread, in signal handlers, in children of fork and vfork, and before the
 * program's own constructors. Never allocates, never fails: an event that cannot be written
 * is counted as lost. Leaves errno alone.
 */
#ifndef FITLAB_LOG_H
#define FITLAB_LOG_H

#include <stddef.h>

#include "channel.h"

/* Nothing is written until the first call, which looks for the channel. size and align_log2
 * are 0 where they mean nothing; site is the address that called the allocator. */
void log_event(enum word_kind, const void *block, size_t size, unsigned align_log2,
               const void *site);

/* The resize announced by this thread's last WORD_REALLOC failed. */
void log_kept(void);

#endif
