#include "present/player/player_data.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "present/player/player_heaps.h"

enum {
    LOOKS_MOST = 40, /* of a step */
    COMPACT = JSON_COMPACT | JSON_ESCAPE_SLASH
};

/* ---- steps ---- */

static json_t *figures_json(const struct picture *p)
{
    return json_pack("[ooooooo]", number_json(p->footprint_bytes), number_json(p->live_bytes),
                     number_json(p->live_blocks), number_json(p->holes),
                     number_json(p->holes_bytes), number_json(p->largest_hole_bytes),
                     number_json(p->slack_bytes));
}

/* What was told. The holes that were looked at are told by the page itself, if it knows the step
 * before. */
static json_t *told_json(struct writing *w, const struct story *s, bool first)
{
    json_t *list = json_array();
    for (size_t i = 0; i < s->lines; i++) {
        if (first || !s->looks || strcmp(s->line[i].topic, "looked at") != 0) {
            json_array_append_new(list, json_pack("[os]", word_number(&w->topics, s->line[i].topic),
                                                  s->line[i].text));
        }
    }
    return list;
}

static json_t *looks_json(const struct story *s, bool first)
{
    json_t *list = json_array();
    for (size_t i = 0; !first && i < s->looks && i < LOOKS_MOST; i++) {
        json_array_append_new(list,
                              number_json((uint64_t)(s->look[i].hole - s->step->before->span)));
    }
    return json_pack("[oo]", number_json(first ? 0 : s->looks), list);
}

static json_t *counters_json(const struct counters *old, const struct counters *now)
{
    json_t *list = json_array();
    json_int_t i = 0;
#define X(name, help)                                                                              \
    if (now->name != old->name) {                                                                  \
        json_array_append_new(list, json_pack("[Io]", i, number_json(now->name - old->name)));     \
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
        address_json(v->step->payload == NOWHERE ? NOWHERE : v->step->payload - v->stepper->origin);
    return json_pack("{ss so so so so so so so sI so}", "r", v->story->result, "a", place, "t",
                     told_json(w, v->story, first), "e", edits_json(w, old, now), "h",
                     heads_json(w, old, now), "l", looks_json(v->story, first), "f",
                     figures_json(now), "c", counters_json(&v->step->before->count, &now->count),
                     "k", taken, "at", number_json(place_of(v->story)));
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
    return json_pack("{ss ss sb so so}", "label", v->stepper->spec->label, "rule",
                     v->stepper->policy->summary, "walked", p->walked, "spans", spans, "heads",
                     heads_json(w, &none, p));
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
    json_object_set_new(data, "from", number_json(from));
    json_object_set_new(data, "base", number_json(w->group->base));
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
