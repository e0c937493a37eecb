/* cmd_trace.c - `fitlab trace`: traces out of traces. */
#include <argp.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/words.h"
#include "cli/arguments.h"
#include "cli/command.h"
#include "cli/trace_verb.h"
#include "workloads/transform/interleave.h"
#include "workloads/transform/rewrite.h"

struct options {
    const char *input[INTERLEAVE_MOST];
    size_t inputs, most_inputs;
    const char *output;
    struct rewrite how;
    long turn;
};

enum { KEY_FROM = 256, KEY_TO, KEY_LIVE, KEY_THREAD, KEY_MIN, KEY_MAX, KEY_BY, KEY_TURN };

#define OUTPUT_OPTION                                                                              \
    {                                                                                              \
        "output", 'o', "TRACE", 0, "The file to write; - is standard output", 0                    \
    }

static const struct argp_option cut_options[] = {
    OUTPUT_OPTION,
    {"from", KEY_FROM, "EVENT", 0, "The first event (default 0)", 0},
    {"to", KEY_TO, "EVENT", 0, "One past the last event (default: the end)", 0},
    {"with-live", KEY_LIVE, 0, 0, "First allocate what is live at the first event", 0},
    {0},
};
static const struct argp_option filter_options[] = {
    OUTPUT_OPTION,
    {"thread", KEY_THREAD, "N", 0, "Only blocks that this thread allocated", 0},
    {"min-size", KEY_MIN, "BYTES", 0, "Only blocks allocated with this size or more", 0},
    {"max-size", KEY_MAX, "BYTES", 0, "Only blocks allocated with this size or less", 0},
    {0},
};
static const struct argp_option scale_options[] = {
    OUTPUT_OPTION,
    {"by", KEY_BY, "PCT", 0, "New size of every block, in percent of the old", 0},
    {0},
};
static const struct argp_option interleave_options[] = {
    OUTPUT_OPTION,
    {"turn", KEY_TURN, "EVENTS", 0, "How many events a trace has at a time (default 1)", 0},
    {0},
};

static uint64_t natural(struct argp_state *state, const char *option, const char *arg)
{
    return (uint64_t)argument_number(state, option, arg, 0, LONG_MAX);
}

static error_t parse_how(int key, char *arg, struct argp_state *state)
{
    struct options *o = state->input;
    switch (key) {
    case KEY_FROM:
        o->how.from = natural(state, "from", arg);
        return 0;
    case KEY_TO:
        o->how.to = natural(state, "to", arg);
        return 0;
    case KEY_LIVE:
        o->how.with_live = true;
        return 0;
    case KEY_THREAD:
        o->how.thread = argument_number(state, "thread", arg, 0, LONG_MAX);
        return 0;
    case KEY_MIN:
        o->how.min_size = natural(state, "min-size", arg);
        return 0;
    case KEY_MAX:
        o->how.max_size = natural(state, "max-size", arg);
        return 0;
    case KEY_BY:
        o->how.scale_pct = (uint64_t)verb_percent(state, "by", arg, 1, 100000);
        return 0;
    case KEY_TURN:
        o->turn = argument_number(state, "turn", arg, 1, LONG_MAX);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct options *o = state->input;
    switch (key) {
    case 'o':
        o->output = arg;
        return 0;
    case ARGP_KEY_ARG:
        argument_append(state, "traces", o->input, &o->inputs, o->most_inputs, arg);
        return 0;
    case ARGP_KEY_END:
        if (o->inputs == 0 || !o->output) {
            argument_wrong(state, "say which trace, and where to: TRACE -o OUT");
        }
        return 0;
    default:
        return parse_how(key, arg, state);
    }
}

static void parse_words(int argc, char **argv, const struct argp_option *options, const char *words,
                        const char *doc, struct options *o)
{
    const struct argp argp = {.options = options, .parser = parse, .args_doc = words, .doc = doc};
    rewrite_init(&o->how);
    o->turn = 1;
    arguments_parse(&argp, argc, argv, 0, o);
}

static bool finish(const struct options *o, struct trace_writer *out, bool ok,
                   struct problem *problem)
{
    if (!ok) {
        trace_abort(out);
        return false;
    }
    struct trace_totals totals;
    ok = trace_finish(out, &totals, problem);
    if (ok && totals.events == 0) {
        fprintf(stderr, "fitlab: warning: %s: no event is left\n", o->output);
    }
    return ok;
}

static int rewrite(struct options *o, char **argv, int argc)
{
    struct problem problem = {""};
    struct trace_reader *in = verb_open(o->input[0], &problem);
    struct trace_writer *out =
        in ? verb_create(o->output, trace_provenance(in), trace_columns(in), argc, argv, &problem)
           : NULL;
    bool ok = out && finish(o, out, trace_rewrite(in, out, &o->how, &problem), &problem);
    trace_close(in);
    return ok ? EXIT_DONE : command_fail(&problem);
}

static int run_cut(int argc, char **argv)
{
    struct options o = {.most_inputs = 1};
    struct verb_words words = verb_keep(argc, argv);
    parse_words(argc, argv, cut_options, "TRACE -o OUT",
                "A window of a trace. Blocks allocated before it are left out, with all their "
                "events, unless --with-live.",
                &o);
    struct problem problem;
    if (o.how.from >= o.how.to) {
        problem_set(&problem, "cut: --from is not before --to: nothing would be left");
        return command_fail(&problem);
    }
    return rewrite(&o, words.word, words.count);
}

static int run_filter(int argc, char **argv)
{
    struct options o = {.most_inputs = 1};
    struct verb_words words = verb_keep(argc, argv);
    parse_words(argc, argv, filter_options, "TRACE -o OUT",
                "Some of the blocks of a trace, each with all its events.", &o);
    if (o.how.min_size > o.how.max_size) {
        struct problem problem;
        problem_set(&problem, "filter: --min-size is above --max-size: nothing would be left");
        return command_fail(&problem);
    }
    return rewrite(&o, words.word, words.count);
}

static int run_scale(int argc, char **argv)
{
    struct options o = {.most_inputs = 1};
    struct verb_words words = verb_keep(argc, argv);
    parse_words(argc, argv, scale_options, "TRACE --by=PCT -o OUT",
                "A trace with all sizes multiplied.", &o);
    return rewrite(&o, words.word, words.count);
}

static int run_interleave(int argc, char **argv)
{
    struct options o = {.most_inputs = INTERLEAVE_MOST};
    struct verb_words words = verb_keep(argc, argv);
    struct trace_reader *in[INTERLEAVE_MOST] = {NULL};
    struct provenance provenance = {.text = ""};
    struct problem problem = {""};
    parse_words(argc, argv, interleave_options, "TRACE... -o OUT",
                "Several traces in one heap, as if their programs were threads of one. The one "
                "that is the least far along, as a part of its length, has the next turn.",
                &o);
    bool ok = true;
    for (size_t i = 0; ok && i < o.inputs; i++) {
        ok = (in[i] = verb_open(o.input[i], &problem));
    }
    struct trace_writer *out =
        ok ? verb_create(o.output, &provenance, 0, words.count, words.word, &problem) : NULL;
    ok = out &&
         finish(&o, out, trace_interleave(in, o.inputs, (uint64_t)o.turn, out, &problem), &problem);
    for (size_t i = 0; i < o.inputs; i++) {
        trace_close(in[i]);
    }
    return ok ? EXIT_DONE : command_fail(&problem);
}

static const struct {
    const char *name, *summary;
    int (*run)(int argc, char **argv);
} verbs[] = {
    {"cut", "a window of the events", run_cut},
    {"filter", "the blocks of a thread or of a band of sizes", run_filter},
    {"scale", "all sizes multiplied", run_scale},
    {"interleave", "several traces in one heap", run_interleave},
    {"repeat", "a trace again and again in one heap, some blocks surviving", run_repeat},
    {"shrink", "the smallest trace that still shows a failure", run_shrink},
};

enum { VERBS = sizeof verbs / sizeof *verbs };

static int print_help(int status)
{
    FILE *out = status == EXIT_DONE ? stdout : stderr;
    fputs("Usage: fitlab trace VERB TRACE... -o OUT\nTraces out of traces.\n\n", out);
    for (size_t i = 0; i < VERBS; i++) {
        fprintf(out, "  %-11s %s\n", verbs[i].name, verbs[i].summary);
    }
    fputs("\nEach has its own --help.\n\nExamples:\n"
          "  fitlab trace cut perl --to 100K --with-live -o start.fltrace\n"
          "  fitlab trace interleave perl gawk -o both.fltrace\n"
          "  fitlab trace repeat gawk --times 50 --keep 5% -o long.fltrace\n",
          out);
    return status;
}

static int run(int argc, char **argv)
{
    const char *names[VERBS];
    if (argc < 2) {
        return print_help(EXIT_USAGE);
    }
    if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-?") || !strcmp(argv[1], "--usage")) {
        return print_help(EXIT_DONE);
    }
    for (size_t i = 0; i < VERBS; i++) {
        names[i] = verbs[i].name;
        if (!strcmp(argv[1], verbs[i].name)) {
            char name[64];
            snprintf(name, sizeof name, "%s %s", argv[0], verbs[i].name);
            argv[1] = name;
            return verbs[i].run(argc - 1, argv + 1);
        }
    }
    struct problem problem;
    words_unknown("verb", argv[1], names, VERBS, "see 'fitlab trace --help'", &problem);
    return command_fail(&problem);
}

const struct command command_trace = {
    .name = "trace",
    .group = GROUP_WORKLOADS,
    .summary = "traces out of traces: cut, filter, scale, interleave, repeat, shrink",
    .run = run,
};
