/* malloc_policy.h - a malloc as a policy: that of a library, or the C library's own. */
#ifndef FITLAB_MALLOC_POLICY_H
#define FITLAB_MALLOC_POLICY_H

#include "mallocs/foreign.h"

/* A library's malloc by the names of its entries; those after free may be NULL. */
struct malloc_entries {
    void *(*malloc)(size_t);
    void (*free)(void *);
    void *(*realloc)(void *, size_t);
    int (*posix_memalign)(void **, size_t, size_t);
    size_t (*usable)(void *);
};

/* Loads a reference's library, beside the process's malloc unless it is that already, and finds
 * its entries. Returns dlopen's handle, or NULL. */
void *malloc_entries_load(const struct foreign *, struct malloc_entries *);

struct heap *malloc_policy_open(const struct policy *, struct region *, const long *arg);
void *malloc_policy_alloc(struct heap *, size_t n);
void malloc_policy_free(struct heap *, void *p);
size_t malloc_policy_usable(const struct heap *, const void *p);
void *malloc_policy_realloc(struct heap *, void *p, size_t n);
void *malloc_policy_memalign(struct heap *, size_t align, size_t n);

/* The C library's, which keeps account of what it maps. */
struct heap *glibc_policy_open(const struct policy *, struct region *, const long *arg);
void *glibc_policy_alloc(struct heap *, size_t n);
void glibc_policy_free(struct heap *, void *p);
size_t glibc_policy_usable(const struct heap *, const void *p);
void *glibc_policy_realloc(struct heap *, void *p, size_t n);
void *glibc_policy_memalign(struct heap *, size_t align, size_t n);

#endif
