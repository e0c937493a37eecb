#include "tracetools/shrink.h"

#include <stdlib.h>
#include <string.h>

#include "workloads/slots.h"

/* A candidate is what is kept of the events; keep[i] is per event. */
struct shrinking {
    struct event *event;
    uint32_t *block; /* each event's block, numbered from 0 */
    size_t count, blocks;
    bool *drop;       /* events left out of the next candidate */
    bool *drop_block; /* the same, whole blocks */
    struct event *candidate;
    uint32_t *slot; /* of each slot, in the candidate */
    struct shrink_test *test;
    struct problem *problem;
    size_t tests;
    bool broken; /* a test could not tell */
};

/* Writes the candidate with slots anew. False: no memory. */
static bool write_candidate(struct shrinking *s, size_t *count)
{
    struct slots taken;
    bool ok = true;
    *count = 0;
    slots_open(&taken);
    for (size_t i = 0; ok && i < s->count; i++) {
        struct event e = s->event[i];
        if (s->drop[i] || s->drop_block[s->block[i]]) {
            continue;
        }
        if (e.kind == EVENT_FREE) {
            slots_give(&taken, s->slot[s->block[i]]);
        } else if (e.kind != EVENT_REALLOC) {
            s->slot[s->block[i]] = slots_lowest(&taken);
            ok = slots_take(&taken, s->slot[s->block[i]]);
        }
        e.slot = s->slot[s->block[i]];
        s->candidate[(*count)++] = e;
    }
    slots_close(&taken);
    return ok;
}

static bool still_fails(struct shrinking *s)
{
    size_t count;
    if (s->broken || s->test->budget == 0) {
        return false;
    }
    if (!write_candidate(s, &count)) {
        problem_set(s->problem, "no memory to shrink a trace");
        s->broken = true;
        return false;
    }
    s->test->budget--;
    s->tests++;
    bool fails = s->test->fails(s->candidate, count, s->test->context, s->problem);
    s->broken = s->problem->text[0];
    if (fails && s->test->progress) {
        s->test->progress(count, s->tests, s->test->context);
    }
    return fails;
}

/* Removes the dropped events for good. */
static void settle(struct shrinking *s)
{
    size_t kept = 0;
    for (size_t i = 0; i < s->count; i++) {
        if (!s->drop[i] && !s->drop_block[s->block[i]]) {
            s->event[kept] = s->event[i];
            s->block[kept++] = s->block[i];
        }
    }
    memset(s->drop, 0, s->count * sizeof *s->drop);
    s->count = kept;
}

/* The shortest beginning that fails, by bisection: if a beginning fails, each longer one fails too.
 */
static void cut_tail(struct shrinking *s)
{
    size_t low = 0, high = s->count; /* high fails */
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        for (size_t i = 0; i < s->count; i++) {
            s->drop[i] = i >= middle;
        }
        if (still_fails(s)) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    for (size_t i = 0; i < s->count; i++) {
        s->drop[i] = i >= high;
    }
    settle(s);
}

/* Tries to set flags[items[from..to)]; leaves them set if the rest still fails. */
static bool try_drop(struct shrinking *s, bool *flags, const size_t *items, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++) {
        flags[items[i]] = true;
    }
    if (still_fails(s)) {
        return true;
    }
    for (size_t i = from; i < to; i++) {
        flags[items[i]] = false;
    }
    return false;
}

/* Removes items in ever smaller portions, until no single one can be removed. */
static void drop_items(struct shrinking *s, bool *flags, size_t *items, size_t n)
{
    for (size_t portion = n; portion > 0 && n > 0;) {
        size_t kept = 0;
        bool any = false;
        for (size_t from = 0; from < n; from += portion) {
            size_t to = n - from < portion ? n : from + portion;
            if (try_drop(s, flags, items, from, to)) {
                any = true;
            } else {
                memmove(items + kept, items + from, (to - from) * sizeof *items);
                kept += to - from;
            }
        }
        n = kept;
        if (portion == 1 && !any) {
            break;
        }
        portion = any && portion == 1 ? 1 : portion / 2;
        portion = portion > n ? n : portion;
        if (s->test->budget == 0) {
            break;
        }
    }
    settle(s);
}

static void drop_blocks(struct shrinking *s, size_t *items)
{
    size_t n = 0;
    for (size_t i = 0; i < s->count; i++) {
        if (s->event[i].kind != EVENT_FREE && s->event[i].kind != EVENT_REALLOC) {
            items[n++] = s->block[i];
        }
    }
    drop_items(s, s->drop_block, items, n);
}

/* Resizes, or the frees at the end of a block's life: without them the block stays as it is. */
static void drop_events(struct shrinking *s, size_t *items, enum event_kind kind)
{
    size_t n = 0;
    for (size_t i = 0; i < s->count; i++) {
        if (s->event[i].kind == kind) {
            items[n++] = i;
        }
    }
    drop_items(s, s->drop, items, n);
}

/* Each size as small as it can be among 0, 1, 2, 4, ... */
static void shrink_sizes(struct shrinking *s)
{
    for (size_t i = 0; i < s->count; i++) {
        struct event *e = &s->event[i];
        uint64_t was = e->size;
        for (uint64_t size = 0; e->kind != EVENT_FREE && size < was; size = size ? 2 * size : 1) {
            e->size = size;
            if (still_fails(s)) {
                break;
            }
            e->size = was;
        }
    }
}

/* Numbers the blocks, so that a slot that is used again is another block. */
static void number_blocks(struct shrinking *s)
{
    for (size_t i = 0; i < s->count; i++) {
        const struct event *e = &s->event[i];
        if (e->kind != EVENT_FREE && e->kind != EVENT_REALLOC) {
            s->slot[e->slot] = (uint32_t)s->blocks++;
        }
        s->block[i] = s->slot[e->slot];
    }
}

bool shrink_events(struct event *events, size_t *count, struct shrink_test *test,
                   struct problem *problem)
{
    size_t n = *count;
    struct shrinking s = {
        .event = events,
        .count = n,
        .block = calloc(n + 1, sizeof *s.block),
        .drop = calloc(n + 1, sizeof *s.drop),
        .drop_block = calloc(n + 1, sizeof *s.drop_block),
        .candidate = calloc(n + 1, sizeof *s.candidate),
        .slot = calloc(n + 1, sizeof *s.slot),
        .test = test,
        .problem = problem,
    };
    size_t *items = calloc(n + 1, sizeof *items);
    problem->text[0] = '\0';
    bool ok = s.block && s.drop && s.drop_block && s.candidate && s.slot && items;
    if (!ok) {
        problem_set(problem, "no memory to shrink a trace");
    } else {
        number_blocks(&s);
        cut_tail(&s);
        drop_blocks(&s, items);
        drop_events(&s, items, EVENT_REALLOC);
        drop_events(&s, items, EVENT_FREE);
        shrink_sizes(&s);
        ok = write_candidate(&s, count) && !s.broken;
        memcpy(events, s.candidate, *count * sizeof *events);
    }
    free(s.block);
    free(s.drop);
    free(s.drop_block);
    free(s.candidate);
    free(s.slot);
    free(items);
    return ok;
}
