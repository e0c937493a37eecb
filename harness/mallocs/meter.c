#include "mallocs/meter.h"

#include "mallocs/foreign.h"

static size_t taken(const struct heap *h)
{
    return region_footprint(h->region);
}

const struct meter meter_region = {.name = "region", .bytes = taken};

const struct meter *meter_of(const struct policy *policy)
{
    const struct foreign *foreign = foreign_of(policy);
    return foreign ? foreign->meter : &meter_region;
}
