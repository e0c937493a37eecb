/* cmd_info.c - `fitlab info`: what a trace holds, and what the workload in it is like. */
#include <argp.h>
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/temporary.h"
#include "cli/arguments.h"
#include "cli/command.h"
#include "present/figures/gnuplot.h"
#include "spec/workload_spec.h"
#include "tracetools/profile_report.h"
#include "workloads/trace/trace_reader.h"

struct options {
    const char *workload;
    bool csv;
    const char *figure; /* the picture to draw, or NULL */
    double width;
};

static const struct argp_option option_table[] = {
    {"csv", 'c', 0, 0, "Tidy rows instead: workload,section,key,measure,value", 0},
    {"figure", 'f', "FILE", 0, "Draw live bytes, sizes and lifetimes: FILE.pdf, .svg or .png", 0},
    {"width", 'w', "INCHES", 0, "Of the figure: 3.3 fits a column, 7 a page [7]", 0},
    {0},
};

static bool is_picture(const char *path)
{
    const char *dot = strrchr(path, '.');
    return dot && (!strcmp(dot, ".pdf") || !strcmp(dot, ".svg") || !strcmp(dot, ".png"));
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct options *o = state->input;
    switch (key) {
    case 'c':
        o->csv = true;
        return 0;
    case 'f':
        o->figure = arg;
        if (!is_picture(arg)) {
            argument_wrong(state, "--figure=%s: end it in .pdf, .svg or .png", arg);
        }
        return 0;
    case 'w': {
        char *end;
        o->width = strtod(arg, &end);
        if (*end || !(o->width >= 2 && o->width <= 20)) {
            argument_wrong(state, "--width=%s: give 2 to 20 inches", arg);
        }
        return 0;
    }
    case ARGP_KEY_ARG:
        o->workload = argument_only(state, "trace", o->workload, arg);
        return 0;
    case ARGP_KEY_END:
        if (!o->workload) {
            argument_wrong(state, "say which TRACE");
        }
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* What is known only from the file: its origin, and how it is stored. */
static void print_file(struct trace_reader *r, const char *path)
{
    struct trace_weight weight = trace_weigh(r);
    const struct trace_totals *t = trace_totals(r);
    double events = t->events ? (double)t->events : 1;
    const char *why = trace_torn_why(r);
    printf("%s\n", path);
    for (const char *line = trace_provenance(r)->text; *line;) {
        size_t n = strcspn(line, "\n"), key = strcspn(line, ":");
        key = key < n ? key : n;
        printf("%-14.*s%.*s\n", (int)key, line, (int)(n - key - (key < n)), line + key + (key < n));
        line += n + (line[n] == '\n');
    }
    printf("file           %" PRIu64
           " bytes, %.2f an event (%.2f before compression), %zu frames%s%s\n",
           weight.file_bytes, (double)weight.file_bytes / events, (double)weight.raw_bytes / events,
           weight.frames, trace_columns(r) & TRACE_TIMES ? ", with times" : "",
           trace_columns(r) & TRACE_SITES ? ", with call sites" : "");
    printf("digest         %016" PRIx64 "\n", t->digest);
    if (why) {
        printf("torn           only its undamaged part was read: %s\n", why);
    }
}

/* Reads a trace once more to measure how it is stored, which is known at the end. */
static bool describe_file(const struct workload_spec *spec, struct problem *problem)
{
    if (strcmp(spec->kind->name, "trace") != 0) {
        printf("%s\n", spec->full);
        return true;
    }
    const char *path = spec->values.text[0];
    struct trace_reader *r = trace_open(path, (enum trace_torn)spec->values.number[1], problem);
    struct event *events = malloc(EVENT_CHUNK * sizeof *events);
    struct trace_run run = {.events = events, .count = EVENT_CHUNK};
    bool ok = r && (events || problem_set(problem, "no memory for a chunk of events"));
    while (ok && run.count > 0) {
        run.count = EVENT_CHUNK;
        ok = trace_read(r, &run, problem);
    }
    if (ok) {
        print_file(r, spec->full);
    }
    free(events);
    trace_close(r);
    return ok;
}

/* The script reads a CSV file, in which a workload's name has no comma. */
static bool draw(const struct options *o, const struct profile *p, const char *label,
                 struct problem *problem)
{
    char name[SPEC_MAX_TEXT], data[PATH_MAX];
    snprintf(name, sizeof name, "%s", label);
    for (char *comma = name; (comma = strchr(comma, ','));) {
        *comma = ' ';
    }
    FILE *picture =
        fopen(o->figure, "w"); /* otherwise gnuplot would report an error in its script */
    if (!picture || fclose(picture) != 0) {
        return problem_set(problem, "%s: cannot write: %s", o->figure, strerror(errno));
    }
    int fd = temporary_file("info", data, problem);
    FILE *out = fd >= 0 ? fdopen(fd, "w") : NULL;
    if (!out) {
        return false;
    }
    profile_write_csv(p, name, out);
    bool ok =
        fclose(out) == 0 || problem_set(problem, "%s: cannot write: %s", data, strerror(errno));
    ok = ok && gnuplot_draw("profile", data, o->figure, o->width, problem);
    if (!ok) {
        unlink(o->figure);
    }
    unlink(data);
    return ok;
}

static bool describe(const struct options *o, struct problem *problem)
{
    struct workload_spec spec;
    if (!workload_spec_parse(o->workload, &spec, problem) ||
        (!o->csv && !o->figure && !describe_file(&spec, problem))) {
        return false;
    }
    struct workload *w = workload_spec_open(&spec, problem);
    struct profile *p = w ? profile_take(w, problem) : NULL;
    workload_close(w);
    if (!p) {
        return false;
    }
    bool drawn = !o->figure || draw(o, p, spec.label, problem);
    if (o->csv) {
        profile_write_csv(p, spec.label, stdout);
    } else if (!o->figure) {
        profile_print(p, stdout);
    }
    profile_free(p);
    if (!drawn) {
        return false;
    }
    return fflush(stdout) == 0 || problem_set(problem, "standard output: cannot write to it");
}

static int run(int argc, char **argv)
{
    struct options o = {.width = 7};
    struct problem problem = {""};
    const struct argp argp = {
        .options = option_table,
        .parser = parse,
        .args_doc = "TRACE",
        .doc = "What a trace, or any workload, is like: events by kind, live bytes over time and "
               "their phases, sizes, lifetimes, resizes, threads, what remains.\vLifetimes are "
               "counted in events and in bytes allocated meanwhile; blocks that live to the end "
               "have none. A ramp or a decline changes live bytes by more than 5 % of the peak, a "
               "jump or a drop does so within 2 % of the events.\n\nExamples:\n"
               "  fitlab info perl\n"
               "  fitlab info my.fltrace --csv"};
    arguments_parse(&argp, argc, argv, 0, &o);
    return describe(&o, &problem) ? EXIT_DONE : command_fail(&problem);
}

const struct command command_info = {
    .name = "info",
    .group = GROUP_START,
    .summary = "what a trace holds: kinds, sizes, lifetimes, phases",
    .run = run,
};
