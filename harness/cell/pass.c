#include "cell/pass.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/resource.h>

#include "cell/layout.h"
#include "mallocs/foreign.h"
#include "region/zeroes.h"

bool pass_fail(struct pass *p, enum cell_status status, const char *format, ...)
{
    shared_results_unlock(p->shared);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(p->shared->detail, sizeof p->shared->detail, format, arguments);
    va_end(arguments);
    p->shared->status = status;
    return false;
}

static bool open_heap(struct pass *p)
{
    const struct policy_spec *spec = p->cell->policy;
    p->meter = meter_of(spec->policy);
    p->map.region.threads = p->threads;
    p->heap = p->policy->open(p->policy, &p->map.region, spec->values.number);
    if (!p->heap && foreign_of(spec->policy)) {
        return pass_fail(p, CELL_UNAVAILABLE, "%s cannot be the malloc of this fitlab's process",
                         spec->policy->name);
    }
    if (!p->heap) {
        return pass_fail(p, CELL_UNAVAILABLE,
                         "%s cannot open a heap in a region of %zu bytes: give a larger one",
                         spec->policy->name, p->region_bytes);
    }
    return true;
}

bool pass_map_region(struct pass *p)
{
    struct problem problem;
    const struct region_spec *spec = &p->cell->region;
    p->fixed = spec->form != REGION_GROW;
    p->region_bytes = region_spec_bytes(spec, p->packed.facts.peak_live_bytes);
    if (!region_map_open(&p->map, p->region_bytes, p->fixed, layout_colour(p->cell), &problem)) {
        return pass_fail(p, CELL_ERROR, "%s", problem.text);
    }
    return true;
}

void pass_widen_pages(struct pass *p)
{
    enum { DENSE = 4096, LEAST = 16 << 20 };
    const struct workload_facts *f = &p->packed.facts;
    if (f->peak_live_bytes >= LEAST && f->peak_live_bytes / f->peak_live_blocks < DENSE &&
        !meter_of(p->cell->policy->policy)->resident) {
        zeroes_widen_pages(p->map.map, p->map.length);
    }
}

static void leave_heap(struct pass *p)
{
    const struct foreign *foreign = p->heap ? foreign_of(p->heap->policy) : NULL;
    if (foreign && foreign->leave) {
        foreign->leave(p->heap);
    }
}

bool pass_new_heap(struct pass *p)
{
    leave_heap(p);
    if (p->map.map) {
        region_map_renew(&p->map, p->fixed);
    } else if (!pass_map_region(p)) {
        return false;
    }
    return open_heap(p);
}

bool pass_cold_heap(struct pass *p)
{
    leave_heap(p);
    if (p->map.map) {
        region_map_close(&p->map);
    }
    return pass_map_region(p) && open_heap(p);
}

const struct packed_chunk *pass_next(struct pass *p)
{
    struct problem problem = {""};
    shared_results_lock(p->shared); /* the policy runs next */
    const struct packed_chunk *chunk = packed_next(&p->packed, &problem);
    if (problem.text[0]) {
        pass_fail(p, CELL_ERROR, "%s", problem.text);
    }
    return chunk;
}

void pass_put_facts(struct pass *p)
{
    const struct workload_facts *f = &p->packed.facts;
    struct metrics *m = pass_metrics(p);
    p->shared->digest = f->digest;
    metric_set_count(m, METRIC_events, f->events);
    metric_set_count(m, METRIC_mallocs, f->count[EVENT_MALLOC]);
    metric_set_count(m, METRIC_callocs, f->count[EVENT_CALLOC]);
    metric_set_count(m, METRIC_aligneds, f->count[EVENT_ALIGNED]);
    metric_set_count(m, METRIC_reallocs, f->count[EVENT_REALLOC]);
    metric_set_count(m, METRIC_frees, f->count[EVENT_FREE]);
    metric_set_count(m, METRIC_drain_events, f->events - f->drain);
    metric_set_count(m, METRIC_requested_bytes, f->allocated_bytes);
}

void pass_put_workload(struct pass *p, uint64_t refused, uint64_t skipped)
{
    struct metrics *m = pass_metrics(p);
    pass_put_facts(p);
    metric_set_count(m, METRIC_failed_requests, refused);
    metric_set_count(m, METRIC_skipped_events, skipped);
}

bool pass_within_memory(struct pass *p)
{
    struct rusage usage;
    size_t limit = p->cell->memory_limit_bytes;
    getrusage(RUSAGE_SELF, &usage);
    size_t resident = (size_t)usage.ru_maxrss * 1024;
    if (limit && resident > limit) {
        return pass_fail(p, CELL_MEMORY_LIMIT, "%zu bytes are resident, the limit is %zu", resident,
                         limit);
    }
    return true;
}
