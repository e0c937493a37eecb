/* columns.h - what the columns of a results folder's tables are, for programs: the type, unit and
 * meaning that results/README.md gives to people. Metrics and samples are described once, in
 * cell/metric.h and replay/sample.h. */
#ifndef FITLAB_COLUMNS_H
#define FITLAB_COLUMNS_H

#include <stdbool.h>
#include <stddef.h>

struct column_info {
    const char *type;            /* of Frictionless' Table Schema: string, integer, number */
    const char *unit;            /* "" for what has none */
    const char *nature, *passes; /* of a metric, as in cell/metric.h; else NULL */
    const char *meaning;
};

/* Every file that column_find knows, in the order of results/README.md; ends with NULL. */
extern const char *const columns_files[];

/* False if the file has no column of this name. */
bool column_find(const char *file, const char *name, struct column_info *);

/* The columns of a file that came after the first results folders, so that a folder which an older
 * version made may lack them: they are unknown then. Gives how many there are. */
enum { COLUMNS_LATER_MOST = 256 };
size_t columns_later(const char *file, const char *names[COLUMNS_LATER_MOST]);

#endif
