#define _GNU_SOURCE
#include "present/step/stepper.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "allocators/heap.h"
#include "present/step/crash.h"
#include "workloads/array.h"

enum {
    COPY_FIRST = 256, /* events between two copies, at first */
    COPIES_MOST = 64,
    ACCESSES_MOST = 1 << 18
};
static const uint64_t copy_budget = (uint64_t)256 << 20; /* bytes */

/* Regions lie at fixed addresses if they can, so that their bytes are the same in each run. */
static char *const first_base = (char *)0x200000000000;
static const size_t base_apart = (size_t)256 << 30;

/* A stretch of the region that a copy holds. */
struct stretch {
    char *at;
    size_t bytes;
};

struct stepper_copy {
    struct region region;
    struct heap *heap;
    struct stretch *stretch; /* in address order; what lies between them is absent */
    size_t stretches, room, size;
    char *bytes;          /* of all stretches, one after the other */
    struct ledger ledger; /* with blocks of its own */
};

/* ---- copies ---- */

static bool state_is_elsewhere(const struct stepper *s)
{
    return (s->policy->traits & (POLICY_OPAQUE | POLICY_ELSEWHERE)) != 0;
}

static void copy_release(struct stepper_copy *c)
{
    free(c->stretch);
    free(c->bytes);
    free(c->ledger.block);
    *c = (struct stepper_copy){0};
}

static bool add_stretch(struct stepper_copy *c, char *at, size_t bytes)
{
    struct stretch *last = c->stretches ? &c->stretch[c->stretches - 1] : NULL;
    c->size += bytes;
    if (last && last->at + last->bytes == at) {
        last->bytes += bytes;
        return true;
    }
    void *grown = array_reserve(c->stretch, &c->room, c->stretches + 1, sizeof *c->stretch);
    if (grown) {
        c->stretch = grown;
        c->stretch[c->stretches++] = (struct stretch){at, bytes};
    }
    return grown != NULL;
}

static bool add_span(const struct span *span, void *context)
{
    struct stepper_copy *c = context;
    char *at = c->region.base + (span->addr - c->region.base);
    return span->kind == SPAN_ABSENT || add_stretch(c, at, span->bytes);
}

/* Says what is to be copied: what was ever used, as what lies above the break may come back as it
 * is; but nothing that is absent, of which there may be much. False: no memory. */
static bool find_stretches(struct stepper_copy *c)
{
    const struct region *r = &c->region;
    if (!r->absent) {
        return add_stretch(c, r->base, (size_t)(r->peak - r->base));
    }
    c->heap->policy->walk(c->heap, add_span, c);
    return c->size == region_footprint(r);
}

/* Copies the bytes of all stretches, out of the region or back into it. */
static void copy_bytes(const struct stepper_copy *c, bool back)
{
    char *kept = c->bytes;
    for (size_t i = 0; i < c->stretches; i++) {
        const struct stretch *s = &c->stretch[i];
        memcpy(back ? s->at : kept, back ? kept : s->at, s->bytes);
        kept += s->bytes;
    }
}

static uint64_t copy_weight(const struct stepper_copy *c)
{
    return c->size + c->ledger.slots * sizeof *c->ledger.block;
}

/* Drops every other copy, and from now on makes copies half as often. */
static void thin_out(struct stepper *s)
{
    size_t kept = 0;
    for (size_t i = 0; i < s->copies; i++) {
        if (i % 2 == 0) {
            s->copy[kept++] = s->copy[i];
        } else {
            s->copied_bytes -= copy_weight(&s->copy[i]);
            copy_release(&s->copy[i]);
        }
    }
    s->copies = kept;
    s->copy_every *= 2;
}

/* A copy of the state as it is. Without memory there is none, and going back takes longer. */
static void copy_take(struct stepper *s)
{
    struct stepper_copy c = {.region = *s->heap->region, .heap = s->heap, .ledger = s->ledger};
    void *grown = array_reserve(s->copy, &s->copy_room, s->copies + 1, sizeof *s->copy);
    s->copy = grown ? grown : s->copy;
    bool found = find_stretches(&c);
    c.bytes = malloc(c.size + 1);
    c.ledger.block = malloc((c.ledger.slots + 1) * sizeof *c.ledger.block);
    if (!grown || !found || !c.bytes || !c.ledger.block) {
        copy_release(&c);
        return;
    }
    copy_bytes(&c, false);
    memcpy(c.ledger.block, s->ledger.block, c.ledger.slots * sizeof *c.ledger.block);
    s->copy[s->copies++] = c;
    s->copied_bytes += copy_weight(&c);
}

static void copy_if_due(struct stepper *s)
{
    uint64_t last = s->copies ? s->copy[s->copies - 1].ledger.events : 0;
    if (!s->goes_back || state_is_elsewhere(s) || s->ledger.events < last + s->copy_every) {
        return;
    }
    copy_take(s);
    while (s->copies > 1 && (s->copies > COPIES_MOST || s->copied_bytes > copy_budget)) {
        thin_out(s);
    }
}

/* Memory from here to the peak holds zeroes again, as the contract promises of fresh memory. */
static void clear_above(const struct region *now, char *from)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    char *whole = (char *)(((uintptr_t)from + page - 1) & ~(uintptr_t)(page - 1));
    if (whole >= now->peak) {
        memset(from, 0, now->peak > from ? (size_t)(now->peak - from) : 0);
        return;
    }
    memset(from, 0, (size_t)(whole - from));
    madvise(whole, (size_t)(now->peak - whole), MADV_DONTNEED);
}

static void copy_restore(struct stepper *s, const struct stepper_copy *c)
{
    struct region *r = &s->map.region;
    clear_above(r, c->region.absent ? r->base : c->region.peak);
    copy_bytes(c, true);
    *r = c->region;
    s->heap = c->heap;
    struct ledger_block *block = s->ledger.block;
    memcpy(block, c->ledger.block, c->ledger.slots * sizeof *block);
    s->ledger = c->ledger;
    s->ledger.block = block;
}

/* ---- opening ---- */

static bool open_heap(struct stepper *s, struct problem *problem)
{
    region_map_renew(&s->map, s->fixed);
    ledger_reset(&s->ledger);
    s->pictured = false;
    crash_watch(s->spec->label, 0, "open");
    s->heap = s->policy->open(s->policy, &s->map.region, s->spec->values.number);
    crash_watch(NULL, 0, NULL);
    return s->heap ||
           problem_set(problem,
                       "%s cannot be opened in a region of %zu bytes; give a larger "
                       "--region",
                       s->spec->label, (size_t)(s->map.region.limit - s->map.region.base));
}

static bool prepare(struct stepper *s, const struct stepper_setup *setup, struct problem *problem)
{
    size_t bytes = region_spec_bytes(setup->region, s->timeline->peak_live_bytes);
    s->fixed = setup->region->form != REGION_GROW;
    if (!region_map_open_at(&s->map, bytes, s->fixed, first_base + setup->number * base_apart,
                            problem)) {
        return false;
    }
    s->log = (struct lines_log){.base = s->map.region.base,
                                .bytes = bytes,
                                .access = malloc(ACCESSES_MOST * sizeof *s->log.access),
                                .most = ACCESSES_MOST};
    if (!s->log.access || !ledger_open(&s->ledger, s->timeline->slots)) {
        return problem_set(problem, "out of memory for %" PRIu32 " slots", s->timeline->slots);
    }
    return open_heap(s, problem);
}

bool stepper_open(struct stepper *s, const struct policy_spec *spec, struct timeline *t,
                  const struct stepper_setup *setup, struct problem *problem)
{
    *s = (struct stepper){.spec = spec,
                          .policy = setup->unwatched ? NULL : lines_policy(spec->policy),
                          .timeline = t,
                          .copy_every = COPY_FIRST,
                          .origin = NOWHERE,
                          .goes_back = setup->goes_back};
    s->policy = s->policy ? s->policy : spec->policy;
    if (spec->policy->traits & POLICY_ELSEWHERE) {
        return problem_set(problem,
                           "%s keeps its memory outside of the region, where it cannot be shown; "
                           "'fitlab list policies' names those that do not",
                           spec->label);
    }
    if (!prepare(s, setup, problem)) {
        stepper_close(s);
        return false;
    }
    return true;
}

void stepper_close(struct stepper *s)
{
    for (size_t i = 0; i < s->copies; i++) {
        copy_release(&s->copy[i]);
    }
    free(s->copy);
    free(s->log.access);
    ledger_close(&s->ledger);
    picture_release(&s->picture[0]);
    picture_release(&s->picture[1]);
    if (s->map.map) {
        region_map_close(&s->map);
    }
    *s = (struct stepper){0};
}

/* ---- moving ---- */

static uint64_t offset_of(const struct stepper *s, const struct event *e)
{
    const char *p = s->ledger.block[e->slot].p;
    return p ? (uint64_t)(p - s->map.region.base) : NOWHERE;
}

/* Plays one event, whose text is needed if the policy crashes. */
static enum ledger_outcome play(struct stepper *s, const struct event *e)
{
    char text[OPERATION_TEXT];
    timeline_text(s->timeline, s->ledger.events, e, text);
    crash_watch(s->spec->label, s->ledger.events + 1, text);
    enum ledger_outcome outcome = ledger_play(&s->ledger, s->heap, e);
    crash_watch(NULL, 0, NULL);
    if (s->origin == NOWHERE && s->ledger.block[e->slot].p) {
        s->origin = offset_of(s, e);
    }
    return outcome;
}

static bool go_back(struct stepper *s, uint64_t step, struct problem *problem)
{
    size_t i = s->copies;
    while (i > 0 && s->copy[i - 1].ledger.events > step) {
        i--;
    }
    if (i > 0) {
        copy_restore(s, &s->copy[i - 1]);
        return true;
    }
    return open_heap(s, problem);
}

bool stepper_go(struct stepper *s, uint64_t step, struct problem *problem)
{
    if (step == s->ledger.events) {
        return true;
    }
    if (step > s->timeline->events) {
        return problem_set(problem, "there is no step %" PRIu64 ": the last one is %" PRIu64, step,
                           s->timeline->events);
    }
    s->pictured = false;
    if (step < s->ledger.events && !go_back(s, step, problem)) {
        return false;
    }
    while (s->ledger.events < step) {
        struct event e;
        if (!timeline_event(s->timeline, s->ledger.events, &e, problem)) {
            return false;
        }
        play(s, &e);
        copy_if_due(s);
    }
    return true;
}

static bool picture_now(struct stepper *s, struct problem *problem)
{
    if (!s->pictured) {
        s->pictured = picture_take(&s->picture[s->now], s->heap, &s->ledger, problem);
    }
    return s->pictured;
}

bool stepper_next(struct stepper *s, struct step *out, struct problem *problem)
{
    *out = (struct step){.number = s->ledger.events + 1};
    if (out->number > s->timeline->events) {
        return problem_set(problem, "there is no step after %" PRIu64, s->timeline->events);
    }
    if (!picture_now(s, problem) ||
        !timeline_event(s->timeline, s->ledger.events, &out->event, problem)) {
        return false;
    }
    out->old_payload = offset_of(s, &out->event);
    out->old_asked = s->ledger.block[out->event.slot].size;
    s->log.n = 0;
    lines_log(&s->log);
    out->outcome = play(s, &out->event);
    lines_log(NULL);
    out->payload = offset_of(s, &out->event);
    out->before = &s->picture[s->now];
    s->now ^= 1;
    s->pictured = false;
    out->after = &s->picture[s->now];
    out->access = s->log.access;
    out->accesses = s->log.n;
    out->watched = s->policy != s->spec->policy;
    bool taken = picture_now(s, problem);
    copy_if_due(s);
    return taken;
}

bool stepper_first(struct stepper *s, struct step *out, struct problem *problem)
{
    if (!picture_now(s, problem)) {
        return false;
    }
    *out = (struct step){.payload = NOWHERE,
                         .old_payload = NOWHERE,
                         .before = &s->picture[s->now],
                         .after = &s->picture[s->now],
                         .watched = s->policy != s->spec->policy};
    return true;
}

bool stepper_show(struct stepper *s, uint64_t number, struct step *out, struct problem *problem)
{
    if (!stepper_go(s, number ? number - 1 : 0, problem)) {
        return false;
    }
    return number ? stepper_next(s, out, problem) : stepper_first(s, out, problem);
}
