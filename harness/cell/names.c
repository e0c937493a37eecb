/* names.c - the words for passes and statuses. */
#include <string.h>

#include "base/words.h"
#include "cell/pass_kind.h"

const struct pass_kind *const pass_kinds[CELL_PASS_COUNT] = {
#define X(symbol, kind) &pass_##kind,
    CELL_PASSES(X)
#undef X
};

static const char *const status_names[] = {
#define X(symbol, name, meaning) name,
    CELL_STATUSES(X)
#undef X
};

const char *cell_pass_name(enum cell_pass pass)
{
    return pass_kinds[pass]->name;
}

bool cell_pass_is_timed(enum cell_pass pass)
{
    return pass_kinds[pass]->timed;
}

bool cell_pass_names_timed(const char *name)
{
    for (unsigned pass = 0; pass < CELL_PASS_COUNT; pass++) {
        if (!strcmp(pass_kinds[pass]->name, name)) {
            return pass_kinds[pass]->timed;
        }
    }
    return false;
}

const char *cell_status_name(enum cell_status status)
{
    return status_names[status];
}

bool cell_pass_parse(const char *text, enum cell_pass *pass, struct problem *problem)
{
    const char *names[CELL_PASS_COUNT];
    for (unsigned i = 0; i < CELL_PASS_COUNT; i++) {
        names[i] = pass_kinds[i]->name;
        if (!strcmp(names[i], text)) {
            *pass = (enum cell_pass)i;
            return true;
        }
    }
    return words_unknown("pass", text, names, CELL_PASS_COUNT, NULL, problem);
}
