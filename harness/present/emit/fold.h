/* fold.h - conditions that are known once the parameters are: an `if` whose condition is always
 * true or always false becomes the part that is left of it.
 */
#ifndef FITLAB_FOLD_H
#define FITLAB_FOLD_H

#include "present/emit/specialise.h"

/* The text with all such conditions decided, allocated; NULL: out of memory. */
char *fold_text(const char *text, const struct known_field *);

#endif
