#include "present/step/timeline.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The peak of what the operations ask for, and all that they ask for, were each one served. */
static void sum_up(struct timeline *t)
{
    const struct operations *o = &t->operations;
    uint64_t *size = calloc(o->slots + (size_t)1, sizeof *size), live = 0, all = 0;
    for (size_t i = 0; size && i < o->n; i++) {
        const struct event *e = &o->list[i].event;
        live += e->size - size[e->slot];
        size[e->slot] = e->size;
        all += e->size;
        t->peak_live_bytes = live > t->peak_live_bytes ? live : t->peak_live_bytes;
    }
    struct workload_facts facts = {.allocated_bytes = all, .events = o->n};
    t->ample_bytes = workload_ample_bytes(&facts);
    free(size);
}

bool timeline_of_operations(struct timeline *t, const char *text, struct problem *problem)
{
    *t = (struct timeline){0};
    if (!operations_parse(text, &t->operations, problem)) {
        return false;
    }
    t->events = t->operations.n;
    t->slots = t->operations.slots;
    sum_up(t);
    return true;
}

bool timeline_of_workload(struct timeline *t, const char *spec, struct problem *problem)
{
    *t = (struct timeline){0};
    if (!workload_spec_parse(spec, &t->spec, problem) ||
        !packed_open(&t->packed, &t->spec, PACKED_BUDGET, problem)) {
        return false;
    }
    const struct workload_facts *f = &t->packed.facts;
    t->events = f->events;
    t->slots = f->slots;
    t->peak_live_bytes = f->peak_live_bytes;
    t->ample_bytes = workload_ample_bytes(f);
    return true;
}

/* Moves on, or from the start, to the chunk with the event. */
static bool find_chunk(struct timeline *t, uint64_t index, struct problem *problem)
{
    if (!t->chunk || index < t->chunk_at) {
        packed_rewind(&t->packed);
        t->chunk = packed_next(&t->packed, problem);
        t->chunk_at = 0;
    }
    while (t->chunk && index >= t->chunk_at + t->chunk->n) {
        t->chunk_at += t->chunk->n;
        t->chunk = packed_next(&t->packed, problem);
    }
    return t->chunk != NULL;
}

bool timeline_event(struct timeline *t, uint64_t index, struct event *e, struct problem *problem)
{
    if (t->operations.n) {
        *e = t->operations.list[index].event;
        return true;
    }
    problem->text[0] = '\0';
    if (!find_chunk(t, index, problem)) {
        return problem->text[0] ? false
                                : problem_set(problem, "workload %s: event %" PRIu64 " is missing",
                                              t->spec.label, index);
    }
    *e = packed_event(t->chunk, (size_t)(index - t->chunk_at));
    return true;
}

void timeline_name(const struct timeline *t, uint64_t index, uint32_t slot,
                   char name[OPERATION_NAME])
{
    if (index < t->operations.n) {
        memcpy(name, t->operations.list[index].name, OPERATION_NAME);
    } else {
        snprintf(name, OPERATION_NAME, "#%" PRIu32, slot);
    }
}

void timeline_text(const struct timeline *t, uint64_t index, const struct event *e,
                   char text[OPERATION_TEXT])
{
    if (index < t->operations.n) {
        memcpy(text, t->operations.list[index].text, OPERATION_TEXT);
        return;
    }
    static const char *const call[EVENT_KINDS] = {
        [EVENT_MALLOC] = "alloc", [EVENT_CALLOC] = "calloc"};
    const uint32_t slot = e->slot;
    switch (e->kind) {
    case EVENT_FREE:
        snprintf(text, OPERATION_TEXT, "free(#%" PRIu32 ")", slot);
        break;
    case EVENT_REALLOC:
        snprintf(text, OPERATION_TEXT, "#%" PRIu32 " = realloc(#%" PRIu32 ", %" PRIu64 ")", slot,
                 slot, e->size);
        break;
    case EVENT_ALIGNED:
        snprintf(text, OPERATION_TEXT, "#%" PRIu32 " = aligned_alloc(%" PRIu64 ", %" PRIu64 ")",
                 slot, (uint64_t)1 << e->align_log2, e->size);
        break;
    default:
        snprintf(text, OPERATION_TEXT, "#%" PRIu32 " = %s(%" PRIu64 ")", slot, call[e->kind],
                 e->size);
    }
}

void timeline_close(struct timeline *t)
{
    if (t->operations.n) {
        operations_release(&t->operations);
    } else {
        packed_close(&t->packed);
    }
    *t = (struct timeline){0};
}
