/* seqfit_param.h - the parameters that the sequential fits have in common. */
#ifndef FITLAB_SEQFIT_PARAM_H
#define FITLAB_SEQFIT_PARAM_H

#include "structures/block.h"
#include "structures/growth.h"

enum seqfit_coalesce { COALESCE_IMMEDIATE, COALESCE_DEFERRED, COALESCE_NEVER };

/* The parameter table of every fit, in this order. */
enum seqfit_arg { ARG_ORDER, ARG_COALESCE, ARG_SPLIT_MIN, ARG_GROW, ARG_INDEX, ARG_BINS };

enum seqfit_index { INDEX_LIST, INDEX_TREE, INDEX_EXACT };

#define SEQFIT_CHOICES(names) .max = (long)(sizeof(names) / sizeof *(names)) - 2, .choices = (names)

#define SEQFIT_PARAMS(orders, indexes)                                                             \
    [ARG_ORDER] = {.name = "order",                                                                \
                   .help = "of the holes: first-fit takes the first, ties go to the first",        \
                   SEQFIT_CHOICES(orders)},                                                        \
    [ARG_COALESCE] = {.name = "coalesce",                                                          \
                      .help = "when free neighbours become one hole",                              \
                      SEQFIT_CHOICES(seqfit_coalesce_names)},                                      \
    [ARG_SPLIT_MIN] = {.name = "split_min",                                                        \
                       .help = "a remainder smaller than this stays in its block",                 \
                       .unit = "bytes",                                                            \
                       .init = BLOCK_MIN,                                                          \
                       .min = BLOCK_MIN,                                                           \
                       .max = 65536},                                                              \
    [ARG_GROW] = GROWTH_PARAM,                                                                     \
    [ARG_INDEX] = {.name = "index",                                                                \
                   .help = "how a hole is found, which never changes which one",                   \
                   SEQFIT_CHOICES(indexes)}

static const char *const seqfit_orders[] = {"address", "lifo", "fifo", "size", NULL};
static const char *const seqfit_indexes[] = {"list", "tree", NULL};
static const char *const seqfit_coalesce_names[] = {"immediate", "deferred", "never", NULL};

#endif
