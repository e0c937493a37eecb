#include "results/manifest.h"

#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "measure/clock.h"
#include "results/build_info.h"
#include "results/datapackage.h"
#include "results/machine.h"
#include "results/name_index.h"

struct manifest {
    json_t *root, *policies, *workloads, *cells;
    struct name_index policy, workload; /* what is listed there */
    json_t *runs, *run; /* NULL: the folder has this run only, which needs no name */
};

/* JSON null for an empty string, which stands for an unknown value. */
static json_t *text(const char *s)
{
    return s && *s ? json_string(s) : json_null();
}

static json_t *utc_now(void)
{
    char out[32];
    struct tm tm;
    time_t now = time(NULL);
    strftime(out, sizeof out, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&now, &tm));
    return json_string(out);
}

static json_t *build(void)
{
    return json_pack("{s:s, s:o, s:o, s:s, s:o, s:s}", "version", build_info.version, "commit",
                     text(build_info.commit), "dirty",
                     build_info.commit ? json_boolean(build_info.dirty) : json_null(), "compiler",
                     build_info.compiler, "flags", text(build_info.flags), "build_type",
                     build_info.build_type);
}

static json_t *machine(void)
{
    struct machine m;
    machine_describe(&m);
    return json_pack("{s:o, s:o, s:I, s:I, s:o, s:o, s:o, s:o}", "host", text(m.host), "cpu",
                     text(m.cpu), "cores", (json_int_t)m.cores, "memory_bytes",
                     (json_int_t)m.memory_bytes, "kernel", text(m.kernel), "virtualised",
                     text(m.virtualised), "governor", text(m.governor), "transparent_huge_pages",
                     text(m.huge_pages));
}

static json_t *clock_facts(void)
{
    const struct clock *c = clock_get();
    return json_pack("{s:s, s:f, s:f, s:f, s:f, s:o}", "source", clock_source_name(c->source),
                     "ticks_per_ns", 1 / c->ns_per_tick, "quantum_ns",
                     clock_ns(c, (double)c->quantum_ticks), "reading_ns",
                     clock_ns(c, (double)c->overhead_ticks), "window_ns",
                     clock_ns(c, (double)c->window_ticks), "warning", text(c->warning));
}

struct manifest *manifest_begin(int argc, char *const argv[])
{
    struct manifest *m = calloc(1, sizeof *m);
    if (!m) {
        return NULL;
    }
    json_t *command = json_array();
    for (int i = 0; i < argc; i++) {
        json_array_append_new(command, json_string(argv[i]));
    }
    m->root = json_object();
    m->policies = json_array();
    m->workloads = json_array();
    m->cells = json_object();
    json_object_set_new(m->root, "fitlab", build());
    json_object_set_new(m->root, "command", command);
    json_object_set_new(m->root, "started", utc_now());
    json_object_set_new(m->root, "ended", json_null());
    json_object_set_new(m->root, "machine", machine());
    json_object_set_new(m->root, "clock", clock_facts());
    json_object_set_new(m->root, "policies", m->policies);
    json_object_set_new(m->root, "workloads", m->workloads);
    json_object_set_new(m->root, "cells", m->cells);
    return m;
}

void manifest_note(struct manifest *m, const char *name, const char *value)
{
    json_object_set_new(m->root, name, text(value));
}

static bool lists_run(const json_t *runs, const char *name)
{
    size_t i;
    json_t *run;
    json_array_foreach(runs, i, run)
    {
        if (!strcmp(json_string_value(json_object_get(run, "run")), name)) {
            return true;
        }
    }
    return false;
}

bool manifest_adopt(struct manifest *m, const char *folder, struct problem *problem)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/manifest.json", folder);
    if (access(path, F_OK) != 0) {
        return true;
    }
    json_error_t error;
    json_t *other = json_load_file(path, 0, &error);
    if (!other) {
        return problem_set(problem, "%s:%d: %s", path, error.line, error.text);
    }
    size_t i;
    json_t *run;
    json_array_foreach(json_object_get(other, "runs"), i, run)
    {
        const char *name = json_string_value(json_object_get(run, "run"));
        if (name && !lists_run(m->runs, name)) {
            json_array_append(m->runs, run);
        }
    }
    json_decref(other);
    return true;
}

bool manifest_run(struct manifest *m, const char *folder, const char *name, struct problem *problem)
{
    static const char *const facts[] = {"command", "started", "fitlab", "machine", "clock"};
    m->runs = json_array();
    json_object_set_new(m->root, "runs", m->runs);
    if (!manifest_adopt(m, folder, problem)) {
        return false;
    }
    m->run = json_object();
    json_object_set_new(m->run, "run", json_string(name));
    for (size_t i = 0; i < sizeof facts / sizeof *facts; i++) {
        json_object_set(m->run, facts[i], json_object_get(m->root, facts[i]));
    }
    json_array_append_new(m->runs, m->run);
    return true;
}

const char *manifest_machine(const struct manifest *m, const char *name, char *out, size_t size)
{
    size_t i;
    json_t *run;
    *out = '\0';
    json_array_foreach(m->runs, i, run)
    {
        if (!strcmp(json_string_value(json_object_get(run, "run")), name)) {
            const json_t *machine = json_object_get(run, "machine");
            const char *host = json_string_value(json_object_get(machine, "host"));
            const char *cpu = json_string_value(json_object_get(machine, "cpu"));
            const char *kernel = json_string_value(json_object_get(machine, "kernel"));
            snprintf(out, size, "%s (%s, %s)", host ? host : "?", cpu ? cpu : "?",
                     kernel ? kernel : "?");
        }
    }
    return out;
}

static bool is_new(struct name_index *index, const char *name)
{
    size_t before = index->count;
    name_index_add(index, name);
    return index->count > before;
}

void manifest_cell(struct manifest *m, const char *policy_spec, const char *workload_spec,
                   uint64_t digest, uint64_t events, const char *status)
{
    json_int_t count = json_integer_value(json_object_get(m->cells, status));
    json_object_set_new(m->cells, status, json_integer(count + 1));
    if (is_new(&m->policy, policy_spec)) {
        json_array_append_new(m->policies, json_string(policy_spec));
    }
    if (digest && is_new(&m->workload, workload_spec)) {
        char hex[17];
        snprintf(hex, sizeof hex, "%016" PRIx64, digest);
        json_array_append_new(m->workloads, json_pack("{s:s, s:s, s:I}", "spec", workload_spec,
                                                      "digest", hex, "events", (json_int_t)events));
    }
}

bool manifest_write(struct manifest *m, const char *folder, struct problem *problem)
{
    char path[4096], partial[4096 + 8];
    snprintf(path, sizeof path, "%s/manifest.json", folder);
    snprintf(partial, sizeof partial, "%s.part", path);
    json_object_set_new(m->root, "ended", utc_now());
    if (m->run) {
        json_object_set(m->run, "ended", json_object_get(m->root, "ended"));
    }
    if (json_dump_file(m->root, partial, JSON_INDENT(2) | JSON_REAL_PRECISION(9)) != 0 ||
        rename(partial, path) != 0) {
        problem_set(problem, "cannot write %s: %s", path, strerror(errno));
        remove(partial);
        return false;
    }
    return datapackage_write(folder, problem);
}

void manifest_free(struct manifest *m)
{
    if (m) {
        json_decref(m->root);
        name_index_free(&m->policy);
        name_index_free(&m->workload);
        free(m);
    }
}
