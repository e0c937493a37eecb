/* interface.h - the functions that an emitted heap has for its program: the last part of the file.
 */
#ifndef FITLAB_INTERFACE_H
#define FITLAB_INTERFACE_H

#include "present/emit/emit.h"
#include "present/emit/recipes.h"

/* Their names without the prefix; ends with NULL. */
extern const char *const interface_functions[];

/* grow: the enumerator of how the heap grows. */
void interface_write(const struct recipe *, const struct emit_options *, const char *grow, FILE *);

/* What stands in the place of region_extend and region_trim in a heap over sbrk. */
extern const char interface_sbrk_moves[];

#endif
