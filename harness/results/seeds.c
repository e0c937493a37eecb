#include "results/seeds.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "results/label.h"
#include "results/roster.h"
#include "workloads/workload.h"

bool seeds_is_named(const char *const *list, const char *spec, const char *label)
{
    if (!list || !*list) {
        return true;
    }
    for (; *list; list++) {
        if (!strcmp(*list, spec) || !strcmp(*list, label)) {
            return true;
        }
    }
    return false;
}

/* A generator is recognised by the name of its kind; any other spec is a trace. */
static bool is_recorded(const char *spec)
{
    size_t length = strcspn(spec, ":");
    for (size_t i = 0; workload_kinds[i]; i++) {
        const char *kind = workload_kinds[i]->name;
        if (strlen(kind) == length && !strncmp(kind, spec, length)) {
            return !strcmp(kind, "trace");
        }
    }
    return true;
}

/* The workloads without their seeds: which one each spec is of, and how many specs each has. */
struct families {
    struct name_index names;
    size_t *of;      /* [spec] */
    size_t *members; /* [family] */
};

static void families_find(struct families *f, const struct name_index *specs)
{
    *f = (struct families){.of = calloc(specs->count + 1, sizeof *f->of),
                           .members = calloc(specs->count + 1, sizeof *f->members)};
    if (!f->of || !f->members) {
        abort();
    }
    for (size_t i = 0; i < specs->count; i++) {
        char *name = label_without_seed(specs->name[i]);
        f->of[i] = name_index_add(&f->names, name);
        f->members[f->of[i]]++;
        free(name);
    }
}

static void families_free(struct families *f)
{
    name_index_free(&f->names);
    free(f->of);
    free(f->members);
}

/* Whether a list names a spec: as it is, or its family. */
static bool is_selected(const char *const *list, const char *spec, const char *family)
{
    char name[ROSTER_LABEL], general[ROSTER_LABEL];
    label_spec(spec, name, sizeof name);
    label_spec(family, general, sizeof general);
    return seeds_is_named(list, spec, name) || seeds_is_named(list, family, general);
}

static void add(struct seeds *s, size_t i, const char *key, struct roster *roster)
{
    char name[ROSTER_LABEL];
    const char *spec = s->specs.name[i];
    label_spec(key, name, sizeof name);
    roster_add(roster, &(struct subject){.key = (char *)key,
                                         .spec = (char *)spec,
                                         .name = name,
                                         .label = name,
                                         .recorded = is_recorded(spec)});
    s->workload[i] = roster_find(roster, key);
    size_t seeds = ++roster->subject[s->workload[i]].seeds;
    s->most = seeds > s->most ? seeds : s->most;
}

/* Every word of the list must name something. */
static bool check_selected(const struct seeds *s, const struct families *f, const char *const *list,
                           const char *path, struct problem *problem)
{
    for (; list && *list; list++) {
        const char *const word[] = {*list, NULL};
        size_t i = 0;
        while (i < s->specs.count &&
               !is_selected(word, s->specs.name[i], f->names.name[f->of[i]])) {
            i++;
        }
        if (i == s->specs.count) {
            return problem_set(problem, "%s: has no workload '%s': see its column 'workload'", path,
                               *list);
        }
    }
    return true;
}

bool seeds_find(struct seeds *s, const struct table *t, size_t column,
                const struct selection *selection, struct roster *roster, struct problem *problem)
{
    struct families f;
    *s = (struct seeds){0};
    for (size_t row = 0; row < t->rows; row++) {
        name_index_add(&s->specs, table_cell(t, row, column));
    }
    families_find(&f, &s->specs);
    s->workload = calloc(s->specs.count + 1, sizeof *s->workload);
    if (!s->workload) {
        abort();
    }
    for (size_t i = 0; i < s->specs.count; i++) {
        const char *spec = s->specs.name[i], *family = f.names.name[f.of[i]];
        s->workload[i] = SIZE_MAX;
        if (is_selected(selection->workloads, spec, family)) {
            bool one = selection->each_seed || f.members[f.of[i]] == 1;
            add(s, i, one ? spec : family, roster);
        }
    }
    bool found = check_selected(s, &f, selection->workloads, t->path, problem);
    families_free(&f);
    return found;
}

size_t seeds_workload(const struct seeds *s, const char *spec)
{
    size_t i = name_index_find(&s->specs, spec);
    return i < s->specs.count ? s->workload[i] : SIZE_MAX;
}

void seeds_free(struct seeds *s)
{
    name_index_free(&s->specs);
    free(s->workload);
}
