/* condition.h - what is known of a condition in C when some of the words in it are.
 */
#ifndef FITLAB_CONDITION_H
#define FITLAB_CONDITION_H

#include "present/emit/specialise.h"

enum { CONDITION_MOST = 1024 };

/* Writes the condition without its known parts; "true" or "false" if all of it is known. What is
 * too long stays as it is. */
void condition_simplify(const char *from, const char *end, const struct known_field *,
                        char out[CONDITION_MOST]);

#endif
