#include "present/report/page_data.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "cell/cell.h"
#include "present/report/figure_data.h"
#include "results/results_reader.h"

static json_t *policies_of(const struct results_reader *reader)
{
    json_t *list = json_array();
    const struct roster *policies = reader_policies(reader);
    for (size_t i = 0; i < policies->count; i++) {
        const struct subject *s = &policies->subject[i];
        /* The key is "SPEC in REGION" (results_reader.h). */
        const char *region = s->key + strlen(s->spec) + strlen(" in ");
        json_array_append_new(list, json_pack("{s:s, s:s, s:s}", "label", s->label, "spec", s->spec,
                                              "region", region));
    }
    return list;
}

static json_t *workloads_of(const struct results_reader *reader)
{
    json_t *list = json_array();
    const struct roster *workloads = reader_workloads(reader);
    for (size_t i = 0; i < workloads->count; i++) {
        const struct subject *s = &workloads->subject[i];
        json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:b}", "label", s->label, "spec",
                                              s->spec, "slug", s->slug, "recorded", s->recorded));
    }
    return list;
}

/* --- how a cell is made again --------------------------------------------------------------- */

/* What the cells of a pass have in common beside policy, workload and region. */
struct pass {
    const char *name, *touch, *release, *samples;
    size_t repetitions;
};

enum { PASSES_MOST = 24 };

static struct pass *pass_named(struct pass *pass, size_t *passes, const char *name)
{
    for (size_t i = 0; i < *passes; i++) {
        if (!strcmp(pass[i].name, name)) {
            return &pass[i];
        }
    }
    if (*passes == PASSES_MOST) {
        return NULL;
    }
    pass[*passes] = (struct pass){.name = name};
    return &pass[(*passes)++];
}

/* The options with which `fitlab run` does what was done here. */
static json_t *options_of(const struct pass *pass)
{
    char options[400];
    int n = snprintf(options, sizeof options, "--pass %s", pass->name);
    if (*pass->samples && strcmp(pass->samples, "200") != 0) {
        n += snprintf(options + n, sizeof options - (size_t)n, " --samples %s", pass->samples);
    }
    if (cell_pass_names_timed(pass->name)) {
        n += snprintf(options + n, sizeof options - (size_t)n,
                      " --reps %zu --max-reps %zu --touch %s", pass->repetitions, pass->repetitions,
                      pass->touch);
    }
    if (*pass->release && strcmp(pass->release, release_own.text) != 0 &&
        (cell_pass_names_timed(pass->name) || !strcmp(pass->name, "pages"))) {
        snprintf(options + n, sizeof options - (size_t)n, " --release %s", pass->release);
    }
    return json_pack("{s:s, s:s}", "name", pass->name, "options", options);
}

static json_t *passes_of(struct results_reader *reader, struct problem *problem)
{
    struct identity id;
    size_t samples, passes = 0;
    struct pass pass[PASSES_MOST];
    if (!reader_identity(reader, "summary.csv", &id, problem) ||
        !table_column(id.table, "grid_samples", &samples, problem)) {
        return NULL;
    }
    for (size_t row = 0; row < id.table->rows; row++) {
        size_t p, w;
        struct pass *at = identity_row(&id, row, &p, &w)
                              ? pass_named(pass, &passes, table_cell(id.table, row, id.pass))
                              : NULL;
        if (at) {
            size_t rep = (size_t)strtoul(table_cell(id.table, row, id.rep), NULL, 10);
            at->repetitions = rep + 1 > at->repetitions ? rep + 1 : at->repetitions;
            at->touch = table_cell(id.table, row, id.touch);
            const char *release = table_cell(id.table, row, id.release);
            at->release = !at->release || !identity_is_own(&id, row) ? release : at->release;
            const char *n = table_cell(id.table, row, samples);
            at->samples = !at->samples || *n ? n : at->samples;
        }
    }
    json_t *list = json_array();
    for (size_t i = 0; i < passes; i++) {
        json_array_append_new(list, options_of(&pass[i]));
    }
    return list;
}

/* In a script element a text may not have a '<', which only stands inside strings. */
static int put_safely(const char *text, size_t size, void *out)
{
    for (size_t i = 0; i < size; i++) {
        if (text[i] == '<') {
            fputs("\\u003c", out);
        } else {
            fputc(text[i], out);
        }
    }
    return 0;
}

bool page_data_write(struct results_reader *reader, const struct figure_data *figures, FILE *out,
                     struct problem *problem)
{
    json_t *passes = passes_of(reader, problem);
    json_t *data =
        passes ? json_pack("{s:s, s:o, s:o, s:o, s:O, s:O}", "folder", reader_dir(reader),
                           "policies", policies_of(reader), "workloads", workloads_of(reader),
                           "passes", passes, "sets", figures->sets, "pool", figures->pool)
               : NULL;
    bool done = data != NULL;
    if (done) {
        json_dump_callback(data, put_safely, out, JSON_COMPACT | JSON_REAL_PRECISION(6));
    } else if (passes) {
        problem_set(problem, "%s: a name in it is no UTF-8", reader_dir(reader));
    }
    json_decref(data);
    return done;
}
