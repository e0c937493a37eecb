#include "present/player/player_data.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "workloads/array.h"

enum {
    PARTS_MOST = 16, /* of a span; more are left out */
    LOOKS_MOST = 40, /* of a step */
    COMPACT = JSON_COMPACT | JSON_ESCAPE_SLASH
};

/* Words that come again and again, by number. */
struct dictionary {
    json_t *list;   /* in the order of their numbers */
    json_t *number; /* from a word's text to its number */
};

struct writing {
    struct step_group *group;
    struct dictionary names, topics, shapes;
    struct picture previous[STEP_POLICIES_MOST]; /* of each policy, at the step before */
};

static json_t *number(uint64_t n)
{
    return json_integer((json_int_t)n);
}

static json_t *address(uint64_t at)
{
    return at == NOWHERE ? json_integer(-1) : number(at);
}

/* ---- dictionaries ---- */

static void dictionary_open(struct dictionary *d)
{
    *d = (struct dictionary){json_array(), json_object()};
}

static void dictionary_close(struct dictionary *d)
{
    json_decref(d->list);
    json_decref(d->number);
}

/* The number of a word; a new one takes `value`, which is consumed. */
static json_t *dictionary_number(struct dictionary *d, const char *word, json_t *value)
{
    json_t *known = json_object_get(d->number, word);
    if (known) {
        json_decref(value);
        return json_incref(known);
    }
    json_t *made = json_integer((json_int_t)json_array_size(d->list));
    json_array_append_new(d->list, value);
    json_object_set(d->number, word, made);
    return made;
}

static json_t *word_number(struct dictionary *d, const char *word)
{
    return dictionary_number(d, word, json_string(word));
}

/* ---- spans ---- */

/* Payload, padding and free bytes follow from the span; heads are told apart. */
static bool is_shape(const struct picture_part *p)
{
    return p->kind == PART_HEADER || p->kind == PART_FOOTER || p->kind == PART_LINK ||
           p->kind == PART_BITMAP || p->kind == PART_FIELD;
}

/* An offset from the span's start, or from its end (below 0) for what lies in its last half: so
 * that spans of different lengths have one shape. */
static json_int_t part_offset(const struct picture_span *s, const struct picture_part *p)
{
    uint64_t at = p->at - s->at;
    return p->kind == PART_FOOTER ? (json_int_t)at - (json_int_t)s->bytes : (json_int_t)at;
}

static json_t *shape_number(struct writing *w, const struct picture *p,
                            const struct picture_span *s)
{
    json_t *shape = json_array();
    for (size_t i = 0, n = 0; i < s->parts && n < PARTS_MOST; i++) {
        const struct picture_part *part = &p->part[s->part + i];
        if (is_shape(part)) {
            json_t *entry = json_pack("[IoIo]", part_offset(s, part), number(part->bytes),
                                      (json_int_t)part->kind, word_number(&w->names, part->name));
            json_array_append_new(shape, entry);
            n++;
        }
    }
    char *text = json_dumps(shape, JSON_COMPACT);
    json_t *found = dictionary_number(&w->shapes, text, shape);
    free(text);
    return found;
}

static json_t *targets_json(const struct picture *p, const struct picture_span *s)
{
    json_t *list = json_array();
    for (size_t i = 0, n = 0; i < s->parts && n < PARTS_MOST; i++) {
        const struct picture_part *part = &p->part[s->part + i];
        if (part->kind == PART_LINK) {
            json_array_append_new(list, address(part->target));
        }
        n += is_shape(part);
    }
    return list;
}

static json_t *span_json(struct writing *w, const struct picture *p, const struct picture_span *s)
{
    json_t *span = json_pack("[oioo]", number(s->bytes), (int)s->kind, shape_number(w, p, s),
                             targets_json(p, s));
    if (s->kind == SPAN_USED) {
        char name[OPERATION_NAME] = "?";
        bool numbered = s->slot != PICTURE_NO_SLOT && !w->group->timeline->operations.n;
        if (s->slot != PICTURE_NO_SLOT) {
            timeline_name(w->group->timeline, s->born - 1, s->slot, name);
        }
        json_array_append_new(span, number(s->payload - s->at));
        json_array_append_new(span, number(s->asked));
        json_array_append_new(span, numbered ? number(s->slot) : json_string(name));
    }
    return span;
}

static bool same_parts(const struct picture *a, const struct picture_span *s,
                       const struct picture *b, const struct picture_span *t)
{
    if (s->parts != t->parts) {
        return false;
    }
    for (size_t i = 0; i < s->parts; i++) {
        const struct picture_part *p = &a->part[s->part + i], *q = &b->part[t->part + i];
        if (p->at != q->at || p->bytes != q->bytes || p->kind != q->kind || p->name != q->name ||
            (p->kind == PART_LINK && p->target != q->target)) {
            return false;
        }
    }
    return true;
}

static bool same_span(const struct picture *a, const struct picture_span *s,
                      const struct picture *b, const struct picture_span *t)
{
    return s->at == t->at && s->bytes == t->bytes && s->kind == t->kind &&
           s->payload == t->payload && s->asked == t->asked && s->slot == t->slot &&
           (s->born == t->born || s->kind != SPAN_USED) && same_parts(a, s, b, t);
}

/* [[index, how many go, [spans that come]], ...]: both tile the heap, so each change begins and
 * ends where both have a border, or at their ends. */
static json_t *edits_json(struct writing *w, const struct picture *old, const struct picture *now)
{
    json_t *edits = json_array();
    size_t i = 0, k = 0;
    while (i < old->spans || k < now->spans) {
        if (i < old->spans && k < now->spans && same_span(old, &old->span[i], now, &now->span[k])) {
            i++;
            k++;
            continue;
        }
        size_t from = i;
        json_t *come = json_array();
        do {
            uint64_t a = i < old->spans ? old->span[i].at : old->break_at;
            uint64_t b = k < now->spans ? now->span[k].at : now->break_at;
            bool take_old = i < old->spans && (a <= b || k >= now->spans);
            bool take_now = k < now->spans && (b <= a || i >= old->spans);
            i += take_old;
            if (take_now) {
                json_array_append_new(come, span_json(w, now, &now->span[k++]));
            }
        } while ((i < old->spans || k < now->spans) &&
                 !(i < old->spans && k < now->spans && old->span[i].at == now->span[k].at));
        json_array_append_new(edits, json_pack("[ooo]", number(from), number(i - from), come));
    }
    return edits;
}

/* ---- heads ---- */

/* The index of the next head from i on, or the number of parts. */
static size_t next_head(const struct picture *p, size_t i)
{
    while (i < p->parts && p->part[i].kind != PART_HEAD) {
        i++;
    }
    return i;
}

static void put_head(struct writing *w, json_t *list, const struct picture_part *p, uint64_t target)
{
    json_array_append_new(list, json_pack("[oooo]", number(p->at), address(target),
                                          word_number(&w->names, p->name), number(p->value)));
}

/* The heads that differ from those of the step before; all that lead somewhere if there is none. */
static json_t *heads_json(struct writing *w, const struct picture *old, const struct picture *now)
{
    json_t *list = json_array();
    size_t i = next_head(old, 0), k = next_head(now, 0);
    while (i < old->parts || k < now->parts) {
        const struct picture_part *a = i < old->parts ? &old->part[i] : NULL;
        const struct picture_part *b = k < now->parts ? &now->part[k] : NULL;
        if (b && (!a || b->at <= a->at)) {
            uint64_t before = a && a->at == b->at ? a->target : NOWHERE;
            if (b->target != before) {
                put_head(w, list, b, b->target);
            }
            i = a && a->at == b->at ? next_head(old, i + 1) : i;
            k = next_head(now, k + 1);
        } else {
            put_head(w, list, a, NOWHERE);
            i = next_head(old, i + 1);
        }
    }
    return list;
}

/* ---- steps ---- */

static json_t *figures_json(const struct picture *p)
{
    return json_pack("[ooooooo]", number(p->footprint_bytes), number(p->live_bytes),
                     number(p->live_blocks), number(p->holes), number(p->holes_bytes),
                     number(p->largest_hole_bytes), number(p->slack_bytes));
}

/* What was told, but for the holes that were looked at, which the page tells by itself. */
static json_t *told_json(struct writing *w, const struct story *s)
{
    json_t *list = json_array();
    for (size_t i = 0; i < s->lines; i++) {
        if (!s->looks || strcmp(s->line[i].topic, "looked at") != 0) {
            json_array_append_new(list, json_pack("[os]", word_number(&w->topics, s->line[i].topic),
                                                  s->line[i].text));
        }
    }
    return list;
}

static json_t *looks_json(const struct story *s)
{
    json_t *list = json_array();
    for (size_t i = 0; i < s->looks && i < LOOKS_MOST; i++) {
        json_array_append_new(list, number((uint64_t)(s->look[i].hole - s->step->before->span)));
    }
    return json_pack("[oo]", number(s->looks), list);
}

static json_t *counters_json(const struct counters *old, const struct counters *now)
{
    json_t *list = json_array();
    json_int_t i = 0;
#define X(name, help)                                                                              \
    if (now->name != old->name) {                                                                  \
        json_array_append_new(list, json_pack("[Io]", i, number(now->name - old->name)));          \
    }                                                                                              \
    i++;
    FITLAB_COUNTERS(X)
#undef X
    return list;
}

/* Where to look: the span that changed, or the break. */
static uint64_t place_of(const struct story *s)
{
    return s->changed ? s->changed->at : s->step->after->break_at;
}

static json_t *view_json(struct writing *w, size_t i, bool first)
{
    const struct step_view *v = &w->group->view[i];
    const struct picture *now = v->step->after, *old = first ? now : &w->previous[i];
    json_int_t taken = v->story->taken ? v->story->taken - v->step->before->span : -1;
    json_t *place =
        address(v->step->payload == NOWHERE ? NOWHERE : v->step->payload - v->stepper->origin);
    return json_pack("{ss so so so so so so so sI so}", "r", v->story->result, "a", place, "t",
                     told_json(w, v->story), "e", edits_json(w, old, now), "h",
                     heads_json(w, old, now), "l", looks_json(v->story), "f", figures_json(now),
                     "c", counters_json(&v->step->before->count, &now->count), "k", taken, "at",
                     number(place_of(v->story)));
}

static const char *kind_word(const struct step *s)
{
    return !s->number                       ? "start"
           : s->event.kind == EVENT_FREE    ? "free"
           : s->event.kind == EVENT_REALLOC ? "realloc"
                                            : "alloc";
}

static json_t *step_json(struct writing *w, bool first)
{
    json_t *policies = json_array();
    for (size_t i = 0; i < w->group->n; i++) {
        json_array_append_new(policies, view_json(w, i, first));
    }
    const struct step_view *v = &w->group->view[0];
    return json_pack("{ss ss so}", "o", v->story->operation, "n", kind_word(v->step), "p",
                     policies);
}

static json_t *policy_json(struct writing *w, size_t i)
{
    const struct step_view *v = &w->group->view[i];
    const struct picture *p = v->step->after, none = {0};
    json_t *spans = json_array();
    for (size_t k = 0; k < p->spans; k++) {
        json_array_append_new(spans, span_json(w, p, &p->span[k]));
    }
    return json_pack("{ss ss so so}", "label", v->stepper->spec->label, "rule",
                     v->stepper->policy->summary, "spans", spans, "heads", heads_json(w, &none, p));
}

/* ---- the whole ---- */

/* The pictures of the stepper are used again at its next step. */
static bool remember(struct writing *w, struct problem *problem)
{
    for (size_t i = 0; i < w->group->n; i++) {
        if (!picture_copy(&w->previous[i], w->group->view[i].step->after, problem)) {
            return false;
        }
    }
    return true;
}

static json_t *words_json(const char *const *word, size_t n)
{
    json_t *list = json_array();
    for (size_t i = 0; i < n; i++) {
        json_array_append_new(list, json_string(word[i]));
    }
    return list;
}

static void put_frame(struct writing *w, json_t *data, uint64_t from, const char *title)
{
    static const char *const parts[] = {
        [PART_HEADER] = "header",   [PART_FOOTER] = "footer",   [PART_LINK] = "link",
        [PART_HEAD] = "head",       [PART_BITMAP] = "field",    [PART_FIELD] = "field",
        [PART_PAYLOAD] = "payload", [PART_PADDING] = "padding", [PART_FREE] = "free"};
    static const char *const counters[] = {
#define X(name, help) #name,
        FITLAB_COUNTERS(X)
#undef X
    };
    const struct timeline *t = w->group->timeline;
    json_object_set_new(data, "title", json_string(title));
    json_object_set_new(data, "timeline",
                        json_string(t->operations.n ? "Operations as written" : t->spec.label));
    json_object_set_new(data, "from", number(from));
    json_object_set_new(data, "base", number(w->group->base));
    json_object_set_new(data, "parts", words_json(parts, sizeof parts / sizeof *parts));
    json_object_set_new(data, "counters", words_json(counters, sizeof counters / sizeof *counters));
    json_object_set(data, "names", w->names.list);
    json_object_set(data, "topics", w->topics.list);
    json_object_set(data, "shapes", w->shapes.list);
}

static bool show(struct writing *w, uint64_t step, json_t *data, size_t *size,
                 struct problem *problem)
{
    bool first = !json_object_get(data, "policies");
    if (!step_group_show(w->group, step, problem)) {
        return false;
    }
    if (first) {
        json_t *policies = json_array();
        for (size_t i = 0; i < w->group->n; i++) {
            json_array_append_new(policies, policy_json(w, i));
        }
        *size += json_dumpb(policies, NULL, 0, COMPACT);
        json_object_set_new(data, "policies", policies);
        json_object_set_new(data, "steps", json_array());
    }
    json_t *one = step_json(w, first);
    *size += json_dumpb(one, NULL, 0, COMPACT) + 1;
    json_array_append_new(json_object_get(data, "steps"), one);
    return remember(w, problem);
}

bool player_data(struct step_group *g, uint64_t from, uint64_t to, const char *title, size_t most,
                 char **text, uint64_t *last, struct problem *problem)
{
    struct writing w = {.group = g};
    json_t *data = json_object();
    size_t size = 0;
    dictionary_open(&w.names);
    dictionary_open(&w.topics);
    dictionary_open(&w.shapes);
    bool ok = true;
    for (uint64_t i = from; ok && i <= to && size < most; i++) {
        ok = show(&w, i, data, &size, problem);
        *last = i;
    }
    if (ok && size >= most && *last == from) {
        ok = problem_set(problem, "the heap at step %" PRIu64 " is too large for a page", from);
    } else if (ok && size >= most) {
        json_t *steps = json_object_get(data, "steps");
        json_array_remove(steps, json_array_size(steps) - 1);
        --*last;
    }
    put_frame(&w, data, from, title);
    *text = ok ? json_dumps(data, COMPACT) : NULL;
    ok = ok && (*text || problem_set(problem, "out of memory for the page"));
    json_decref(data);
    dictionary_close(&w.names);
    dictionary_close(&w.topics);
    dictionary_close(&w.shapes);
    for (size_t i = 0; i < g->n; i++) {
        picture_release(&w.previous[i]);
    }
    return ok;
}
