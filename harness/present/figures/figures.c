#include "present/figures/figure.h"

#define X(symbol, name) &figure_##symbol,
const struct figure *const figures[] = {FITLAB_FIGURES(X) NULL};
#undef X

const struct figure *figure_find(const char *name, struct problem *problem)
{
    return figures[figure_names_find(name, problem)];
}
