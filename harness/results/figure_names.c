#include "results/figure_names.h"

#include <string.h>

#include "base/words.h"

#define X(symbol, name) name,
const char *const figure_names[] = {FITLAB_FIGURES(X)};
#undef X

size_t figure_names_find(const char *name, struct problem *problem)
{
    for (size_t i = 0; i < FIGURE_COUNT; i++) {
        if (!strcmp(figure_names[i], name)) {
            return i;
        }
    }
    words_unknown("figure", name, figure_names, FIGURE_COUNT, "see 'fitlab list figures'", problem);
    return FIGURE_COUNT;
}
