#include "results/typical.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "results/name_index.h"
#include "results/results_reader.h"
#include "results/spread.h"

/* How far a cell that has no number lies from any that has one. */
static const double far_away = 1e3;

/* How far the policies on one seed are from their medians over all. */
struct seed {
    size_t workload;
    double distance;
    const char *spec;
};

struct finding {
    struct identity id;
    size_t over;
    struct name_index specs;
    struct seed *seed; /* [spec] */
    size_t room;
    struct spread *median; /* [workload][policy] */
};

static struct seed *seed_of(struct finding *f, size_t row, size_t workload)
{
    const char *spec = table_cell(f->id.table, row, f->id.workload);
    size_t before = f->specs.count, i = name_index_add(&f->specs, spec);
    if (f->specs.count > f->room) {
        f->room = 2 * f->room + 16;
        f->seed = reallocarray(f->seed, f->room, sizeof *f->seed);
        if (!f->seed) {
            abort();
        }
    }
    if (f->specs.count > before) {
        f->seed[i] = (struct seed){.workload = workload, .spec = spec};
    }
    return &f->seed[i];
}

static bool add_distances(struct finding *f, const char *pass, struct problem *problem)
{
    size_t policies = reader_policies(f->id.reader)->count;
    for (size_t row = 0; row < f->id.table->rows; row++) {
        size_t p, w;
        double pct;
        if (!identity_row(&f->id, row, &p, &w)) {
            continue;
        }
        struct seed *seed = seed_of(f, row, w);
        if (!identity_is_pass(&f->id, row, pass)) {
            continue;
        }
        if (!table_number(f->id.table, row, f->over, &pct, problem)) {
            return false;
        }
        double median = f->median[w * policies + p].median;
        if (!isnan(median)) {
            double off = fabs(log((100 + pct) / (100 + median)));
            seed->distance += isfinite(off) ? off : far_away;
        }
    }
    return true;
}

const char **typical_specs(struct results_reader *reader, struct problem *problem)
{
    const struct memory_view *view = reader_memory(reader);
    size_t workloads = reader_workloads(reader)->count;
    const char **specs = calloc(workloads + 1, sizeof *specs);
    double *least = calloc(workloads + 1, sizeof *least);
    struct finding f = {.median = spread_of(reader, view->pass, view->over_column, problem)};
    if (!specs || !least) {
        abort();
    }
    bool found = f.median && reader_identity(reader, "summary.csv", &f.id, problem) &&
                 table_column(f.id.table, view->over_column, &f.over, problem) &&
                 add_distances(&f, view->pass, problem);
    for (size_t i = 0; found && i < f.specs.count; i++) {
        const struct seed *seed = &f.seed[i];
        if (!specs[seed->workload] || seed->distance < least[seed->workload]) {
            specs[seed->workload] = seed->spec;
            least[seed->workload] = seed->distance;
        }
    }
    name_index_free(&f.specs);
    free(f.seed);
    free(f.median);
    free(least);
    if (!found) {
        free(specs);
        return NULL;
    }
    return specs;
}

bool typical_row(const char *const *specs, const struct identity *id, size_t row, size_t w)
{
    return specs[w] && !strcmp(table_cell(id->table, row, id->workload), specs[w]);
}
