#include "present/figures/plot_plan.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "present/figures/figure.h"
#include "results/results_reader.h"
#include "results/spread.h"

enum { NAMES_MOST = 3 };

/* How far policies part on a workload: the most memory over the least, without bump's, which
 * dwarfs all others on each. */
struct parting {
    size_t workload;
    double ratio;
};

static int by_ratio(const void *a, const void *b)
{
    const struct parting *x = a, *y = b;
    if (x->ratio != y->ratio) {
        return x->ratio < y->ratio ? 1 : -1;
    }
    return x->workload < y->workload ? -1 : 1;
}

/* Whether the folder has rows for a figure, as far as that can be told without computing it. */
static bool suits(const struct figure *figure, struct results_reader *reader)
{
    const struct roster *workloads = reader_workloads(reader);
    if (figure->timed && !reader_timed_release(reader)) {
        return false;
    }
    bool of_kind = !figure->workloads;
    for (size_t w = 0; !of_kind && w < workloads->count; w++) {
        of_kind =
            !strncmp(workloads->subject[w].spec, figure->workloads, strlen(figure->workloads));
    }
    return of_kind && reader_has_rows(reader, figure->source);
}

static struct parting *rank(struct results_reader *reader, struct problem *problem)
{
    const struct memory_view *view = reader_memory(reader);
    const struct roster *policies = reader_policies(reader);
    size_t workloads = reader_workloads(reader)->count;
    struct spread *over = spread_of(reader, view->pass, view->over_column, problem);
    struct parting *parting = over ? calloc(workloads + 1, sizeof *parting) : NULL;
    for (size_t w = 0; parting && w < workloads; w++) {
        double least = INFINITY, most = 0;
        for (size_t p = 0; p < policies->count; p++) {
            double memory = 100 + over[w * policies->count + p].median;
            if (!isnan(memory) && strcmp(policies->subject[p].spec, "bump") != 0) {
                least = fmin(least, memory);
                most = fmax(most, memory);
            }
        }
        parting[w] = (struct parting){w, most > 0 ? most / least : 0};
    }
    if (parting) {
        qsort(parting, workloads, sizeof *parting, by_ratio);
    }
    free(over);
    return parting;
}

static char *note_of(struct results_reader *reader, const struct parting *parting, size_t kept,
                     size_t most)
{
    const struct roster *workloads = reader_workloads(reader);
    char *text = NULL;
    size_t size, left = workloads->count - kept;
    FILE *out = open_memstream(&text, &size);
    if (!out) {
        abort();
    }
    fprintf(
        out,
        "note: %s: of about %zu pictures at most, %zu of %zu workloads have their own, those on "
        "which policies part most; left out:",
        reader_dir(reader), most, kept, workloads->count);
    for (size_t i = 0; i < left && i < NAMES_MOST; i++) {
        fprintf(out, "%s %s", i ? "," : "", workloads->subject[parting[kept + i].workload].label);
    }
    if (left > NAMES_MOST) {
        fprintf(out, " and %zu more", left - NAMES_MOST);
    }
    fprintf(out, ": 'fitlab plot %s -w WORKLOAD' draws one, --most all everything\n",
            reader_dir(reader));
    if (fclose(out)) {
        abort();
    }
    return text;
}

static bool choose(struct plot_plan *plan, size_t kept, size_t most, struct results_reader *reader,
                   struct problem *problem)
{
    struct parting *parting = rank(reader, problem);
    if (!parting) {
        return false;
    }
    plan->chosen = calloc(reader_workloads(reader)->count + 1, sizeof *plan->chosen);
    if (!plan->chosen) {
        abort();
    }
    for (size_t i = 0; i < kept; i++) {
        plan->chosen[parting[i].workload] = true;
    }
    plan->note = note_of(reader, parting, kept, most);
    free(parting);
    return true;
}

bool plot_plan_make(struct plot_plan *plan, const struct figure *const *wanted, size_t most,
                    struct results_reader *reader, struct problem *problem)
{
    size_t once = 0, each = 0, workloads = reader_workloads(reader)->count;
    *plan = (struct plot_plan){0};
    for (size_t i = 0; wanted[i]; i++) {
        bool drawn = suits(wanted[i], reader);
        once += drawn && !wanted[i]->each_workload;
        each += drawn && wanted[i]->each_workload;
    }
    plan->pictures = once + each * workloads;
    if (plan->pictures <= most || !each) {
        return true;
    }
    size_t kept = most > once ? (most - once) / each : 0;
    kept = kept ? kept : 1;
    plan->pictures = once + each * kept;
    return kept >= workloads || choose(plan, kept, most, reader, problem);
}

void plot_plan_free(struct plot_plan *plan)
{
    free(plan->chosen);
    free(plan->note);
}
