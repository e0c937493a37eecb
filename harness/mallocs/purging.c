#include "mallocs/purging.h"

#include <stdlib.h>

static const char *const choices[] = {"default", "now", "never", NULL};

#define PURGING(table, key, line)                                                                  \
    const struct param table[] = {                                                                 \
        {.name = key, .help = line, .max = PURGE_NEVER, .choices = choices}, PARAM_END}

PURGING(purging_decay, "decay",
        "when unused pages are purged: after 10 s by the clock of the replay, at once, or never");
PURGING(purging_purge, "purge",
        "when unused pages are purged: after its own delay by the clock, at once, or never");
PURGING(purging_trim, "trim",
        "when the top of the heap is given back: above its own threshold, at once, or never");
PURGING(purging_release, "release",
        "when free spans are given back: at its own rate, at once, or never");

/* Several names, as they changed between versions; one that a version does not know it ignores. */
const struct purging_variable purging_of_mimalloc[] = {
    {"MIMALLOC_PURGE_DELAY", {[PURGE_NOW] = "0", [PURGE_NEVER] = "-1"}},
    {"MIMALLOC_DECOMMIT_DELAY", {[PURGE_NOW] = "0"}},
    {"MIMALLOC_RESET_DELAY", {[PURGE_NOW] = "0"}},
    {"MIMALLOC_ALLOW_DECOMMIT", {[PURGE_NEVER] = "0"}},
    {0},
};

const struct purging_variable purging_of_tcmalloc[] = {
    {"TCMALLOC_AGGRESSIVE_DECOMMIT", {[PURGE_NOW] = "1"}},
    {"TCMALLOC_RELEASE_RATE", {[PURGE_NEVER] = "0"}},
    {0},
};

void purging_set(const struct purging_variable *v, enum purging choice)
{
    for (; v && v->name; v++) {
        if (v->value[choice]) {
            setenv(v->name, v->value[choice], 1);
        } else {
            unsetenv(v->name);
        }
    }
}

void purging_unset(const struct purging_variable *v)
{
    purging_set(v, PURGE_DEFAULT);
}
