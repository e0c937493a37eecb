#include "present/step/story.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "present/step/story_reason.h"
#include "workloads/array.h"

enum { NAMED_MOST = 8 /* holes that one line names */ };

/* ---- lines ---- */

static struct story_line *line_add(struct story *s, const char *topic)
{
    struct story_line *l = &s->line[s->lines < STORY_LINES ? s->lines++ : STORY_LINES - 1];
    *l = (struct story_line){.topic = topic};
    return l;
}

static void __attribute__((format(printf, 2, 3)))
append(struct story_line *l, const char *format, ...)
{
    size_t used = strlen(l->text);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(l->text + used, sizeof l->text - used, format, arguments);
    va_end(arguments);
}

static const char *plural(uint64_t n)
{
    return n == 1 ? "" : "s";
}

/* ---- which holes were looked at ---- */

static bool was_looked_at(const struct story *s, const struct picture_span *hole)
{
    for (size_t i = s->looks; i-- > 0;) {
        if (s->look[i].hole == hole) {
            return true;
        }
    }
    return false;
}

static bool look_add(struct story *s, const struct picture_span *hole, uint64_t need)
{
    void *grown = array_reserve(s->look, &s->look_room, s->looks + 1, sizeof *s->look);
    if (!grown) {
        return false;
    }
    s->look = grown;
    s->look[s->looks++] = (struct story_look){hole, hole->bytes >= need};
    return true;
}

/* The hole that an access to this byte concerns: the one that it is in, or the one that an entry of
 * the policy's own tables stands for. NULL: none. */
static const struct picture_span *hole_behind(const struct picture *p, uint64_t at)
{
    const struct picture_span *span = picture_find(p, at);
    for (size_t i = 0; span && span->kind == SPAN_META && i < span->parts; i++) {
        const struct picture_part *part = &p->part[span->part + i];
        bool is_entry =
            part->kind == PART_FIELD && part->bytes > sizeof(void *) && part->target != NOWHERE;
        if (is_entry && at >= part->at && at < part->at + part->bytes) {
            span = picture_find(p, part->target);
            break;
        }
    }
    return span && span->kind == SPAN_FREE ? span : NULL;
}

/* The holes that were read before the first write into one, but no more than there were probes:
 * what follows is no search any more, but the unlinking of the hole that was found. After deferred
 * coalescing a second search may follow. */
static bool find_looks(struct story *s, uint64_t need)
{
    const struct step *step = s->step;
    const struct picture *before = step->before;
    uint64_t probes = step->after->count.probes - before->count.probes;
    bool merged = step->after->count.merges != before->count.merges;
    const struct picture_span *last = NULL;
    for (size_t i = 0; i < step->accesses && s->looks < probes; i++) {
        const struct lines_access *a = &step->access[i];
        const struct picture_span *span = hole_behind(before, a->at);
        if (!span) {
            continue;
        }
        if (a->write && !merged) {
            break;
        }
        if (!a->write && span != last && !was_looked_at(s, span) && !look_add(s, span, need)) {
            return false;
        }
        last = span;
    }
    return true;
}

static void tell_looks(struct story *s, uint64_t base)
{
    const struct picture *before = s->step->before, *after = s->step->after;
    uint64_t probes = after->count.probes - before->count.probes;
    if (!before->holes && !probes) {
        return;
    }
    struct story_line *l = line_add(s, "looked at");
    if (!s->looks_known) {
        append(l, "%" PRIu64 " thing%s (its probes; which ones is known of built-in policies only)",
               probes, plural(probes));
        return;
    }
    append(l, s->looks ? "%zu hole%s: " : "no hole", s->looks, plural(s->looks));
    for (size_t i = 0; i < s->looks && i < NAMED_MOST; i++) {
        const struct story_look *k = &s->look[i];
        append(l, "%s%" PRIu64 " at %" PRIu64 "%s", i ? ", " : "", k->hole->bytes,
               base + k->hole->at,
               k->hole == s->taken ? " (taken)"
               : k->fits           ? " (fits)"
                                   : " (too small)");
    }
    if (s->looks > NAMED_MOST) {
        append(l, " and %zu more", s->looks - NAMED_MOST);
    }
    if (probes > s->looks) {
        append(l, "; %" PRIu64 " probe%s in all", probes, plural(probes));
    }
}

/* ---- memory that changed hands ---- */

static void tell_break(struct story *s, uint64_t base)
{
    uint64_t from = s->step->before->break_at, to = s->step->after->break_at;
    if (to > from) {
        append(line_add(s, "grew"),
               "the break moved up by %" PRIu64 ", from %" PRIu64 " to %" PRIu64, to - from,
               base + from, base + to);
    } else if (to < from) {
        append(line_add(s, "gave back"),
               "the break moved down by %" PRIu64 ", from %" PRIu64 " to %" PRIu64, from - to,
               base + from, base + to);
    }
}

static bool same_span(const struct picture_span *a, const struct picture_span *b)
{
    return a && b && a->at == b->at && a->bytes == b->bytes && a->kind == b->kind;
}

/* Spans of a kind that are in `in`, not in `other`, and at least partly inside [from, to). */
static void tell_new(struct story *s, const char *topic, const char *what, enum span_kind kind,
                     uint64_t from, uint64_t to, uint64_t base)
{
    const struct picture *after = s->step->after, *before = s->step->before;
    struct story_line *l = NULL;
    size_t named = 0;
    for (size_t i = 0; i < after->spans; i++) {
        const struct picture_span *span = &after->span[i];
        if (span->kind != kind || span->at >= to || span->at + span->bytes <= from ||
            same_span(span, picture_find(before, span->at))) {
            continue;
        }
        l = l ? l : line_add(s, topic);
        if (named++ < NAMED_MOST) {
            append(l, "%s%" PRIu64 " at %" PRIu64, named > 1 ? ", " : what, span->bytes,
                   base + span->at);
        }
    }
    if (named > NAMED_MOST) {
        append(l, " and %zu more", named - NAMED_MOST);
    }
}

/* The holes of the picture before inside [from, to), but for one. */
static void tell_joined(struct story *s, uint64_t from, uint64_t to,
                        const struct picture_span *except, uint64_t base)
{
    const struct picture *before = s->step->before;
    struct story_line *l = NULL;
    size_t named = 0;
    for (size_t i = 0; i < before->spans; i++) {
        const struct picture_span *span = &before->span[i];
        if (span->kind != SPAN_FREE || span == except || span->at < from ||
            span->at + span->bytes > to) {
            continue;
        }
        l = l ? l : line_add(s, "joined");
        if (named++ < NAMED_MOST) {
            append(l, "%sthe hole of %" PRIu64 " at %" PRIu64, named > 1 ? ", " : "with ",
                   span->bytes, base + span->at);
        }
    }
    if (named > NAMED_MOST) {
        append(l, " and %zu more", named - NAMED_MOST);
    }
}

/* ---- allocating ---- */

static void tell_taken(struct story *s, uint64_t base)
{
    const struct picture_span *block = s->changed, *from = s->taken;
    struct story_line *l = line_add(s, "took");
    bool at_break = block->at + block->bytes > s->step->before->break_at;
    if (!from || (from->kind == SPAN_META && at_break)) {
        append(l, "new memory at the break, %" PRIu64, base + block->at);
    } else if (from->kind == SPAN_FREE) {
        append(l, "the hole of %" PRIu64 " at %" PRIu64, from->bytes, base + from->at);
    } else if (from->kind == SPAN_SLACK) {
        append(l, "memory kept for blocks of its size, %" PRIu64 " bytes at %" PRIu64, from->bytes,
               base + from->at);
    } else if (from->unknown) {
        append(l, "%" PRIu64 " bytes at %" PRIu64 " that no live block held", block->bytes,
               base + block->at);
    } else {
        append(l, "%" PRIu64 " bytes of the policy's own at %" PRIu64, block->bytes,
               base + block->at);
    }
}

static bool tell_alloc(struct story *s, uint64_t base)
{
    const struct step *step = s->step;
    const struct picture_span *block = picture_find(step->after, step->payload);
    if (!block || block->payload != step->payload) { /* a block of no bytes at the very end */
        return true;
    }
    s->changed = block;
    s->taken = picture_find(step->before, block->at);
    const struct picture_span *end = picture_find(step->before, block->at + block->bytes - 1);
    uint64_t from = s->taken ? s->taken->at : block->at;
    uint64_t to = end ? end->at + end->bytes : step->after->break_at;
    uint64_t need = story_need(s);
    if (!find_looks(s, need)) {
        return false;
    }
    tell_looks(s, base);
    tell_taken(s, base);
    if (step->after->walked) {
        story_reason(s, need, line_add(s, "because")->text);
    }
    tell_joined(s, from, to, s->taken, base);
    tell_break(s, base);
    tell_new(s, "split", "the rest is a hole: ", SPAN_FREE, from, to, base);
    if (s->taken && s->taken->kind != SPAN_SLACK) {
        tell_new(s, "prepared", "for blocks of its size: ", SPAN_SLACK, from, to, base);
    }
    return true;
}

static bool tell_refused(struct story *s, uint64_t base)
{
    if (!find_looks(s, s->step->event.size)) {
        return false;
    }
    tell_looks(s, base);
    if (!s->step->after->walked) {
        return true;
    }
    append(line_add(s, "because"),
           "the policy found no room: the largest of %" PRIu64 " hole%s is %" PRIu64
           ", and the break may not move so far",
           s->step->after->holes, plural(s->step->after->holes),
           s->step->after->largest_hole_bytes);
    return true;
}

/* ---- freeing and resizing ---- */

/* What became of the block of the picture before that starts at `at`. */
static void tell_released(struct story *s, const struct picture_span *block, uint64_t base)
{
    const struct picture_span *now = picture_find(s->step->after, block->at);
    uint64_t passed = s->step->after->count.insert_probes - s->step->before->count.insert_probes;
    if (!now) {
        struct story_line *l = line_add(s, "freed");
        append(l, "%" PRIu64 " bytes at %" PRIu64 ", which lay at the break", block->bytes,
               base + block->at);
        tell_joined(s, s->step->after->break_at, block->at + block->bytes, NULL, base);
    } else if (now->kind == SPAN_FREE) {
        append(line_add(s, "freed"), "%" PRIu64 " bytes at %" PRIu64 ", now %s", block->bytes,
               base + block->at,
               now->bytes == block->bytes ? "a hole of their own" : "part of a larger hole");
        tell_joined(s, now->at, now->at + now->bytes, NULL, base);
        if (now->bytes != block->bytes) {
            append(line_add(s, "now"), "a hole of %" PRIu64 " at %" PRIu64, now->bytes,
                   base + now->at);
        }
    } else if (now->kind == SPAN_SLACK) {
        append(line_add(s, "freed"), "%" PRIu64 " bytes at %" PRIu64 ", kept for blocks of %s size",
               block->bytes, base + block->at, "their");
    } else {
        append(line_add(s, "freed"), "%" PRIu64 " bytes at %" PRIu64, block->bytes,
               base + block->at);
    }
    if (passed) {
        append(line_add(s, "sorted in"), "after passing %" PRIu64 " hole%s to find its place",
               passed, plural(passed));
    }
    s->changed = now;
}

static bool tell_free(struct story *s, uint64_t base)
{
    const struct picture_span *block = picture_find(s->step->before, s->step->old_payload);
    if (block && block->payload == s->step->old_payload) {
        s->taken = block;
        tell_released(s, block, base);
    }
    tell_break(s, base);
    return true;
}

static bool tell_realloc(struct story *s, uint64_t base)
{
    const struct step *step = s->step;
    const struct picture_span *old = picture_find(step->before, step->old_payload);
    const struct picture_span *block = picture_find(step->after, step->payload);
    if (!old || !block) {
        return true;
    }
    if (step->payload != step->old_payload) {
        uint64_t copied = step->after->count.moved_bytes - step->before->count.moved_bytes;
        append(line_add(s, "moved"), "from %" PRIu64 " to %" PRIu64 ", %" PRIu64 " byte%s copied",
               base + step->old_payload, base + step->payload, copied, plural(copied));
        bool told = tell_alloc(s, base);
        const struct picture_span *taken = s->taken, *changed = s->changed;
        tell_released(s, old, base);
        s->taken = taken;
        s->changed = changed;
        return told;
    }
    s->changed = block;
    s->taken = old;
    append(line_add(s, "stayed"),
           "at %" PRIu64 ": its block has %" PRIu64 " bytes, it had %" PRIu64, base + step->payload,
           block->bytes, old->bytes);
    uint64_t end = block->at + block->bytes, old_end = old->at + old->bytes;
    tell_joined(s, old_end, end > old_end ? end : old_end, NULL, base);
    const struct picture_span *next = picture_find(step->before, end > old_end ? end - 1 : old_end);
    tell_break(s, base);
    tell_new(s, "split", "the rest is a hole: ", SPAN_FREE, end,
             next ? next->at + next->bytes : step->after->break_at, base);
    return true;
}

/* ---- the whole ---- */

static void tell_result(struct story *s, uint64_t base)
{
    const struct step *step = s->step;
    if (step->outcome == LEDGER_SKIPPED) {
        snprintf(s->result, sizeof s->result, "skipped: its block was refused before");
    } else if (step->outcome == LEDGER_REFUSED) {
        snprintf(s->result, sizeof s->result, "returned NULL");
    } else if (step->payload != NOWHERE) {
        snprintf(s->result, sizeof s->result, "returned %" PRIu64, base + step->payload);
    }
}

static bool tell_what_happened(struct story *s, uint64_t base)
{
    if (s->step->outcome == LEDGER_SKIPPED) {
        return true;
    }
    if (s->step->outcome == LEDGER_REFUSED) {
        return tell_refused(s, base);
    }
    switch (s->step->event.kind) {
    case EVENT_FREE:
        return tell_free(s, base);
    case EVENT_REALLOC:
        return tell_realloc(s, base);
    default:
        return tell_alloc(s, base);
    }
}

bool story_tell(struct story *s, const struct stepper *stepper, const struct step *step,
                uint64_t base, struct problem *problem)
{
    *s = (struct story){
        .step = step, .look = s->look, .look_room = s->look_room, .looks_known = step->watched};
    if (!step->number) {
        snprintf(s->operation, sizeof s->operation, "the empty heap");
        return true;
    }
    s->rule = stepper->policy->summary;
    timeline_text(stepper->timeline, step->number - 1, &step->event, s->operation);
    tell_result(s, base);
    return tell_what_happened(s, base) || problem_set(problem, "out of memory for a step's story");
}

void story_release(struct story *s)
{
    free(s->look);
    *s = (struct story){0};
}
