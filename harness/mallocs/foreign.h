/* foreign.h - a malloc that is not ours behind struct policy: the references, and any shared
 * library with malloc and free.
 *
 * Such a policy runs in a process of its own, which process.h prepares.
 */
#ifndef FITLAB_FOREIGN_H
#define FITLAB_FOREIGN_H

#include "mallocs/library.h"
#include "mallocs/meter.h"
#include "mallocs/purging.h"

/* X(name, meaning), bytes: what an allocator says of itself. */
#define FOREIGN_STATISTICS(X)                                                                      \
    X(allocated, "in live blocks")                                                                 \
    X(active, "in pages that hold live blocks")                                                    \
    X(metadata, "its own data")                                                                    \
    X(resident, "in pages that are resident, by its own account")                                  \
    X(mapped, "in pages that it has taken and not given back")

struct foreign_statistics {
#define X(name, meaning) uint64_t name;
    FOREIGN_STATISTICS(X)
#undef X
};

struct foreign {
    struct policy policy; /* with POLICY_OPAQUE; first, so that it leads to its foreign */
    const struct meter *meter;
    const char *file;    /* of the library: a path, or a name to be searched for; NULL: libc. A
                          * name that ends in '*' stands for any version number, the highest */
    const char *package; /* Debian's package, named to users who do not have the library */
    const struct purging_variable *purging; /* what its parameter means; NULL: nothing, or its open
                                               knows */
    bool preloaded;      /* where it is timed, as the malloc of its process */
    /* Called before the region of its heap is used for something else. NULL: nothing to do. */
    void (*leave)(struct heap *);
    /* Its statistics at the moment; false if it has none now. NULL: it never has any. */
    bool (*statistics)(const struct heap *, struct foreign_statistics *);
};

/* NULL if the policy is not foreign. */
const struct foreign *foreign_of(const struct policy *);

/* The path of the library's file, or NULL if it is not installed. The text stays. */
const char *foreign_path(const struct foreign *);

/* The alignment that a malloc must give a block of so many bytes. C asks for what any object of at
 * most that size needs, and no object is aligned to more than its size. At most FITLAB_ALIGN. */
size_t foreign_alignment(size_t bytes);

/* A library with malloc and free as a policy; it stays loaded. NULL and a problem if it lacks an
 * entry. */
const struct policy *foreign_library(const struct library *, const char *name, struct problem *);

#endif
