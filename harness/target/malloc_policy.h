/* malloc_policy.h - the malloc of the process as a policy. */
#ifndef FITLAB_MALLOC_POLICY_H
#define FITLAB_MALLOC_POLICY_H

#include "policy.h"

/* Whichever malloc the process has, by its libc name. */
struct heap *malloc_policy_open(const struct policy *, struct region *, const long *arg);
void *malloc_policy_alloc(struct heap *, size_t n);
void malloc_policy_free(struct heap *, void *p);
size_t malloc_policy_usable(const struct heap *, const void *p);
void *malloc_policy_realloc(struct heap *, void *p, size_t n);
void *malloc_policy_memalign(struct heap *, size_t align, size_t n);

/* The same for glibc's own, which keeps account of what it maps. */
struct heap *glibc_policy_open(const struct policy *, struct region *, const long *arg);
void *glibc_policy_alloc(struct heap *, size_t n);
void glibc_policy_free(struct heap *, void *p);
void *glibc_policy_realloc(struct heap *, void *p, size_t n);
void *glibc_policy_memalign(struct heap *, size_t align, size_t n);

#endif
