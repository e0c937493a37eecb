/* plugin.h - a policy from a shared library built outside fitlab. */
#ifndef FITLAB_PLUGIN_H
#define FITLAB_PLUGIN_H

#include "allocators/policy.h"
#include "mallocs/library.h"

/* Loads the policy, which stays loaded. It is tried in a child process first. NULL and a problem if
 * something is wrong with it, or if it crashes or hangs while it is loaded. */
const struct policy *plugin_load(const struct library *, struct problem *);

#endif
