/* touch.h - whether a replay writes into the blocks that it gets. */
#ifndef FITLAB_TOUCH_H
#define FITLAB_TOUCH_H

#include "workloads/problem.h"

/* X(symbol, name, what it does) */
#define FITLAB_TOUCHES(X)                                                                          \
    X(NONE, "none", "payloads are left alone")                                                     \
    X(FIRST, "first", "the first byte of each block is written")                                   \
    X(ALL, "all", "every byte of each block is written")

enum touch {
#define X(symbol, name, meaning) TOUCH_##symbol,
    FITLAB_TOUCHES(X)
#undef X
        TOUCH_COUNT
};

extern const char *const touch_names[TOUCH_COUNT];
extern const char *const touch_meanings[TOUCH_COUNT]; /* clauses */

/* False and a problem that names the words there are. */
bool touch_parse(const char *text, enum touch *, struct problem *);

#endif
