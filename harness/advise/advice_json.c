/* advice_json.c - advice for programs. */
#include <jansson.h>
#include <math.h>

#include "advise/advice.h"
#include "workloads/event.h"

/* Unknown is null, never zero. */
static json_t *number(double value)
{
    return isfinite(value) ? json_real(value) : json_null();
}

static json_t *candidate_of(const struct candidate *c)
{
    const struct score *s = &c->score;
    return json_pack("{s:s, s:s, s:o, s:o, s:o, s:I, s:s, s:I}", "policy", c->spec->label,
                     "policy_spec", c->spec->full, "smallest_pool_bytes", number(s->pool_bytes),
                     "accesses_per_op", number(s->accesses), "most_accesses",
                     number(s->most_accesses), "most_accesses_event", (json_int_t)s->most_event,
                     "most_accesses_kind",
                     s->most_kind < EVENT_KINDS ? event_kind_names[s->most_kind] : "",
                     "most_accesses_bytes", (json_int_t)s->most_bytes);
}

static json_t *margin_of(const struct margin *m)
{
    json_t *families = json_array();
    for (size_t i = 0; i < m->families; i++) {
        const struct family *f = &m->family[i];
        json_array_append_new(
            families, json_pack("{s:s, s:I, s:o, s:o, s:o, s:o}", "likeness",
                                likeness_names[f->likeness], "tried", (json_int_t)f->tried,
                                "mean_ratio", number(f->mean), "deviation", number(f->deviation),
                                "most_ratio", number(f->most), "bound_ratio", number(f->bound)));
    }
    return json_pack("{s:o, s:f, s:f, s:o}", "ratio", number(m->factor), "covers", .99,
                     "confidence", .95, "families", families);
}

static json_t *code_of(const struct advice *a)
{
    json_t *code = json_object();
    for (const struct code_bytes *c = a->code; c < a->code + CODE_BYTES_MOST && c->processor; c++) {
        json_object_set_new(code, c->processor,
                            c->bytes ? json_integer((json_int_t)c->bytes) : json_null());
    }
    return code;
}

void advice_print_json(const struct advice *a, FILE *out)
{
    const struct finalist *f = &a->finalist[a->best];
    json_t *all = json_array();
    for (size_t i = 0; i < a->search.count; i++) {
        json_array_append_new(all, candidate_of(&a->study.candidates.item[a->search.number[i]]));
    }
    json_t *answer = json_pack("{s:b, s:o, s:o, s:o}", "found", a->found, "best",
                               candidate_of(advice_best(a)), "pool_bytes", number(a->pool_bytes),
                               "peak_live_bytes", number(a->peak_live_bytes));
    json_object_set_new(answer, "margin", f->judged ? margin_of(&f->margin) : json_null());
    bool has_runner_up = a->runner_up < a->study.candidates.count;
    json_object_set_new(answer, "runner_up",
                        has_runner_up ? candidate_of(&a->study.candidates.item[a->runner_up])
                                      : json_null());
    json_object_set_new(answer, "proven_bytes",
                        a->bound_bytes > 0 ? json_real(a->bound_bytes) : json_null());
    json_object_set_new(answer, "proven_by",
                        a->bound_theorem ? json_string(a->bound_theorem) : json_null());
    json_object_set_new(
        answer, "proven_most_accesses",
        a->cost.known
            ? json_pack("[{s:I, s:I}, {s:I, s:I}]", "live_units", (json_int_t)a->cost.live[0],
                        "accesses", (json_int_t)a->cost.most[0], "live_units",
                        (json_int_t)a->cost.live[1], "accesses", (json_int_t)a->cost.most[1])
            : json_null());
    json_object_set_new(answer, "code_bytes", code_of(a));
    json_object_set_new(answer, "fresh_tried", json_integer((json_int_t)a->fresh));
    json_object_set_new(answer, "fresh_served", json_integer((json_int_t)a->fresh_served));
    json_object_set_new(answer, "seed", json_integer(a->seed));
    json_object_set_new(answer, "candidates_tried", json_integer((json_int_t)a->search.tried));
    json_object_set_new(answer, "cells", json_integer((json_int_t)a->study.cells));
    json_object_set_new(answer, "candidates", all);
    json_dumpf(answer, out, JSON_INDENT(2));
    fputs("\n", out);
    json_decref(answer);
}
