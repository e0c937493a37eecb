#include "theory/op_meter.h"

#include <stdlib.h>

#include "allocators/heap.h"

enum { ACCESSES_MOST = 1 << 20 };

bool op_meter_open(struct op_meter *m, enum measure measure, struct policy_spec *spec,
                   struct problem *problem)
{
    *m = (struct op_meter){.measure = measure};
    if (measure != MEASURE_ACCESSES) {
        return true;
    }
    const struct policy *watched = lines_policy(spec->policy);
    if (!watched) {
        return problem_set(problem,
                           "%s: only built-in policies are compiled so that they report their "
                           "accesses; ask for --cost probes",
                           spec->label);
    }
    spec->policy = watched;
    m->log.access = calloc(ACCESSES_MOST, sizeof *m->log.access);
    if (!m->log.access) {
        return problem_set(problem, "not enough memory to count accesses");
    }
    m->log.most = ACCESSES_MOST;
    lines_log(&m->log);
    return true;
}

void op_meter_close(struct op_meter *m)
{
    if (m->log.access) {
        lines_log(NULL);
        free(m->log.access);
        m->log.access = NULL;
    }
}

/* Of the heap and, if it is a stack of layers, of all heaps in it. */
static uint64_t probes(const struct heap *h)
{
    struct counters count = heap_counters(h);
    return count.probes + count.insert_probes;
}

void op_meter_begin(struct op_meter *m, struct heap *h)
{
    m->probes = probes(h);
    m->log.base = h->region->base;
    m->log.bytes = (size_t)(h->region->limit - h->region->base);
    m->log.n = 0;
}

uint64_t op_meter_end(const struct op_meter *m, const struct heap *h)
{
    return m->measure == MEASURE_ACCESSES ? m->log.n : probes(h) - m->probes;
}
