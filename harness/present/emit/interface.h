/* interface.h - the functions that an emitted heap has for its program: the last part of the file.
 */
#ifndef FITLAB_INTERFACE_H
#define FITLAB_INTERFACE_H

#include "present/emit/emit.h"
#include "present/emit/recipes.h"

/* Their names without the prefix; ends with NULL. */
extern const char *const interface_functions[];

void interface_write(const struct recipe *, const struct emit_options *, FILE *);

#endif
