/* plugin.h - a policy from a shared library built outside fitlab. */
#ifndef FITLAB_PLUGIN_H
#define FITLAB_PLUGIN_H

#include "allocators/policy.h"
#include "mallocs/library.h"

/* Loads the policy for good. Whatever is wrong with it, or a crash or hang while it is loaded (it
 * is tried in a child first), is a problem that says so; NULL then. */
const struct policy *plugin_load(const struct library *, struct problem *);

#endif
