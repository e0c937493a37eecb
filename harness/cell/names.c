/* names.c - the words for passes, statuses and touches. */
#include <string.h>

#include "base/words.h"
#include "cell/cell.h"
#include "spec/spec.h"

static const char *const pass_names[] = {
#define X(symbol, name, what) name,
    CELL_PASSES(X)
#undef X
};

static const char *const status_names[] = {
#define X(symbol, name, meaning) name,
    CELL_STATUSES(X)
#undef X
};

static const char *const touch_names[] = {
#define X(symbol, name, meaning) name,
    CELL_TOUCHES(X)
#undef X
};

const char *cell_pass_name(enum cell_pass pass)
{
    return pass_names[pass];
}

bool cell_pass_is_timed(enum cell_pass pass)
{
    return pass == PASS_THROUGHPUT || pass == PASS_THROUGHPUT_COLD || pass == PASS_LATENCY;
}

bool cell_pass_names_timed(const char *name)
{
    for (unsigned pass = 0; pass < CELL_PASS_COUNT; pass++) {
        if (!strcmp(pass_names[pass], name)) {
            return cell_pass_is_timed(pass);
        }
    }
    return false;
}

const char *cell_status_name(enum cell_status status)
{
    return status_names[status];
}

const char *cell_touch_name(enum cell_touch touch)
{
    return touch_names[touch];
}

const char *cell_touch_meaning(enum cell_touch touch)
{
    static const char *const meanings[] = {
#define X(symbol, name, meaning) meaning,
        CELL_TOUCHES(X)
#undef X
    };
    return meanings[touch];
}

/* The index of a word, or -1 and a problem that suggests one. */
static int find_word(const char *text, const char *what, const char *const *names, size_t n,
                     struct problem *problem)
{
    for (size_t i = 0; i < n; i++) {
        if (!strcmp(names[i], text)) {
            return (int)i;
        }
    }
    words_unknown(what, text, names, n, NULL, problem);
    return -1;
}

bool cell_pass_parse(const char *text, enum cell_pass *pass, struct problem *problem)
{
    int i = find_word(text, "pass", pass_names, CELL_PASS_COUNT, problem);
    *pass = i < 0 ? *pass : (enum cell_pass)i;
    return i >= 0;
}

bool cell_touch_parse(const char *text, enum cell_touch *touch, struct problem *problem)
{
    int i = find_word(text, "touch", touch_names, CELL_TOUCH_COUNT, problem);
    *touch = i < 0 ? *touch : (enum cell_touch)i;
    return i >= 0;
}
