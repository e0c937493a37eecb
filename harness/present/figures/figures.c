#include "figure.h"

#include <string.h>

#include "spec.h"

#define X(name) &figure_##name,
const struct figure *const figures[] = {FITLAB_FIGURES(X) NULL};
#undef X

#define X(name) +1
enum { FIGURES = 0 FITLAB_FIGURES(X) };
#undef X

const struct figure *figure_find(const char *name, struct problem *problem)
{
    const char *names[FIGURES];
    for (size_t i = 0; i < FIGURES; i++) {
        names[i] = figures[i]->name;
        if (!strcmp(names[i], name)) {
            return figures[i];
        }
    }
    spec_unknown("figure", name, names, FIGURES, "see 'fitlab list figures'", problem);
    return NULL;
}
