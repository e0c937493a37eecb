/* places.c - the table of places by time: who is the fastest, as far as the noise lets one tell. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "present/report/places.h"
#include "present/report/tables.h"
#include "results/results_reader.h"
#include "results/timed_groups.h"

static struct contest *contest_of(struct contests *all, size_t workload)
{
    for (size_t i = 0; i < all->count; i++) {
        if (all->contest[i].workload == workload) {
            return &all->contest[i];
        }
    }
    all->contest = reallocarray(all->contest, all->count + 1, sizeof *all->contest);
    struct place *place = calloc(reader_policies(all->reader)->count, sizeof *place);
    if (!all->contest || !place) {
        abort();
    }
    all->contest[all->count] = (struct contest){.workload = workload, .place = place};
    return &all->contest[all->count++];
}

/* Places are given in every region apart, as its policies are. Policies that are not selected
 * still count: a place is one among all that were measured together. */
static void judge(struct contests *all, const struct timed_group *g, size_t workload,
                  struct comparison *c)
{
    struct interval aa = comparison_aa(c);
    struct place *place = calloc(g->policies, sizeof *place);
    if (!place) {
        abort();
    }
    double noise = comparison_noise_pct(&aa);
    if (interval_includes(&aa, 1) && noise < 100) {
        struct contest *contest = contest_of(all, workload);
        contest->noise_pct = noise > contest->noise_pct ? noise : contest->noise_pct;
        comparison_places(c, &aa, place);
        for (size_t i = 0; i < g->policies; i++) {
            size_t p;
            if (reader_find_policy(all->reader, table_cell(g->table, g->policy[i], g->at->policy),
                                   table_cell(g->table, g->policy[i], g->at->region), &p)) {
                contest->place[p] = place[i];
            }
        }
    }
    free(place);
}

static bool visit(const struct timed_group *g, void *ctx, struct problem *problem)
{
    struct contests *all = ctx;
    size_t workload;
    problem->text[0] = '\0';
    if (strcmp(table_cell(g->table, g->first, g->at->pass), "throughput") != 0 ||
        !reader_is_touch(all->reader, table_cell(g->table, g->first, g->at->touch)) ||
        !reader_find_workload_in_full(all->reader, table_cell(g->table, g->first, g->at->workload),
                                      &workload)) {
        return true;
    }
    double *value = timed_group_values(g, METRIC_ns_per_op, problem);
    if (value) {
        struct comparison c = {
            .policies = g->policies, .repetitions = g->repetitions, .value = value};
        judge(all, g, workload, &c);
        free(value);
    }
    return !problem->text[0];
}

static struct report_table *draw_up(const struct contests *all)
{
    const struct roster *policies = reader_policies(all->reader);
    char note[640], touch[128];
    reader_touch_sentence(all->reader, touch, sizeof touch);
    snprintf(note, sizeof note,
             "1 is the fastest; a range is as much as the noise lets one tell, and policies whose "
             "ranges overlap cannot be told apart here. In the heads: differences below that are "
             "noise, by the A/A comparison. Workloads without enough repetitions for one, or where "
             "it excludes 1, are left out.%s",
             touch);
    struct report_table *t =
        report_table_new("places", "Places by time", note, 1 + all->count, policies->count);
    report_table_head(t, 0, "policy", NULL, NULL, NULL);
    for (size_t i = 0; i < all->count; i++) {
        const struct contest *contest = &all->contest[i];
        const char *label = reader_workloads(all->reader)->subject[contest->workload].label;
        char head[512];
        snprintf(head, sizeof head, "%s, noise %.1f %%", label, contest->noise_pct);
        report_table_head(t, i + 1, head,
                          "The place by time on this workload, 1 being the fastest; policies whose "
                          "ranges overlap cannot be told apart.",
                          "ns_per_op", label);
        for (size_t p = 0; p < policies->count; p++) {
            struct place place = contest->place[p];
            if (place.best && place.best == place.worst) {
                report_table_set(t, p, i + 1, "%zu", place.best);
            } else if (place.best) {
                report_table_set(t, p, i + 1, "%zu-%zu", place.best, place.worst);
            }
        }
    }
    for (size_t p = 0; p < policies->count; p++) {
        report_table_set(t, p, 0, "%s", policies->subject[p].label);
    }
    return t;
}

bool contests_read(struct results_reader *reader, struct contests *all, struct problem *problem)
{
    *all = (struct contests){.reader = reader};
    const struct table *summary = reader_table(reader, "summary.csv", problem);
    return summary && timed_groups_visit(summary, NULL, visit, all, problem);
}

void contests_free(struct contests *all)
{
    for (size_t i = 0; i < all->count; i++) {
        free(all->contest[i].place);
    }
    free(all->contest);
}

bool contests_part(const struct contests *all, size_t a, size_t b)
{
    for (size_t i = 0; i < all->count; i++) {
        const struct place *x = &all->contest[i].place[a], *y = &all->contest[i].place[b];
        if (x->best && y->best && (x->worst < y->best || y->worst < x->best)) {
            return true;
        }
    }
    return false;
}

struct report_table *report_places(const struct contests *all)
{
    return all->count ? draw_up(all) : NULL;
}
