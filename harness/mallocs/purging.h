/* purging.h - how eagerly somebody else's malloc gives pages back: one parameter for each, a choice
 * of three. Its own default is the default here. */
#ifndef FITLAB_PURGING_H
#define FITLAB_PURGING_H

#include "allocators/param.h"

enum purging { PURGE_DEFAULT, PURGE_NOW, PURGE_NEVER, PURGE_CHOICES };

/* Tables of one parameter, named as the allocator's own setting is. */
extern const struct param purging_decay[], purging_purge[], purging_trim[], purging_release[];

/* A variable of the environment that the allocator reads when it is loaded, and its value for each
 * choice; NULL: not set. */
struct purging_variable {
    const char *name;
    const char *value[PURGE_CHOICES];
};

/* Lists that end with a name of NULL. */
extern const struct purging_variable purging_of_mimalloc[], purging_of_tcmalloc[];

/* Sets the variables for a choice, or removes all of them. A list may be NULL. */
void purging_set(const struct purging_variable *, enum purging);
void purging_unset(const struct purging_variable *);

#endif
