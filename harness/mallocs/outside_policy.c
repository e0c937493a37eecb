#include "mallocs/outside_policy.h"

#include <string.h>

#include "mallocs/foreign.h"
#include "mallocs/lab.h"
#include "mallocs/plugin.h"

static bool ends_with(const char *word, const char *end)
{
    size_t length = strlen(word), tail = strlen(end);
    return length > tail && !strcmp(word + length - tail, end);
}

bool outside_policy_is_path(const char *word)
{
    return strchr(word, '/') || ends_with(word, ".so") || ends_with(word, ".c");
}

const struct policy *outside_policy_load(const char *path, struct problem *problem)
{
    struct library library;
    if (!(ends_with(path, ".c") ? lab_build : library_open)(path, &library, problem)) {
        return NULL;
    }
    return library.kind == LIBRARY_MALLOC ? foreign_library(&library, path, problem)
                                          : plugin_load(&library, problem);
}
