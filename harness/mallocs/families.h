/* families.h - other people's heaps that come as C files, and how the family of a file is
 * recognised: by the functions that it defines.
 *
 * To add a family, write a file in families/ and an entry of the table in families.c. */
#ifndef FITLAB_FAMILIES_H
#define FITLAB_FAMILIES_H

#include "mallocs/definitions.h"

enum { FAMILY_FUNCTIONS = 5, FAMILY_FLAGS = 4 };

struct family {
    const char *name; /* as in the message about a file that is none of them */
    const char
        *adapter; /* families/ADAPTER.c; what the file includes may lie in families/ADAPTER */
    const char
        *function[FAMILY_FUNCTIONS]; /* the file is of this family if it defines all of them; one
                                        that begins with '_' follows the prefix of the file */
    const char *optional[FAMILY_FUNCTIONS]; /* those that are defined become -DDEFINES_FUNCTION */
    const char *flag[FAMILY_FLAGS];         /* of the compiler */
    bool over_memory;                       /* its init takes (void *memory, size_t bytes) */
    bool over_sbrk;                         /* it calls sbrk */
};

/* The family of the file, and the prefix of its functions where the family has none of its own
 * ("": it has). NULL if it is none of them. */
const struct family *families_find(const struct definitions *, char prefix[64]);

/* The function of a family in a file whose prefix is given, or NULL. */
const struct definition *family_function(const struct definitions *, const char *prefix,
                                         const char *function);

/* "a malloc-lab solution, heap_5 of FreeRTOS, ... or a heap over sbrk" */
void families_describe(char *out, size_t size);

#endif
