/* tune_text.c - what was found of a policy's parameters, for people and as CSV. */
#include <errno.h>
#include <math.h>
#include <string.h>

#include "advise/tune.h"
#include "base/table.h"
#include "base/text_table.h"
#include "workloads/event.h"

static void add_number(struct text_table *t, double value, const char *format)
{
    char text[32];
    snprintf(text, sizeof text, format, value);
    text_table_add(t, "%s", isfinite(value) ? text : "-");
}

static void print_front(const struct tuning *t, FILE *out)
{
    static const bool left[] = {true, false, false, false, false, true};
    struct text_table table;
    text_table_open(&table, 6, left);
    text_table_add(&table, "policy");
    text_table_add(&table, "pool, bytes");
    text_table_add(&table, "over peak live %%");
    text_table_add(&table, "accesses/op");
    text_table_add(&table, "most");
    text_table_add(&table, "in a");
    for (size_t i = 0; i < t->fronts; i++) {
        const struct candidate *c = &t->study.candidates.item[t->front[i]];
        const struct score *s = &c->score;
        text_table_add(&table, "%s", c->spec->label);
        text_table_add(&table, "%.0f", s->pool_bytes);
        text_table_add(&table, "%.2f", 100 * (s->pool_bytes / t->peak_live_bytes - 1));
        add_number(&table, s->accesses, "%.2f");
        add_number(&table, s->most_accesses, "%.0f");
        text_table_add(&table, "%s of %.0f bytes",
                       s->most_kind < EVENT_KINDS ? event_kind_names[s->most_kind] : "request",
                       (double)s->most_bytes);
    }
    text_table_print(&table, out);
    text_table_close(&table);
}

static void print_effects(const struct tuning *t, FILE *out)
{
    bool several = false;
    for (size_t i = 0; i < t->effects; i++) {
        several |= t->effect[i].policy != t->effect[0].policy;
    }
    for (size_t i = 0; i < t->effects; i++) {
        const struct effect *e = &t->effect[i];
        fprintf(out, "%s%s%s: ", several ? e->policy->name : "", several ? " " : "", e->parameter);
        if (effect_is_none(e)) {
            fprintf(out, "never matters here, in %zu comparisons\n", e->pairs);
        } else {
            fprintf(out,
                    "changes the pool by up to %.1f %%, accesses by %.1f %%, the most of an "
                    "operation by "
                    "%.0f %%\n",
                    100 * e->pool, 100 * e->accesses, 100 * e->most);
        }
    }
    fputs("grow: never matters in a pool of fixed size, so it was not varied\n", out);
}

void tuning_print(const struct tuning *t, FILE *out)
{
    fprintf(out, "%zu combinations, %zu on the front of memory, time and worst case%s\n",
            t->study.candidates.count, t->fronts,
            t->share < 1 ? " (chosen on a beginning of the workloads)" : "");
    print_front(t, out);
    print_effects(t, out);
}

bool tuning_write(const struct tuning *t, const char *folder, struct problem *problem)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/front.csv", folder);
    FILE *file = fopen(path, "w");
    if (!file) {
        return problem_set(problem, "%s: %s", path, strerror(errno));
    }
    fputs("policy,policy_spec,pool_bytes,over_peak_live_pct,accesses_per_op,most_accesses,exact,"
          "front\n",
          file);
    for (size_t i = 0; i < t->study.candidates.count; i++) {
        const struct candidate *c = &t->study.candidates.item[i];
        const struct score *s = &c->score;
        struct csv_row row = {.out = file};
        if (!s->served || (t->share < 1 && !t->exact[i])) {
            continue; /* what was measured on a beginning cannot stand beside the rest */
        }
        csv_text(&row, c->spec->label);
        csv_text(&row, c->spec->full);
        csv_whole(&row, (uint64_t)s->pool_bytes);
        csv_real(&row, 100 * (s->pool_bytes / t->peak_live_bytes - 1));
        csv_real(&row, isfinite(s->accesses) ? s->accesses : NAN);
        csv_real(&row, isfinite(s->most_accesses) ? s->most_accesses : NAN);
        csv_whole(&row, t->exact[i]);
        csv_whole(&row, t->on_front[i]);
        csv_end_row(&row);
    }
    bool written = !ferror(file);
    return (fclose(file) == 0 && written) || problem_set(problem, "%s: %s", path, strerror(errno));
}
