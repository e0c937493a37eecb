/* memory_meters.h - by which meters the memory in a results folder was measured, and so how it may
 * be compared; internal to results_reader.c. */
#ifndef FITLAB_MEMORY_METERS_H
#define FITLAB_MEMORY_METERS_H

#include "results/results_reader.h"

struct memory_meters {
    bool mixed;     /* the memory pass has rows that do not compare: of mallocs of other systems */
    bool own_pages; /* the pages pass has rows of theirs */
};

/* From the rows of summary.csv that are selected. Footprints compare only if all are of regions
 * that policies fill. False and a problem if it is no summary. */
bool memory_meters_find(struct memory_meters *, const struct identity *, struct problem *);

const struct memory_view *memory_meters_view(const struct memory_meters *);

#endif
