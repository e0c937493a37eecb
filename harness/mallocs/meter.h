/* meter.h - how the footprint of a heap is measured: by its region's break or, where a policy takes
 * its memory elsewhere, from outside. */
#ifndef FITLAB_METER_H
#define FITLAB_METER_H

#include "allocators/policy.h"

struct meter {
    const char *name; /* the column footprint_by */
    size_t (*bytes)(const struct heap *);
    bool resident; /* bytes are pages that are resident: payloads must be touched to count, it takes
                      some time to count them, and two runs differ a little */
};

/* The meter of any policy, by its traits. */
const struct meter *meter_of(const struct policy *);

/* The region's own: from its base to its break, less what is absent there. Exact. */
extern const struct meter meter_region;

/* What glibc's malloc has moved the break by and has mapped, since the heap was opened. */
extern const struct meter meter_glibc;

/* Growth of the resident set since the heap was opened. */
extern const struct meter meter_resident;

#endif
