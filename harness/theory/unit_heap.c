#include "theory/unit_heap.h"

#include "allocators/heap.h"

enum { HEAP_BYTES = 1 << 20 /* room for what the empty heap needs */ };

size_t unit_request(const struct unit_heap *u, size_t units)
{
    return units * UNIT_GRANULE - u->header;
}

static void meter_begin(struct unit_heap *u)
{
    if (u->meter) {
        op_meter_begin(u->meter, u->heap);
    }
}

static void meter_end(struct unit_heap *u)
{
    if (u->meter) {
        u->cost = op_meter_end(u->meter, u->heap);
    }
}

void *unit_alloc(struct unit_heap *u, size_t units)
{
    meter_begin(u);
    void *p = heap_alloc(u->heap, unit_request(u, units));
    meter_end(u);
    if (p) {
        const char *end = (const char *)p + heap_usable(u->heap, p);
        u->top = end > u->top ? end : u->top;
    }
    return p;
}

void unit_free(struct unit_heap *u, void *payload)
{
    meter_begin(u);
    heap_free(u->heap, payload);
    meter_end(u);
}

size_t unit_address(const struct unit_heap *u, const void *payload)
{
    return (size_t)((const char *)payload - u->header - u->origin) / UNIT_GRANULE;
}

static size_t whole_units(size_t bytes)
{
    return (bytes + UNIT_GRANULE - 1) / UNIT_GRANULE;
}

size_t unit_height(const struct unit_heap *u)
{
    return whole_units(region_footprint(&u->map.region) - u->empty_bytes);
}

size_t unit_high_water(const struct unit_heap *u)
{
    if (u->fixed) {
        return u->top ? whole_units((size_t)(u->top - u->origin)) : 0;
    }
    return whole_units(region_peak_footprint(&u->map.region) - u->empty_bytes);
}

size_t unit_header(struct heap *h)
{
    enum { BYTES = 24, MOST = 64 }; /* small blocks lie side by side in every policy */
    char *a = heap_alloc(h, BYTES), *b = a ? heap_alloc(h, BYTES) : NULL;
    if (!b) {
        return 0;
    }
    char *low = a < b ? a : b, *high = a < b ? b : a;
    size_t apart = (size_t)(high - low), usable = heap_usable(h, low);
    return apart > usable && apart - usable <= MOST ? apart - usable : 0;
}

static bool open_empty(struct unit_heap *u)
{
    region_map_renew(&u->map, u->fixed);
    u->heap = u->spec->policy->open(u->spec->policy, &u->map.region, u->spec->values.number);
    u->top = NULL;
    return u->heap != NULL;
}

void unit_heap_renew(struct unit_heap *u)
{
    open_empty(u);
}

/* Blocks of 1 and of 2 units must be exactly as large as requested. If they are not, the policy
 * rounds, and has no units. */
static bool fits_units(struct unit_heap *u, size_t header)
{
    u->header = header;
    if (!open_empty(u)) {
        return false;
    }
    u->empty_bytes = region_footprint(&u->map.region);
    char *one = unit_alloc(u, 1), *two = unit_alloc(u, 2);
    bool fits = one && two && heap_usable(u->heap, one) == unit_request(u, 1) &&
                heap_usable(u->heap, two) == unit_request(u, 2);
    u->origin = one ? one - header : NULL;
    return open_empty(u) && fits;
}

bool unit_heap_open(struct unit_heap *u, const struct policy_spec *spec, size_t most, bool fixed,
                    struct problem *problem)
{
    *u = (struct unit_heap){.spec = spec, .fixed = fixed};
    if (!region_map_open(&u->map, most * UNIT_GRANULE + HEAP_BYTES, fixed, 0, problem)) {
        return false;
    }
    if (!open_empty(u)) {
        region_map_close(&u->map);
        return problem_set(problem, "%s cannot open a region of %zu bytes", spec->label,
                           most * UNIT_GRANULE + HEAP_BYTES);
    }
    if (fits_units(u, unit_header(u->heap))) {
        return true;
    }
    region_map_close(&u->map);
    return problem_set(problem,
                       "%s has no units: blocks of %d and of %d bytes do not take up a "
                       "constant more",
                       spec->label, UNIT_GRANULE, 2 * UNIT_GRANULE);
}

void unit_heap_close(struct unit_heap *u)
{
    region_map_close(&u->map);
}
