/* cmd_export.c - `fitlab export`: a trace, or any workload, in another tool's format. */
#include <argp.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/words.h"
#include "cli/arguments.h"
#include "cli/command.h"
#include "cli/format_words.h"
#include "spec/spec.h"
#include "spec/workload_spec.h"
#include "workloads/formats/exporter.h"
#include "workloads/tally.h"
#include "workloads/trace/trace_reader.h"

static error_t parse(int key, char *arg, struct argp_state *state)
{
    return format_words_parse(state->input, key, arg, state, "csv perl perl.csv");
}

/* The list of formats, below the options in --help. */
static void list_formats(FILE *out)
{
    for (size_t i = 0; exporters[i]; i++) {
        fprintf(out, "  %-11s %s\n              cannot tell: %s\n", exporters[i]->name,
                exporters[i]->summary, exporters[i]->lost);
    }
}

static char *help_filter(int key, const char *text, void *input)
{
    (void)input;
    return argument_help_list(key, text, "Formats", list_formats);
}

static const struct exporter *find_format(const char *name, struct problem *problem)
{
    const char *names[FORMAT_NAMES];
    size_t n = 0;
    for (; exporters[n] && n < FORMAT_NAMES; n++) {
        if (!strcmp(exporters[n]->name, name)) {
            return exporters[n];
        }
        names[n] = exporters[n]->name;
    }
    words_unknown("format", name, names, n, "see 'fitlab export --help'", problem);
    return NULL;
}

/* The formats begin with the number of events and blocks. A workload that does not know them is
 * read once to count. */
static bool count_events(const struct workload_spec *spec, struct trace_totals *totals,
                         struct problem *problem)
{
    struct tally tally;
    struct workload *w = workload_spec_open(spec, problem);
    struct event *events = malloc(EVENT_CHUNK * sizeof *events);
    bool ok = tally_open(&tally) && w && events;
    for (size_t n; ok && (n = workload_next(w, events, EVENT_CHUNK, problem)) > 0;) {
        ok = tally_add(&tally, events, n, problem);
    }
    *totals = tally.totals;
    tally_close(&tally);
    workload_close(w);
    free(events);
    return ok && !problem->text[0];
}

static bool open_events(const char *text, struct export_source *in, struct problem *problem)
{
    struct workload_spec spec;
    struct trace_totals totals;
    struct trace_reader *reader = NULL;
    struct workload *w = NULL;
    if (!workload_spec_parse(text, &spec, problem)) {
        return false;
    }
    if (!strcmp(spec.kind->name, "trace")) {
        reader = trace_open(spec.values.text[0], (enum trace_torn)spec.values.number[1], problem);
        if (!reader) {
            return false;
        }
        totals = *trace_totals(reader);
    } else if (!count_events(&spec, &totals, problem) ||
               !(w = workload_spec_open(&spec, problem))) {
        return false;
    }
    bool ok = export_open(in, w, reader, problem);
    in->totals = totals;
    if (!ok) {
        export_close(in);
    }
    return ok;
}

/* A device or a pipe is written to directly, because a rename would replace it by a file. */
static bool is_file(const char *path)
{
    struct stat st;
    return stat(path, &st) != 0 || S_ISREG(st.st_mode);
}

/* Written under a temporary name until it is complete, as all files are. */
static bool write_out(const struct exporter *format, struct export_source *in, const char *path,
                      struct problem *problem)
{
    char part[4096];
    bool to_stdout = !strcmp(path, "-"), in_place = !to_stdout && !is_file(path);
    snprintf(part, sizeof part, "%s.part", path);
    FILE *out = to_stdout ? stdout : fopen(in_place ? path : part, "wb");
    if (!out) {
        return problem_set(problem, "%s: cannot create it: %s", path, strerror(errno));
    }
    bool ok = format->write(in, out, problem);
    bool wrote = fflush(out) == 0 && !ferror(out) && (to_stdout || fclose(out) == 0);
    if (ok && !wrote) {
        ok = problem_set(problem, "%s: cannot write: %s", path, strerror(errno));
    }
    if (to_stdout || in_place) {
        return ok;
    }
    if (ok && rename(part, path) != 0) {
        ok = problem_set(problem, "%s: cannot create it: %s", path, strerror(errno));
    }
    if (!ok) {
        unlink(part);
    }
    return ok;
}

static bool export(const struct format_words *o, struct problem *problem)
{
    struct export_source in;
    const struct exporter *format = find_format(o->format, problem);
    if (!format || !open_events(o->in, &in, problem)) {
        return false;
    }
    bool ok = write_out(format, &in, o->out, problem);
    export_close(&in);
    return ok;
}

static int run(int argc, char **argv)
{
    struct format_words o = {.count = 0};
    struct problem problem = {""};
    const struct argp argp = {
        .parser = parse,
        .args_doc = "FORMAT TRACE OUT",
        .doc = "Write a trace, or any workload, in the format of another tool; OUT may be - for "
               "standard output.\vExamples:\n"
               "  fitlab export csv perl perl.csv\n"
               "  fitlab export rep uniform:events=1000 uniform.rep",
        .help_filter = help_filter,
    };
    arguments_parse(&argp, argc, argv, 0, &o);
    return export(&o, &problem) ? EXIT_DONE : command_fail(&problem);
}

const struct command command_export = {
    .name = "export",
    .group = GROUP_WORKLOADS,
    .summary = "a trace in another tool's format",
    .run = run,
};
