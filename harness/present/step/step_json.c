#include "present/step/step_json.h"

#include <jansson.h>

enum { COMPACT = JSON_COMPACT | JSON_REAL_PRECISION(9) };

const char *step_json_kind(enum span_kind kind)
{
    static const char *const name[] = {[SPAN_META] = "meta",
                                       [SPAN_FREE] = "free",
                                       [SPAN_SLACK] = "slack",
                                       [SPAN_USED] = "used",
                                       [SPAN_ABSENT] = "absent"};
    return name[kind];
}

static json_t *number(uint64_t n)
{
    return json_integer((json_int_t)n);
}

/* A figure that only a walk tells. */
static json_t *known(const struct picture *p, uint64_t n)
{
    return p->walked ? number(n) : json_null();
}

static json_t *address(const struct step_group *g, uint64_t at)
{
    return at == NOWHERE ? json_null() : number(g->base + at);
}

static void print(FILE *out, json_t *line)
{
    json_dumpf(line, out, COMPACT);
    fputc('\n', out);
    json_decref(line);
}

void step_json_begin(FILE *out, const struct step_group *g)
{
    const struct timeline *t = g->timeline;
    json_t *policies = json_array();
    for (size_t i = 0; i < g->n; i++) {
        const struct policy_spec *spec = &g->member[i].spec;
        json_array_append_new(policies, json_pack("{ss ss ss}", "label", spec->label, "spec",
                                                  spec->full, "rule", spec->policy->summary));
    }
    print(out, json_pack("{si ss so so so}", "fitlab_step", 1, "timeline",
                         t->operations.n ? "operations" : t->spec.label, "events",
                         number(t->events), "base", number(g->base), "policies", policies));
}

static json_t *looks_json(const struct step_group *g, const struct story *s)
{
    if (!s->looks_known) {
        return json_null();
    }
    json_t *list = json_array();
    for (size_t i = 0; i < s->looks; i++) {
        const struct story_look *k = &s->look[i];
        json_array_append_new(list, json_pack("{so so sb}", "at", address(g, k->hole->at), "bytes",
                                              number(k->hole->bytes), "fits", k->fits));
    }
    return list;
}

static json_t *told_json(const struct story *s)
{
    json_t *list = json_array();
    for (size_t i = 0; i < s->lines; i++) {
        json_array_append_new(list, json_pack("[ss]", s->line[i].topic, s->line[i].text));
    }
    return list;
}

static json_t *spans_json(const struct step_group *g, const struct picture *p)
{
    json_t *list = json_array();
    for (size_t i = 0; i < p->spans; i++) {
        const struct picture_span *s = &p->span[i];
        json_t *span = json_pack("{so so ss}", "at", address(g, s->at), "bytes", number(s->bytes),
                                 "kind", s->unknown ? "unknown" : step_json_kind(s->kind));
        if (s->kind == SPAN_USED) {
            char name[OPERATION_NAME] = "?";
            if (s->slot != PICTURE_NO_SLOT) {
                timeline_name(g->timeline, s->born - 1, s->slot, name);
            }
            json_object_set_new(span, "payload", address(g, s->payload));
            json_object_set_new(span, "asked", number(s->asked));
            json_object_set_new(span, "name", json_string(name));
        }
        json_array_append_new(list, span);
    }
    return list;
}

static json_t *counters_json(const struct counters *c)
{
    json_t *object = json_object();
#define X(name, help) json_object_set_new(object, #name, number(c->name));
    FITLAB_COUNTERS(X)
#undef X
    return object;
}

static json_t *view_json(const struct step_group *g, const struct step_view *v)
{
    static const char *const outcome[] = {
        [LEDGER_SERVED] = "served", [LEDGER_REFUSED] = "refused", [LEDGER_SKIPPED] = "skipped"};
    const struct picture *p = v->step->after;
    json_t *object = json_pack(
        "{ss so so so so so so so so so so so so so}", "outcome", outcome[v->step->outcome],
        "payload", address(g, v->step->payload), "told", told_json(v->story), "looked_at",
        looks_json(g, v->story), "footprint_bytes", number(p->footprint_bytes), "live_bytes",
        number(p->live_bytes), "live_blocks", number(p->live_blocks), "holes", known(p, p->holes),
        "holes_bytes", known(p, p->holes_bytes), "largest_hole_bytes",
        known(p, p->largest_hole_bytes), "slack_bytes", known(p, p->slack_bytes),
        "external_index_pct", p->walked ? json_real(picture_external_pct(p)) : json_null(),
        "counters", counters_json(&p->count), "spans", spans_json(g, p));
    if (p->broken) {
        json_object_set_new(object, "broken", json_string(p->broken));
    }
    return object;
}

void step_json_step(FILE *out, const struct step_group *g)
{
    const struct step *step = g->view[0].step;
    json_t *policies = json_array();
    for (size_t i = 0; i < g->n; i++) {
        json_array_append_new(policies, view_json(g, &g->view[i]));
    }
    json_t *object = json_pack("{so ss}", "step", number(step->number), "operation",
                               g->view[0].story->operation);
    if (step->number) {
        char name[OPERATION_NAME];
        timeline_name(g->timeline, step->number - 1, step->event.slot, name);
        json_object_set_new(object, "kind", json_string(event_kind_names[step->event.kind]));
        json_object_set_new(object, "name", json_string(name));
        json_object_set_new(object, "asked", number(step->event.size));
    }
    json_object_set_new(object, "policies", policies);
    print(out, object);
}
