#include "results/cell_sink.h"

#include <stdio.h>
#include <unistd.h>

#include "base/packed_csv.h"
#include "results/ratios.h"
#include "spec/policy_spec.h"
#include "spec/workload_spec.h"

static bool clear_old(const char *folder, bool force, struct problem *problem)
{
    for (size_t t = 0; t < ROWS_TABLES; t++) {
        char path[4096], packed[4096 + sizeof PACKED_CSV_SUFFIX];
        snprintf(path, sizeof path, "%s/%s", folder, rows_file[t]);
        snprintf(packed, sizeof packed, "%s" PACKED_CSV_SUFFIX, path);
        if (!packed_csv_exists(path)) {
            continue;
        }
        if (!force) {
            return problem_set(problem,
                               "%s has results already: choose another folder, or replace them "
                               "with --force",
                               folder);
        }
        unlink(path);
        unlink(packed);
    }
    return true;
}

bool cell_sink_open(struct cell_sink *s, const char *folder, bool force, int argc,
                    char *const argv[], struct problem *problem)
{
    struct store_table tables[ROWS_TABLES + 1] = {0};
    for (size_t t = 0; t < ROWS_TABLES; t++) {
        tables[t] = (struct store_table){.name = rows_file[t], .header = rows_header[t]};
    }
    *s = (struct cell_sink){0};
    if (!folder) {
        return true;
    }
    if (!clear_old(folder, force, problem) || !store_open(&s->store, folder, tables, problem)) {
        return false;
    }
    s->folder = folder;
    s->manifest = manifest_begin(argc, argv);
    return s->manifest || problem_set(problem, "out of memory");
}

bool cell_sink_add(struct cell_sink *s, const struct cell *cell, const char *key,
                   const struct cell_result *result, struct problem *problem)
{
    if (!s->folder) {
        return true;
    }
    FILE *out[ROWS_TABLES];
    for (size_t t = 0; t < ROWS_TABLES; t++) {
        out[t] = s->store.pending[t].out;
    }
    rows_write(out, cell, key, result);
    manifest_cell(s->manifest, cell->policy->full, cell->workload->full, result->workload_digest,
                  result->metrics.value[METRIC_events].count, cell_status_name(result->status));
    return store_commit(&s->store, problem);
}

bool cell_sink_arrange(struct cell_sink *s, const uint64_t *keys, size_t n, struct problem *problem)
{
    return !s->folder || store_arrange(&s->store, keys, n, problem);
}

bool cell_sink_close(struct cell_sink *s, bool well, const char *baseline, struct problem *problem)
{
    if (!s->folder) {
        return well;
    }
    well = well && ratios_write(s->folder, baseline, problem) &&
           manifest_write(s->manifest, s->folder, problem);
    manifest_free(s->manifest);
    store_close(&s->store);
    return well;
}
