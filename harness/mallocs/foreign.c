#include "mallocs/foreign.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "mallocs/jemalloc.h"
#include "mallocs/malloc_policy.h"
#include "mallocs/outside_policy.h"

static const struct foreign foreign_glibc = {
    .policy = {.abi = FITLAB_POLICY_ABI,
               .traits = POLICY_OPAQUE | POLICY_ELSEWHERE,
               .name = "glibc",
               .summary = "reference: the malloc of the C library",
               .params = purging_trim,
               .open = glibc_policy_open,
               .alloc = glibc_policy_alloc,
               .free = glibc_policy_free,
               .usable = glibc_policy_usable,
               .realloc = glibc_policy_realloc,
               .memalign = glibc_policy_memalign},
    .meter = &meter_glibc,
};

#define PRELOADED(title, line, table)                                                              \
    {                                                                                              \
        .abi = FITLAB_POLICY_ABI, .traits = POLICY_OPAQUE | POLICY_ELSEWHERE, .name = title,       \
        .summary = line, .params = table, .open = malloc_policy_open, .alloc = malloc_policy_alloc,                 \
        .free = malloc_policy_free, .usable = malloc_policy_usable,                                \
        .realloc = malloc_policy_realloc, .memalign = malloc_policy_memalign                       \
    }

static const struct foreign foreign_mimalloc = {
    .policy = PRELOADED("mimalloc", "reference: mimalloc, preloaded into a process of its own",
                        purging_purge),
    .meter = &meter_resident,
    .purging = purging_of_mimalloc,
    .file = "libmimalloc.so.*",
    .package = "libmimalloc-dev",
    .preloaded = true,
};

static const struct foreign foreign_tcmalloc = {
    .policy = PRELOADED("tcmalloc", "reference: tcmalloc, preloaded into a process of its own",
                        purging_release),
    .meter = &meter_resident,
    .purging = purging_of_tcmalloc,
    .file = "libtcmalloc_minimal.so.4",
    .package = "libtcmalloc-minimal4",
    .preloaded = true,
};

const struct policy *const reference_mallocs[] = {&foreign_glibc.policy, &foreign_jemalloc.policy,
                                                  &foreign_mimalloc.policy,
                                                  &foreign_tcmalloc.policy, NULL};

/* The libraries that were loaded. There are few, and they stay loaded. */
static struct taken {
    struct foreign foreign;
    struct library library;
    char name[512];
    struct taken *next;
} * libraries;

const struct foreign *foreign_of(const struct policy *policy)
{
    for (size_t i = 0; reference_mallocs[i]; i++) {
        if (reference_mallocs[i] == policy) {
            return (const struct foreign *)policy; /* its first member */
        }
    }
    for (const struct taken *t = libraries; t; t = t->next) {
        if (&t->foreign.policy == policy) {
            return &t->foreign;
        }
    }
    return NULL;
}

/* The number after the last point of a name such as libmimalloc.so.2, if the rest is what
 * `pattern`, such as libmimalloc.so.*, says; -1 if not. */
static long version_of(const char *name, const char *pattern)
{
    size_t fixed = strcspn(pattern, "*");
    char *end;
    if (strncmp(name, pattern, fixed) != 0 || name[fixed] < '0' || name[fixed] > '9') {
        return -1;
    }
    long version = strtol(name + fixed, &end, 10);
    return *end ? -1 : version;
}

/* Writes the path of a file in a folder: of the highest version there if the name ends in '*'. */
static bool find_in(const char *folder, const char *file, char *path, size_t size)
{
    if (!strchr(file, '*')) {
        snprintf(path, size, "%s/%s", folder, file);
        return access(path, R_OK) == 0;
    }
    DIR *dir = opendir(folder);
    long highest = -1;
    for (struct dirent *entry; dir && (entry = readdir(dir));) {
        long version = version_of(entry->d_name, file);
        highest = version > highest ? version : highest;
    }
    if (dir) {
        closedir(dir);
    }
    snprintf(path, size, "%s/%.*s%ld", folder, (int)strcspn(file, "*"), file, highest);
    return highest >= 0 && access(path, R_OK) == 0;
}

/* Where the dynamic linker would find it, as far as that is fixed. */
const char *foreign_path(const struct foreign *f)
{
    static const char *const folders[] = {"/usr/local/lib", "/usr/lib/" FITLAB_ARCHITECTURE,
                                          "/lib/" FITLAB_ARCHITECTURE, "/usr/lib64", "/usr/lib"};
    static char path[4096];
    if (!f->file || strchr(f->file, '/')) {
        return f->file;
    }
    const char *own = getenv("LD_LIBRARY_PATH");
    for (size_t i = own && *own ? 0 : 1; i <= sizeof folders / sizeof *folders; i++) {
        if (find_in(i ? folders[i - 1] : own, f->file, path, sizeof path)) {
            return path;
        }
    }
    return NULL;
}

size_t foreign_alignment(size_t bytes)
{
    size_t align = 1;
    while (align < FITLAB_ALIGN && 2 * align <= bytes) {
        align *= 2;
    }
    return align;
}

const struct policy *foreign_library(const struct library *library, const char *name,
                                     struct problem *problem)
{
    if (!library->realloc && !library->usable) {
        problem_set(problem,
                    "%s: defines malloc and free, but neither realloc nor "
                    "malloc_usable_size, one of which is needed",
                    name);
        return NULL;
    }
    struct taken *t = calloc(1, sizeof *t);
    if (!t) {
        problem_set(problem, "%s: no memory", name);
        return NULL;
    }
    t->library = *library;
    snprintf(t->name, sizeof t->name, "%s", name);
    t->foreign = (struct foreign){.policy = PRELOADED(t->name, "a malloc, preloaded", NULL),
                                  .meter = &meter_resident,
                                  .file = t->library.path,
                                  .preloaded = true};
    t->foreign.policy.realloc = library->realloc ? malloc_policy_realloc : NULL;
    t->foreign.policy.usable = library->usable ? malloc_policy_usable : NULL;
    t->foreign.policy.memalign = library->memalign ? malloc_policy_memalign : NULL;
    t->next = libraries;
    libraries = t;
    return &t->foreign.policy;
}
