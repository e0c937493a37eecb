#include "results/pack_traces.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "results/pack.h"
#include "results/results_folder.h"
#include "results/results_reader.h"

void pack_traces_use(const char *folder)
{
    char path[PATH_MAX], whole[PATH_MAX];
    snprintf(path, sizeof path, "%s/" PACK_TRACES, folder);
    if (realpath(path, whole)) { /* cells may run in another folder */
        setenv("FITLAB_TRACES", whole, 1);
    }
}

uint64_t pack_trace_digest(const char *word)
{
    static struct workload_spec spec;
    struct problem unused;
    struct workload *w =
        workload_spec_parse(word, &spec, &unused) ? workload_spec_open(&spec, &unused) : NULL;
    uint64_t digest = w ? w->digest : 0;
    if (w) {
        workload_close(w);
    }
    return digest;
}

static bool is_kind(const char *word)
{
    size_t length = strcspn(word, ":");
    for (size_t i = 0; workload_kinds[i]; i++) {
        const char *name = workload_kinds[i]->name;
        if (strlen(name) == length && !strncmp(name, word, length)) {
            return true;
        }
    }
    return false;
}

static void add(struct pack_traces *t, const char *word)
{
    for (size_t i = 0; i < t->count; i++) {
        if (!strcmp(t->trace[i].word, word)) {
            return;
        }
    }
    struct pack_trace *grown = reallocarray(t->trace, t->count + 1, sizeof *grown);
    if (!grown) {
        abort();
    }
    t->trace = grown;
    struct pack_trace *added = &grown[t->count++];
    *added = (struct pack_trace){.digest = 0};
    snprintf(added->word, sizeof added->word, "%s", word);
    if (workload_trace_find(word, added->path, sizeof added->path)) {
        added->digest = pack_trace_digest(word);
    } else {
        added->path[0] = '\0';
    }
}

/* A workload is a trace, or names up to two in its parameters. */
static void add_workload(struct pack_traces *t, const char *spec)
{
    static const char *const params[] = {"trace", "by", "of"};
    char word[SPEC_MAX_TEXT];
    if (!is_kind(spec)) {
        add(t, spec);
        return;
    }
    for (size_t i = 0; i < sizeof params / sizeof *params; i++) {
        if (spec_setting(spec, params[i], word, sizeof word) && *word && !is_kind(word)) {
            add(t, word);
        }
    }
}

static int by_word(const void *a, const void *b)
{
    return strcmp(((const struct pack_trace *)a)->word, ((const struct pack_trace *)b)->word);
}

bool pack_traces_find(struct pack_traces *t, const char *folder, struct problem *problem)
{
    size_t column;
    struct name_index specs = {0};
    struct table *rows = results_folder_summary(folder, problem);
    bool found = rows && table_column(rows, "workload_spec", &column, problem);
    for (size_t row = 0; found && row < rows->rows; row++) {
        name_index_add(&specs, table_cell(rows, row, column));
    }
    for (size_t i = 0; i < specs.count; i++) {
        add_workload(t, specs.name[i]);
    }
    if (t->count) {
        qsort(t->trace, t->count, sizeof *t->trace, by_word);
    }
    name_index_free(&specs);
    table_free(rows);
    return found;
}

void pack_traces_free(struct pack_traces *t)
{
    free(t->trace);
}
