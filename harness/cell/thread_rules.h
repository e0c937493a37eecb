/* thread_rules.h - which cells can be replayed by several threads. */
#ifndef FITLAB_THREAD_RULES_H
#define FITLAB_THREAD_RULES_H

#include "spec/policy_spec.h"

enum { THREADS_MOST = 256 };

/* False and a problem if the policy cannot be used by so many threads at once. */
bool thread_rules_sound(const struct policy_spec *, unsigned threads, struct problem *);

/* False and a problem if the machine has fewer processors; `unless` is what allows it. */
bool thread_rules_fit(unsigned threads, const char *unless, struct problem *);

#endif
