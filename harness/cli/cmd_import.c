/* cmd_import.c - `fitlab import`: a foreign trace becomes one of fitlab's. */
#include <argp.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/words.h"
#include "cli/arguments.h"
#include "cli/command.h"
#include "cli/format_words.h"
#include "spec/spec.h"
#include "workloads/formats/import_file.h"

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
static void list_formats(FILE *out)
{
    fprintf(out, "  %-11s %s\n", "auto", "whichever recognises its start");
    for (size_t i = 0; importers[i]; i++) {
        fprintf(out, "  %-11s %s\n", importers[i]->name, importers[i]->summary);
    }
}

static char *help_filter(int key, const char *text, void *input)
{
    (void)input;
    return argument_help_list(
        key, text, "Formats (any may be compressed with gzip; - is standard input or output)",
        list_formats);
}

/* Whether the word is one of the formats; if not, the problem suggests the nearest name. */
static bool is_format(const char *name, struct problem *problem)
{
    const char *names[FORMAT_NAMES] = {"auto"};
    size_t n = 1;
    for (size_t i = 0; importers[i] && n < FORMAT_NAMES; i++) {
        names[n++] = importers[i]->name;
    }
    return !strcmp(name, "auto") || importer_find(name) ||
           words_unknown("format", name, names, n, "see 'fitlab import --help'", problem);
}

static void show_warning(const char *text, void *context)
{
    uint64_t *shown = context;
    if (++*shown <= SHOWN_WARNINGS) {
        fprintf(stderr, "fitlab: warning: %s\n", text);
    }
}

static void summarise(const struct options *o, const struct import_result *result)
{
    const struct trace_totals *t = &result->totals;
    if (result->warnings > SHOWN_WARNINGS) {
        fprintf(stderr, "fitlab: warning: and %" PRIu64 " more\n",
                result->warnings - SHOWN_WARNINGS);
    }
    fprintf(stderr,
            "%s: %" PRIu64 " events from %s (%s), at most %" PRIu64 " bytes in %" PRIu64
            " blocks live; what the format cannot tell: %s\n",
            o->words.out, t->events, o->words.in, result->format->name, t->peak_live_bytes,
            t->peak_live_blocks, result->format->lost);
}

static bool import(const struct options *o, struct problem *problem)
{
    uint64_t shown = 0;
    struct import_result result = {0};
    const struct import_file job = {.in = o->words.in,
                                    .format = o->words.format,
                                    .out = o->words.out,
                                    .program = "fitlab " FITLAB_VERSION,
                                    .warner = o->quiet ? NULL : show_warning,
                                    .warner_context = &shown};
    if (!is_format(o->words.format, problem) || !import_file(&job, &result, problem)) {
        return false;
    }
    if (!o->quiet) {
        summarise(o, &result);
    }
    return true;
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
        .help_filter = help_filter,
    };
    arguments_parse(&argp, argc, argv, 0, &o);
    return import(&o, &problem) ? EXIT_DONE : command_fail(&problem);
}

const struct command command_import = {
    .name = "import",
    .group = GROUP_WORKLOADS,
    .summary = "traces of other tools",
    .run = run,
};
