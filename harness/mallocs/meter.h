/* meter.h - how the footprint of a heap is measured: by its region's break or, where a policy takes
 * its memory elsewhere, from outside. */
#ifndef FITLAB_METER_H
#define FITLAB_METER_H

#include "allocators/policy.h"

/* The name of the one meter that suits all: resident pages. */
#define METER_RESIDENT "resident"

struct meter {
    const char *name; /* the column meter */
    size_t (*bytes)(const struct heap *);
    bool resident; /* bytes are pages that are resident: payloads must be touched to count, it takes
                      some time to count them, and two runs differ a little */
};

/* Anonymous memory of this process that is resident, in bytes: exact, and made without a malloc. */
size_t meter_process_bytes(void);

/* The meter of any policy, by its traits. */
const struct meter *meter_of(const struct policy *);

/* The region's own: from its base to its break, less what is absent there. Exact. */
extern const struct meter meter_region;

/* What glibc's malloc has moved the break by and has mapped, since the heap was opened. */
extern const struct meter meter_glibc;

/* Growth of the resident set since the heap was opened. */
extern const struct meter meter_resident;

#endif
