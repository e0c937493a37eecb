/* cmd_trace_repeat.c - `fitlab trace repeat`: a trace again and again in one heap. */
#include <argp.h>
#include <limits.h>
#include <stdlib.h>

#include "cli/arguments.h"
#include "cli/command.h"
#include "cli/trace_verb.h"
#include "workloads/transform/rounds.h"

struct options {
    const char *trace, *output;
    long times, keep_pct, seed;
};

enum { KEY_TIMES = 256, KEY_KEEP, KEY_SEED };

static const struct argp_option option_table[] = {
    {"output", 'o', "TRACE", 0, "The file to write; - is standard output", 0},
    {"times", KEY_TIMES, "N", 0, "How often it is played (default 50)", 0},
    {"keep", KEY_KEEP, "PCT", 0,
     "How many of the blocks of a round survive into the next (default 5%)", 0},
    {"seed", KEY_SEED, "N", 0, "Of the random numbers that choose them (default 1)", 0},
    {0},
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct options *o = state->input;
    switch (key) {
    case 'o':
        o->output = arg;
        return 0;
    case KEY_TIMES:
        o->times = argument_number(state, "times", arg, 1, 1000000);
        return 0;
    case KEY_KEEP:
        o->keep_pct = verb_percent(state, "keep", arg, 0, 100);
        return 0;
    case KEY_SEED:
        o->seed = argument_number(state, "seed", arg, 0, INT_MAX);
        return 0;
    case ARGP_KEY_ARG:
        o->trace = argument_only(state, "trace", o->trace, arg);
        return 0;
    case ARGP_KEY_END:
        if (!o->trace || !o->output) {
            argument_wrong(state, "say which trace, and where to: TRACE -o OUT");
        }
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static bool write_rounds(struct rounds *rounds, struct trace_writer *out, struct problem *problem)
{
    struct event *events = malloc(EVENT_CHUNK * sizeof *events);
    bool ok = events || problem_set(problem, "no memory for a chunk of events");
    struct trace_run run = {.events = events, .count = 1};
    while (ok && run.count > 0) {
        run.count = rounds_next(rounds, events, EVENT_CHUNK, problem);
        ok = !problem->text[0] && (run.count == 0 || trace_append(out, &run, problem));
    }
    free(events);
    return ok;
}

static bool repeat(const struct options *o, struct verb_words *words, struct problem *problem)
{
    char path[SPEC_MAX_TEXT];
    struct trace_totals totals;
    if (!verb_path(o->trace, path, sizeof path, problem)) {
        return false;
    }
    const struct rounds_part part = {path, (uint64_t)o->times, (double)o->keep_pct / 100};
    struct rounds *rounds = rounds_open(&part, 1, (uint64_t)o->seed, problem);
    struct trace_writer *out = rounds ? verb_create(o->output, rounds_provenance(rounds), 0,
                                                    words->count, words->word, problem)
                                      : NULL;
    bool ok = out && write_rounds(rounds, out, problem);
    if (ok) {
        ok = trace_finish(out, &totals, problem);
    } else if (out) {
        trace_abort(out);
    }
    rounds_close(rounds);
    return ok;
}

int run_repeat(int argc, char **argv)
{
    struct options o = {.times = 50, .keep_pct = 5, .seed = 1};
    struct verb_words words = verb_keep(argc, argv);
    struct problem problem = {""};
    const struct argp argp = {
        .options = option_table,
        .parser = parse,
        .args_doc = "TRACE -o OUT",
        .doc =
            "A trace played many times in one heap, as a program that runs for long. A share of "
            "each "
            "round's blocks survives: instead of being freed, each stays until the same place of "
            "the next round. The other blocks that are live when a round ends are freed "
            "there.\vTimes and call sites are lost, and so is the drain. Any number of rounds is "
            "written in the memory that two need. The workload 'repeat' makes the same events "
            "without a file, and with a seed for each repetition.\n\nExamples:\n"
            "  fitlab trace repeat gawk --times 50 --keep 5% -o long.fltrace\n"
            "  fitlab run -p best-fit next-fit -w repeat:trace=gawk,times=10,keep=5"};
    arguments_parse(&argp, argc, argv, 0, &o);
    return repeat(&o, &words, &problem) ? EXIT_DONE : command_fail(&problem);
}
