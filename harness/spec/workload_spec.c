#include "spec/workload_spec.h"

#include <errno.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/data_files.h"
#include "base/words.h"
#include "spec/imported.h"
#include "workloads/workload_kind.h"

#define EXTENSION ".fltrace"
#define LARGE     "-large" /* how the names of the large recordings end */

enum { MOST_KINDS = 128 };

static bool ends_in(const char *text, const char *end)
{
    size_t n = strlen(text), m = strlen(end);
    return n >= m && !strcmp(text + n - m, end);
}

static bool is_path(const char *text)
{
    return strchr(text, '/') || ends_in(text, EXTENSION);
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

static bool in_folder(const char *folder, const char *name, char *path, size_t size)
{
    int n = snprintf(path, size, "%s/%s" EXTENSION, folder, name);
    return n > 0 && (size_t)n < size && access(path, F_OK) == 0;
}

/* The recordings that are made on demand: corpus/large/. */
static bool large_folder(char *folder, size_t size)
{
    int n = snprintf(folder, size, "%s/large", workload_corpus());
    return n > 0 && (size_t)n < size;
}

bool workload_trace_stand_in_name(const char *word, char *name, size_t size)
{
    word += strncmp(word, "./", 2) == 0 ? 2 : 0;
    int n = snprintf(name, size, "%s%s%s", *word == '.' ? "+" : "", word,
                     is_path(word) || strchr(word, '.') ? "" : EXTENSION);
    for (char *c = name; n > 0 && (size_t)n < size && *c; c++) {
        *c = *c == '/' ? '+' : *c;
    }
    return n > 0 && (size_t)n < size;
}

static bool stand_in(const char *word, char *path, size_t size)
{
    const char *folder = getenv("FITLAB_TRACES");
    char name[SPEC_MAX_TEXT];
    if (!folder || !*folder || !workload_trace_stand_in_name(word, name, sizeof name)) {
        return false;
    }
    int n = snprintf(path, size, "%s/%s", folder, name);
    return n > 0 && (size_t)n < size && access(path, R_OK) == 0;
}

bool workload_trace_find(const char *word, char *path, size_t size)
{
    if (!is_path(word) && workload_trace_path(word, path, size)) {
        return true;
    }
    int n = snprintf(path, size, "%s", word);
    return stand_in(word, path, size) || (n > 0 && (size_t)n < size && access(path, R_OK) == 0);
}

bool workload_trace_path(const char *name, char *path, size_t size)
{
    char large[SPEC_MAX_TEXT];
    return stand_in(name, path, size) || in_folder(workload_corpus(), name, path, size) ||
           (large_folder(large, sizeof large) && in_folder(large, name, path, size));
}

/* Adds the names that are found; false if there are none. */
static bool add_names(const char *folder, const char *pattern, int flags, glob_t *found)
{
    char path[SPEC_MAX_TEXT];
    int n = snprintf(path, sizeof path, "%s/%s" EXTENSION, folder, pattern);
    return n > 0 && (size_t)n < sizeof path && glob(path, flags, NULL, found) == 0;
}

bool workload_names(const char *pattern, glob_t *found)
{
    char large[SPEC_MAX_TEXT];
    bool some = add_names(workload_corpus(), pattern, 0, found);
    if (strstr(pattern, LARGE) && large_folder(large, sizeof large)) {
        some |= add_names(large, pattern, some ? GLOB_APPEND : 0, found);
    }
    for (size_t i = 0; some && i < found->gl_pathc; i++) {
        char *path = found->gl_pathv[i], *base = strrchr(path, '/') + 1;
        size_t length = strlen(base) - strlen(EXTENSION);
        memmove(path, base, length);
        path[length] = '\0';
    }
    return some;
}

static bool unknown_workload(const char *name, struct problem *problem)
{
    const char *names[MOST_KINDS];
    size_t n = 0;
    glob_t traces = {0};
    for (; workload_kinds[n] && n < MOST_KINDS; n++) {
        names[n] = workload_kinds[n]->name;
    }
    bool some = workload_names(ends_in(name, LARGE) ? "*" LARGE : "*", &traces);
    for (size_t i = 0; some && i < traces.gl_pathc && n < MOST_KINDS; i++) {
        names[n++] = traces.gl_pathv[i];
    }
    words_unknown(
        "workload", name, names, n,
        ends_in(name, LARGE)
            ? "it is not here: the large recordings are made by the script of the corpus, "
              "'workloads/corpus/record --large NAME'"
            : "no kind of 'fitlab list workloads' and no trace of the corpus is called "
              "that; a trace elsewhere is given as a path, such as ./my.fltrace",
        problem);
    globfree(&traces);
    return false;
}

bool workload_in_corpus(const char *name)
{
    char path[SPEC_MAX_TEXT];
    return *name && !strchr(name, '/') && workload_trace_path(name, path, sizeof path);
}

void workload_each_in_corpus(void (*visit)(const char *name, void *ctx), void *ctx)
{
    static const char *const patterns[] = {"*", "*" LARGE};
    for (size_t p = 0; p < sizeof patterns / sizeof *patterns; p++) {
        glob_t found = {0};
        bool some = workload_names(patterns[p], &found);
        for (size_t i = 0; some && i < found.gl_pathc; i++) {
            visit(found.gl_pathv[i], ctx);
        }
        globfree(&found);
    }
}

static bool trace_of_path(const char *path, struct workload_spec *spec, struct problem *problem)
{
    if (strlen(path) >= sizeof spec->values.text_pool) {
        return problem_set(problem, "%.64s...: the path is longer than %zu characters", path,
                           sizeof spec->values.text_pool - 1);
    }
    if (strcmp(path, "-") != 0 && access(path, R_OK) != 0) {
        return problem_set(problem,
                           "%s: %s: give the path of a trace that 'fitlab record', "
                           "'import' or 'generate' has written",
                           path, strerror(errno));
    }
    spec->kind = workload_kind_find("trace");
    const struct param *table = spec->kind->params;
    if (!spec_parse("workload trace", table, "", &spec->values, problem)) {
        return false;
    }
    if (!imported_path(path, spec->values.text_pool, sizeof spec->values.text_pool, problem)) {
        return false;
    }
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
    if (!strcmp(path, "-")) {
        snprintf(label, size, "standard-input");
        return;
    }
    const char *slash = strrchr(path, '/');
    const char *base = slash ? slash + 1 : path;
    size_t n = strlen(base) - (ends_in(base, EXTENSION) ? strlen(EXTENSION) : 0);
    snprintf(label, size, "%.*s", (int)n, base);
}

/* Parameters with these names name a trace as a workload does: by its path or in the corpus. */
static bool is_trace_param(const struct param *p)
{
    return p->text &&
           (!strcmp(p->name, "trace") || !strcmp(p->name, "by") || !strcmp(p->name, "of"));
}

static bool resolve_traces(struct workload_spec *spec, struct problem *problem)
{
    const struct param *table = spec->kind->params;
    size_t found = 0;
    for (size_t i = 0; i < param_count(table); i++) {
        const char *text = spec->values.text[i];
        if (!is_trace_param(&table[i]) || !text || found == WORKLOAD_TRACES) {
            continue;
        }
        if (!strcmp(table[i].name, "of") && workload_kind_find(text)) {
            continue; /* a generator as it is by itself */
        }
        char *path = spec->trace[found++];
        if (is_path(text)) {
            if (!stand_in(text, path, sizeof spec->trace[0])) {
                snprintf(path, sizeof spec->trace[0], "%s", text);
            }
        } else if (!workload_trace_path(text, path, sizeof spec->trace[0])) {
            return problem_set(problem,
                               "workload %s: no trace of the corpus is called '%s': give a path",
                               spec->kind->name, text);
        }
        spec->values.text[i] = path;
    }
    return true;
}

static struct workload_args args_of(const struct workload_spec *spec)
{
    return (struct workload_args){.number = spec->values.number, .text = spec->values.text};
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
    const struct workload_args args = args_of(spec);
    if (!workload_args_complete(spec->kind, &args, problem)) {
        return false;
    }
    spec_format(name, table, &spec->values, SPEC_FULL, spec->full, sizeof spec->full);
    spec_format(name, table, &spec->values, SPEC_SHORT, spec->label, sizeof spec->label);
    return resolve_traces(spec, problem);
}

bool workload_spec_parse(const char *text, struct workload_spec *spec, struct problem *problem)
{
    char name[64], path[SPEC_MAX_TEXT];
    const char *settings = spec_split(text, name, sizeof name);
    spec->kind = workload_kind_find(name);
    memset(spec->trace, 0, sizeof spec->trace);
    if (spec->kind) {
        return parse_kind(name, settings, spec, problem);
    }
    bool in_corpus =
        *text && !*settings && !is_path(text) && workload_trace_path(text, path, sizeof path);
    if (in_corpus) {
        snprintf(spec->full, sizeof spec->full, "%s", text);
        snprintf(spec->label, sizeof spec->label, "%s", text);
        return trace_of_path(path, spec, problem);
    }
    /* The reader reports what is wrong with a file of any other name. */
    bool is_given = stand_in(text, path, sizeof path);
    if (is_given || is_path(text) || !strcmp(text, "-") || (*text && access(text, F_OK) == 0)) {
        snprintf(spec->full, sizeof spec->full, "%s", text);
        label_of_path(text, spec->label, sizeof spec->label);
        return trace_of_path(is_given ? path : text, spec, problem);
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
    const struct workload_args args = args_of(spec);
    return workload_open(spec->kind, &args, problem);
}
