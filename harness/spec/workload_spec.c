#include "spec/workload_spec.h"

#include <errno.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/data_files.h"
#include "base/words.h"

#define EXTENSION ".fltrace"

enum { MOST_KINDS = 128 };

static const struct workload_kind *find_kind(const char *name)
{
    for (size_t i = 0; workload_kinds[i]; i++) {
        if (!strcmp(workload_kinds[i]->name, name)) {
            return workload_kinds[i];
        }
    }
    return NULL;
}

static bool ends_in(const char *text, const char *end)
{
    size_t n = strlen(text), m = strlen(end);
    return n >= m && !strcmp(text + n - m, end);
}

static bool is_path(const char *text)
{
    return strchr(text, '/') || ends_in(text, EXTENSION);
}

/* The names of the corpus's traces; false: it has none. Free with globfree. */
static bool corpus_names(glob_t *found)
{
    char pattern[SPEC_MAX_TEXT];
    int n = snprintf(pattern, sizeof pattern, "%s/*" EXTENSION, workload_corpus());
    if (n < 0 || (size_t)n >= sizeof pattern || glob(pattern, 0, NULL, found) != 0) {
        return false;
    }
    for (size_t i = 0; i < found->gl_pathc; i++) {
        char *path = found->gl_pathv[i], *base = strrchr(path, '/') + 1;
        size_t length = strlen(base) - strlen(EXTENSION);
        memmove(path, base, length);
        path[length] = '\0';
    }
    return true;
}

static bool unknown_workload(const char *name, struct problem *problem)
{
    const char *names[MOST_KINDS];
    size_t n = 0;
    glob_t traces = {0};
    for (; workload_kinds[n] && n < MOST_KINDS; n++) {
        names[n] = workload_kinds[n]->name;
    }
    if (corpus_names(&traces)) {
        for (size_t i = 0; i < traces.gl_pathc && n < MOST_KINDS; i++) {
            names[n++] = traces.gl_pathv[i];
        }
    }
    words_unknown("workload", name, names, n,
                  "no kind of 'fitlab list workloads' and no trace of the corpus is called that; a "
                  "trace elsewhere is given as a path, such as ./my.fltrace",
                  problem);
    globfree(&traces);
    return false;
}

static bool in_folder(const char *folder, const char *name, char *path, size_t size)
{
    int n = snprintf(path, size, "%s/%s" EXTENSION, folder, name);
    return n > 0 && (size_t)n < size && access(path, F_OK) == 0;
}

bool workload_in_corpus(const char *name)
{
    char path[SPEC_MAX_TEXT];
    return *name && !strchr(name, '/') && in_folder(workload_corpus(), name, path, sizeof path);
}

void workload_each_in_corpus(void (*visit)(const char *name, void *ctx), void *ctx)
{
    glob_t found = {0};
    bool any = corpus_names(&found);
    for (size_t i = 0; any && i < found.gl_pathc; i++) {
        visit(found.gl_pathv[i], ctx);
    }
    globfree(&found);
}

const char *workload_corpus(void)
{
    const char *folder = getenv("FITLAB_CORPUS");
    if (folder && *folder) {
        return folder;
    }
    static char place[4096];
    return data_file_find(FITLAB_CORPUS_IN_SOURCE_TREE, FITLAB_DATA_FROM_PROGRAM "/corpus", place,
                          sizeof place);
}

static bool trace_of_path(const char *path, struct workload_spec *spec, struct problem *problem)
{
    if (strlen(path) >= sizeof spec->values.text_pool) {
        return problem_set(problem, "%.64s...: the path is longer than %zu characters", path,
                           sizeof spec->values.text_pool - 1);
    }
    if (access(path, R_OK) != 0) {
        return problem_set(problem,
                           "%s: %s: give the path of a trace that 'fitlab record', "
                           "'import' or 'generate' has written",
                           path, strerror(errno));
    }
    spec->kind = find_kind("trace");
    const struct param *table = spec->kind->params;
    if (!spec_parse("workload trace", table, "", &spec->values, problem)) {
        return false;
    }
    strcpy(spec->values.text_pool, path);
    for (size_t i = 0; i < param_count(table); i++) {
        if (table[i].text) {
            spec->values.text[i] = spec->values.text_pool;
            break;
        }
    }
    return true;
}

static void label_of_path(const char *path, char *label, size_t size)
{
    const char *slash = strrchr(path, '/');
    const char *base = slash ? slash + 1 : path;
    size_t n = strlen(base) - (ends_in(base, EXTENSION) ? strlen(EXTENSION) : 0);
    snprintf(label, size, "%.*s", (int)n, base);
}

/* A parameter called `trace` names one as a workload does: by its path or in the corpus. */
static bool resolve_trace(struct workload_spec *spec, struct problem *problem)
{
    const struct param *table = spec->kind->params;
    for (size_t i = 0; i < param_count(table); i++) {
        const char *text = spec->values.text[i];
        if (!table[i].text || strcmp(table[i].name, "trace") != 0 || !text) {
            continue;
        }
        if (is_path(text)) {
            snprintf(spec->trace, sizeof spec->trace, "%s", text);
        } else if (!in_folder(workload_corpus(), text, spec->trace, sizeof spec->trace)) {
            return problem_set(problem,
                               "workload %s: no trace of the corpus is called '%s': give a path",
                               spec->kind->name, text);
        }
        spec->values.text[i] = spec->trace;
    }
    return true;
}

static bool parse_kind(const char *name, const char *settings, struct workload_spec *spec,
                       struct problem *problem)
{
    char whose[96];
    snprintf(whose, sizeof whose, "workload %s", name);
    const struct param *table = spec->kind->params;
    if (!spec_parse(whose, table, settings, &spec->values, problem)) {
        return false;
    }
    spec_format(name, table, &spec->values, SPEC_FULL, spec->full, sizeof spec->full);
    spec_format(name, table, &spec->values, SPEC_SHORT, spec->label, sizeof spec->label);
    return resolve_trace(spec, problem);
}

bool workload_spec_parse(const char *text, struct workload_spec *spec, struct problem *problem)
{
    char name[64], path[SPEC_MAX_TEXT];
    const char *settings = spec_split(text, name, sizeof name);
    spec->kind = find_kind(name);
    spec->trace[0] = '\0';
    if (spec->kind) {
        return parse_kind(name, settings, spec, problem);
    }
    bool in_corpus = *text && !*settings && !is_path(text) &&
                     in_folder(workload_corpus(), text, path, sizeof path);
    if (in_corpus) {
        snprintf(spec->full, sizeof spec->full, "%s", text);
        snprintf(spec->label, sizeof spec->label, "%s", text);
        return trace_of_path(path, spec, problem);
    }
    /* Of any other name that a file has, its reader says what it is not. */
    if (is_path(text) || (*text && access(text, F_OK) == 0)) {
        snprintf(spec->full, sizeof spec->full, "%s", text);
        label_of_path(text, spec->label, sizeof spec->label);
        return trace_of_path(text, spec, problem);
    }
    return unknown_workload(name, problem);
}

static bool has_param(const struct param *table, const char *name)
{
    for (size_t i = 0; i < param_count(table); i++) {
        if (!strcmp(table[i].name, name)) {
            return true;
        }
    }
    return false;
}

bool workload_spec_seed(const char *text, long seed, struct workload_spec *spec, bool *took,
                        struct problem *problem)
{
    *took = false;
    if (!workload_spec_parse(text, spec, problem)) {
        return false;
    }
    if (!has_param(spec->kind->params, "seed") || strstr(text, ":seed=") ||
        strstr(text, ",seed=")) {
        return true;
    }
    char seeded[SPEC_MAX_TEXT];
    int n =
        snprintf(seeded, sizeof seeded, "%s%cseed=%ld", text, strchr(text, ':') ? ',' : ':', seed);
    if (n < 0 || (size_t)n >= sizeof seeded) {
        return problem_set(problem, "workload '%s' is too long", text);
    }
    *took = true;
    return workload_spec_parse(seeded, spec, problem);
}

struct workload *workload_spec_open(const struct workload_spec *spec, struct problem *problem)
{
    struct workload_args args = {.number = spec->values.number, .text = spec->values.text};
    return workload_open(spec->kind, &args, problem);
}
