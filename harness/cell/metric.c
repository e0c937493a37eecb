#include "cell/metric.h"

#include <string.h>

const struct metric_info metric_table[METRICS] = {
#define X(name, type, nature, passes, unit, meaning)                                               \
    {#name, METRIC_##type, METRIC_##nature, passes, unit, meaning},
    FITLAB_METRICS(X)
#undef X
#define X(name, meaning) {#name, METRIC_COUNT, METRIC_EXACT, "M", "count", meaning},
        FITLAB_COUNTERS(X)
#undef X
};

const char *metric_nature_name(enum metric_nature nature)
{
    static const char *const name[] = {"exact", "build", "timed"};
    return name[nature];
}

enum metric_id metric_find(const char *name)
{
    size_t i = 0;
    while (i < METRICS && strcmp(metric_table[i].name, name) != 0) {
        i++;
    }
    return (enum metric_id)i;
}
