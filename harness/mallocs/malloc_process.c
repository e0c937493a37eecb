#define _GNU_SOURCE
#include "mallocs/malloc_process.h"

#include <dlfcn.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "mallocs/foreign.h"
#include "mallocs/meter.h"

/* Reserves room in every thread's static TLS for a library that is loaded later and needs it. */
#define SPARE_TLS "glibc.rtld.optional_static_tls=200000"

bool malloc_process_needed(const struct policy *policy)
{
    return foreign_of(policy) != NULL;
}

void malloc_process_prepare(const struct policy *policy, const long *arg, bool timed)
{
    const struct foreign *f = foreign_of(policy);
    const char *path = foreign_path(f);
    unsetenv("LD_PRELOAD");
    if (f->purging) {
        purging_set(f->purging, (enum purging)arg[0]);
    }
    if (f->preloaded && timed && path) {
        setenv("LD_PRELOAD", path, 1);
    } else if (f->file) {
        setenv("GLIBC_TUNABLES", SPARE_TLS, 1);
    }
}

static bool same_file(const char *a, const char *b)
{
    char real_a[PATH_MAX], real_b[PATH_MAX];
    return realpath(a, real_a) && realpath(b, real_b) && !strcmp(real_a, real_b);
}

static size_t load_bytes;

size_t malloc_process_load_bytes(void)
{
    return load_bytes;
}

/* False: it cannot be loaded, and dlerror says why. */
static bool load(const char *path)
{
    meter_process_bytes(); /* opens what it reads */
    size_t before = meter_process_bytes();
    bool loaded = dlopen(path, RTLD_NOW | RTLD_LOCAL | RTLD_DEEPBIND) != NULL;
    size_t after = meter_process_bytes();
    load_bytes = after > before ? after - before : 0;
    return loaded;
}

bool malloc_process_ready(const struct policy *policy, bool timed, struct problem *problem)
{
    const struct foreign *f = foreign_of(policy);
    unsetenv("LD_PRELOAD");
    unsetenv("GLIBC_TUNABLES");
    const char *path = foreign_path(f);
    if (f->file && !path) {
        return problem_set(problem, "%s is not installed here: there is no %s (apt-get install %s)",
                           policy->name, f->file, f->package);
    }
    if (path && !(f->preloaded && timed) && !load(path)) {
        return problem_set(problem, "%s cannot be loaded: %s", policy->name, dlerror());
    }
    purging_unset(f->purging);
    Dl_info home;
    if (f->preloaded && timed &&
        (!dladdr(dlsym(RTLD_DEFAULT, "malloc"), &home) || !home.dli_fname ||
         !same_file(home.dli_fname, path))) {
        return problem_set(problem, "%s: malloc is still that of %s: the library was not preloaded",
                           path, home.dli_fname ? home.dli_fname : "another library");
    }
    return true;
}
