#include "theory/prove/witness.h"

#include <stdlib.h>

#include "workloads/trace/trace_writer.h"

void witness_print(const struct answer *a, size_t per_line, FILE *out)
{
    const char *first = per_line ? "  " : "";
    for (size_t i = 0; i < a->moves; i++) {
        const struct move *m = &a->witness[i];
        const char *between = per_line && i % per_line == 0 ? "\n  " : " ";
        fprintf(out, "%s%c%u@%u", i ? between : first, m->is_free ? '-' : '+', m->units,
                m->address);
    }
    fputc('\n', out);
}

/* The block at an address is in the slot that the table has for it, the lowest that was free. */
static uint32_t take_slot(uint32_t *table, size_t slots, unsigned address)
{
    uint32_t slot = 0;
    while (slot < slots && table[slot]) {
        slot++;
    }
    table[slot] = address + 1;
    return slot;
}

static uint32_t give_slot(uint32_t *table, unsigned address)
{
    uint32_t slot = 0;
    while (table[slot] != address + 1) {
        slot++;
    }
    table[slot] = 0;
    return slot;
}

bool witness_write(const struct answer *a, const struct policy_spec *spec, const char *path,
                   struct problem *problem)
{
    struct unit_heap sizes;
    if (!unit_heap_open(&sizes, spec, 64, false, problem)) {
        return false;
    }
    struct event *event = calloc(a->moves + 1, sizeof *event);
    uint32_t *table = calloc(a->moves + 1, sizeof *table);
    for (size_t i = 0; event && table && i < a->moves; i++) {
        const struct move *m = &a->witness[i];
        if (m->is_free) {
            event[i] = (struct event){.kind = EVENT_FREE, .slot = give_slot(table, m->address)};
        } else {
            event[i] = (struct event){.kind = EVENT_MALLOC,
                                      .slot = take_slot(table, a->moves, m->address),
                                      .size = unit_request(&sizes, m->asked)};
        }
    }
    unit_heap_close(&sizes);
    struct provenance provenance = {.text = ""};
    provenance_add(&provenance, "generator", "fitlab prove");
    provenance_add(&provenance, "policy", "%s", spec->full);
    struct trace_writer *w = event && table ? trace_create(path, &provenance, 0, problem) : NULL;
    bool ok = event && table ? w != NULL : problem_set(problem, "not enough memory");
    ok = ok && trace_append(w, &(struct trace_run){.events = event, .count = a->moves}, problem);
    if (ok) {
        ok = trace_finish(w, NULL, problem);
    } else {
        trace_abort(w);
    }
    free(event);
    free(table);
    return ok;
}
