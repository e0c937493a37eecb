/* cmd_import.c - `fitlab import`: a foreign trace becomes one of fitlab's. */
#include <argp.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/words.h"
#include "cli/command.h"
#include "cli/format_words.h"
#include "spec/spec.h"
#include "workloads/formats/importer.h"

enum { SHOWN_WARNINGS = 10 };

struct options {
    struct format_words words;
    bool quiet;
};

static const struct argp_option option_table[] = {
    {"quiet", 'q', 0, 0, "Neither warnings nor a summary", 0},
    {0},
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct options *o = state->input;
    if (key == 'q') {
        o->quiet = true;
        return 0;
    }
    return format_words_parse(&o->words, key, arg, state, "auto old.rep new.fltrace");
}

/* The list of formats, below the options in --help. */
static char *add_formats(int key, const char *text, void *input)
{
    (void)input;
    if (key != ARGP_KEY_HELP_POST_DOC) {
        return (char *)text;
    }
    char *out = malloc(FORMAT_HELP_BYTES);
    int used = out ? snprintf(out, FORMAT_HELP_BYTES,
                              "Formats (any may be compressed with gzip; - is standard "
                              "input or output):\n  auto        whichever recognises "
                              "its start\n")
                   : 0;
    for (size_t i = 0; out && importers[i]; i++) {
        used += snprintf(out + used, FORMAT_HELP_BYTES - (size_t)used, "  %-11s %s\n",
                         importers[i]->name, importers[i]->summary);
    }
    if (out && text) {
        snprintf(out + used, FORMAT_HELP_BYTES - (size_t)used, "\n%s", text);
    }
    return out;
}

static const struct importer *find_format(const char *name, struct source *in,
                                          struct problem *problem)
{
    const char *names[FORMAT_NAMES] = {"auto"};
    size_t n = 1;
    if (!strcmp(name, "auto")) {
        return importer_recognise(in, problem);
    }
    for (size_t i = 0; importers[i] && n < FORMAT_NAMES; i++) {
        names[n++] = importers[i]->name;
    }
    const struct importer *found = importer_find(name);
    if (!found) {
        words_unknown("format", name, names, n, "see 'fitlab import --help'", problem);
    }
    return found;
}

static void show_warning(const char *text, void *context)
{
    uint64_t *shown = context;
    if (++*shown <= SHOWN_WARNINGS) {
        fprintf(stderr, "fitlab: warning: %s\n", text);
    }
}

static void summarise(const struct options *o, const struct importer *format,
                      const struct sink *sink, const struct trace_totals *t)
{
    if (sink->warnings > SHOWN_WARNINGS) {
        fprintf(stderr, "fitlab: warning: and %" PRIu64 " more\n", sink->warnings - SHOWN_WARNINGS);
    }
    fprintf(stderr,
            "%s: %" PRIu64 " events from %s (%s), at most %" PRIu64 " bytes in %" PRIu64
            " blocks live; what the format cannot tell: %s\n",
            o->words.out, t->events, o->words.in, format->name, t->peak_live_bytes,
            t->peak_live_blocks, format->lost);
}

static bool import_into(const struct options *o, struct source *in, struct sink *sink,
                        const struct importer *format, struct problem *problem)
{
    struct provenance provenance = {.text = ""};
    provenance_add(&provenance, "source", "%s (%s)", in->name, format->name);
    provenance_add(&provenance, "importer", "fitlab " FITLAB_VERSION);
    provenance_add(&provenance, "lost", "%s", format->lost);
    struct trace_totals totals;
    struct trace_writer *out =
        trace_create(o->words.out, &provenance, importer_columns(format, in), problem);
    sink->out = out;
    if (!out || !format->import(in, sink, problem)) {
        trace_abort(out);
        return false;
    }
    if (!trace_finish(out, &totals, problem)) {
        return false;
    }
    if (!o->quiet) {
        summarise(o, format, sink, &totals);
    }
    return true;
}

static bool import(const struct options *o, struct problem *problem)
{
    struct source *in = malloc(sizeof *in);
    struct sink *sink = malloc(sizeof *sink);
    bool ok = in && sink;
    uint64_t shown = 0;
    if (!ok) {
        problem_set(problem, "no memory to import a trace");
    } else {
        bool opened = source_open(in, o->words.in, problem);
        const struct importer *format = opened ? find_format(o->words.format, in, problem) : NULL;
        bool sunk = sink_open(sink, NULL) || problem_set(problem, "no memory to import a trace");
        sink->warner = o->quiet ? NULL : show_warning;
        sink->warner_context = &shown;
        ok = format && sunk && import_into(o, in, sink, format, problem);
        sink_close(sink);
        source_close(in);
    }
    free(in);
    free(sink);
    return ok;
}

static int run(int argc, char **argv)
{
    struct options o = {.quiet = false};
    struct problem problem = {""};
    const struct argp argp = {
        .options = option_table,
        .parser = parse,
        .args_doc = "FORMAT IN OUT",
        .doc = "Turn a trace of another tool into a trace file that 'fitlab run -w OUT' "
               "replays.\vExamples:\n"
               "  fitlab export rep gawk gawk.rep\n"
               "  fitlab import auto gawk.rep gawk.fltrace\n"
               "  valgrind --trace-malloc=yes true 2>true.log\n"
               "  fitlab import valgrind true.log true.fltrace",
        .help_filter = add_formats,
    };
    argp_parse(&argp, argc, argv, 0, NULL, &o);
    return import(&o, &problem) ? EXIT_DONE : command_fail(&problem);
}

const struct command command_import = {
    .name = "import",
    .group = GROUP_WORKLOADS,
    .summary = "traces of other tools",
    .run = run,
};
