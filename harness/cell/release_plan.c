#include "cell/release_plan.h"

#include <inttypes.h>
#include <stdlib.h>

#include "cell/pass.h"
#include "replay/page_ledger.h"

struct making {
    struct release_plan *plan;
    const struct ledger *ledger;
    bool failed;
};

static void note(void *ctx, size_t from, size_t bytes)
{
    struct making *m = ctx;
    struct release_plan *plan = m->plan;
    if (plan->steps == plan->room) {
        size_t room = plan->room ? 2 * plan->room : 1024;
        struct release_step *grown = reallocarray(plan->step, room, sizeof *grown);
        m->failed |= !grown;
        if (!grown) {
            return;
        }
        plan->step = grown;
        plan->room = room;
    }
    plan->step[plan->steps++] = (struct release_step){m->ledger->events, from, bytes};
}

static bool replay(struct pass *p, struct ledger *l, struct page_ledger *pages)
{
    packed_rewind(&p->packed);
    for (const struct packed_chunk *c; l->events < p->packed.facts.drain && (c = pass_next(p));) {
        for (size_t i = 0; i < c->n && l->events < p->packed.facts.drain; i++) {
            struct event e = packed_event(c, i);
            pages->time += c->gap ? c->gap[i] : 0;
            const struct ledger_block old = l->block[e.slot];
            if (ledger_play(l, p->heap, &e) == LEDGER_SERVED) {
                page_ledger_event(pages, p->heap, l, &old,
                                  e.kind == EVENT_FREE ? NULL : &l->block[e.slot]);
            }
        }
        if (!pass_within_memory(p)) {
            return false;
        }
    }
    return p->shared->status == CELL_OK;
}

static bool make(struct pass *p, struct release_plan *plan, struct ledger *l)
{
    struct page_ledger pages;
    struct problem problem;
    struct making making = {.plan = plan, .ledger = l};
    if (!p->map.map && !pass_map_region(p)) {
        return false;
    }
    if (!page_ledger_open(&pages, &p->map, p->region_bytes, &p->cell->release, &problem)) {
        return pass_fail(p, CELL_ERROR, "%s", problem.text);
    }
    pages.at.note = note;
    pages.at.ctx = &making;
    bool done = pass_new_heap(p) && replay(p, l, &pages);
    page_ledger_close(&pages);
    if (done && making.failed) {
        return pass_fail(p, CELL_ERROR, "no memory for what is given back");
    }
    if (done) {
        plan->peak_bytes = (size_t)(p->heap->region->peak - p->heap->region->base);
    }
    return done;
}

bool release_plan_make(struct pass *p, struct release_plan *plan)
{
    struct ledger ledger;
    *plan = (struct release_plan){0};
    if (p->cell->release.form == RELEASE_NEVER || p->cell->release.form == RELEASE_OWN) {
        return true;
    }
    if (!ledger_open(&ledger, p->packed.facts.slots)) {
        return pass_fail(p, CELL_ERROR, "no memory for %" PRIu32 " slots", p->packed.facts.slots);
    }
    bool made = make(p, plan, &ledger);
    ledger_close(&ledger);
    return made;
}

void release_plan_free(struct release_plan *plan)
{
    free(plan->step);
    *plan = (struct release_plan){0};
}
