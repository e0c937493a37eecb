/* expand.h - uses of macros at the top level of a source, such as SEQFIT_ENTRIES(own, OWN), become
 * the functions and tables that they stand for.
 */
#ifndef FITLAB_EXPAND_H
#define FITLAB_EXPAND_H

#include "present/emit/items.h"

/* Replaces each use of a macro that one of the items defines by the items of its body. */
bool expand_uses(struct items *, struct problem *);

#endif
