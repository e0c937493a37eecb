/* named.h - NAME_malloc, NAME_free and NAME_realloc as entries of a policy. */
#ifndef FITLAB_NAMED_H
#define FITLAB_NAMED_H

#include "heap_file.h"

#define OWN_JOINED(prefix, name)   prefix##_##name
#define OWN_EXPANDED(prefix, name) OWN_JOINED(prefix, name)
#define OWN(name)                  OWN_EXPANDED(HEAP_FILE_PREFIX, name)

void *OWN(malloc)(size_t n);
void OWN(free)(void *p);

static void *named_alloc(struct heap *h, size_t n)
{
    (void)h;
    return file_can_hold(n) ? OWN(malloc)(n ? n : 1) : NULL;
}

static void named_free(struct heap *h, void *p)
{
    (void)h;
    OWN(free)(p);
}

#ifdef DEFINES_realloc
void *OWN(realloc)(void *p, size_t n);

static void *named_realloc(struct heap *h, void *p, size_t n)
{
    (void)h;
    return file_can_hold(n) ? OWN(realloc)(p, n ? n : 1) : NULL;
}
#else
#define named_realloc file_realloc_by_copy
#endif

#define NAMED_POLICY(line)                                                                         \
    FILE_POLICY(line, 0), .open = named_open, .alloc = named_alloc, .free = named_free,            \
                          .realloc = named_realloc

#endif
