/* functions.h - functions in the items of a source: their names and parameters, and what is left to
 * do when statements have gone from them.
 */
#ifndef FITLAB_FUNCTIONS_H
#define FITLAB_FUNCTIONS_H

#include "present/emit/items.h"
#include "present/emit/specialise.h"

/* Parts of the text of an item. */
struct function {
    const char *name, *name_end;
    const char *parameters, *parameters_end; /* between the brackets */
    const char *body, *body_end;             /* between the braces */
};

/* False: the item is no function with a body. */
bool function_read(const struct item *, struct function *);

/* Functions that do nothing are not called any more; a parameter that is not used says so. False:
 * out of memory. */
bool functions_tidy(struct items *, const struct known_field *);

#endif
