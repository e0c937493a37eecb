/* cmd_trace_shrink.c - `fitlab trace shrink`: the smallest trace that still shows a failure. */
#include <argp.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cell/cell.h"
#include "cli/arguments.h"
#include "cli/command.h"
#include "cli/trace_verb.h"
#include "spec/policy_spec.h"
#include "tracetools/shrink.h"

struct options {
    const char *trace, *output, *policy, *region;
    long budget, seconds;
};

static const struct argp_option option_table[] = {
    {"output", 'o', "TRACE", 0, "The file to write", 0},
    {"policy", 'p', "POLICY", 0, "The policy that fails", 0},
    {"region", 'r', "REGION", 0, "grow (default), grow:64M, 64M or 1.5x, as for 'fitlab run'", 0},
    {"for", 'f', "SECONDS", 0, "Take what there is after so long (default 60)", 0},
    {"time-limit", 't', "SECONDS", 0, "For one replay (default 10)", 0},
    {0},
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct options *o = state->input;
    switch (key) {
    case 'o':
        o->output = arg;
        return 0;
    case 'p':
        o->policy = arg;
        return 0;
    case 'r':
        o->region = arg;
        return 0;
    case 'f':
        o->budget = argument_number(state, "for", arg, 1, LONG_MAX);
        return 0;
    case 't':
        o->seconds = argument_number(state, "time-limit", arg, 1, LONG_MAX);
        return 0;
    case ARGP_KEY_ARG:
        o->trace = argument_only(state, "trace", o->trace, arg);
        return 0;
    case ARGP_KEY_END:
        if (!o->trace || !o->output || !o->policy) {
            argument_wrong(state,
                           "say which trace, which policy, and where to: TRACE -p POLICY -o OUT");
        }
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

struct shrinker {
    const struct options *o;
    struct policy_spec policy;
    struct region_spec region;
    char path[64]; /* of the candidate */
    enum cell_status status;
    char detail[CELL_DETAIL_SIZE];
    bool shows; /* standard error is a terminal */
    time_t start;
    struct shrink_test test;
};

static bool write_candidate(const char *path, const struct event *events, size_t count,
                            struct problem *problem)
{
    struct provenance provenance = {.text = ""};
    struct trace_writer *out = trace_create(path, &provenance, 0, problem);
    struct trace_run run = {.events = (struct event *)events, .count = count};
    if (!out || !trace_append(out, &run, problem)) {
        trace_abort(out);
        return false;
    }
    return trace_finish(out, NULL, problem);
}

/* Replays the candidate in the check pass, which finds what any pass would. */
static bool replay(struct shrinker *s, const struct event *events, size_t count,
                   enum cell_status *status, char *detail, struct problem *problem)
{
    struct workload_spec workload;
    struct cell_process process;
    struct cell cell;
    if (!write_candidate(s->path, events, count, problem) ||
        !workload_spec_parse(s->path, &workload, problem)) {
        return false;
    }
    cell_init(&cell, &s->policy, &workload);
    cell.region = s->region;
    cell.pass = PASS_CHECK;
    cell.time_limit_seconds = (double)s->o->seconds;
    if (!cell_sound(&cell, problem) || !cell_start(&cell, &process, problem)) {
        return false;
    }
    cell_wait(&process);
    *status = process.result.status;
    snprintf(detail, CELL_DETAIL_SIZE, "%s", process.result.detail);
    cell_release(&process);
    return *status != CELL_ERROR || problem_set(problem, "%s", detail);
}

static bool fails(const struct event *events, size_t count, void *context, struct problem *problem)
{
    struct shrinker *s = context;
    enum cell_status status;
    char detail[CELL_DETAIL_SIZE];
    if (time(NULL) - s->start >= s->o->budget) {
        s->test.budget = 0;
    }
    if (!replay(s, events, count, &status, detail, problem) || status != s->status) {
        return false;
    }
    memcpy(s->detail, detail, sizeof s->detail);
    return true;
}

static void show(size_t events, size_t tests, void *context)
{
    if (((struct shrinker *)context)->shows) {
        fprintf(stderr, "\r%zu events left after %zu replays\033[K", events, tests);
    }
}

static struct event *load(struct trace_reader *in, size_t *count, struct problem *problem)
{
    size_t room = (size_t)trace_totals(in)->events + EVENT_CHUNK;
    struct event *events = malloc(room * sizeof *events);
    if (!events) {
        problem_set(problem, "no memory for all events of the trace: cut it first");
        return NULL;
    }
    *count = 0;
    struct trace_run run;
    do {
        run = (struct trace_run){.events = events + *count, .count = EVENT_CHUNK};
        if (!trace_read(in, &run, problem)) {
            free(events);
            return NULL;
        }
        *count += run.count;
    } while (run.count > 0);
    return events;
}

static bool shrink(struct shrinker *s, struct event *events, size_t *count, struct problem *problem)
{
    if (!replay(s, events, *count, &s->status, s->detail, problem)) {
        return false;
    }
    if (s->status == CELL_OK || s->status == CELL_UNAVAILABLE) {
        return problem_set(problem,
                           "%s: %s replays it with status '%s': there is no failure to keep",
                           s->o->trace, s->policy.label, cell_status_name(s->status));
    }
    s->start = time(NULL);
    s->test =
        (struct shrink_test){.fails = fails, .context = s, .budget = SIZE_MAX, .progress = show};
    bool ok = shrink_events(events, count, &s->test, problem);
    if (s->shows) {
        fputs("\r\033[K", stderr);
    }
    return ok;
}

static bool write_result(const struct shrinker *s, const struct provenance *from,
                         const struct event *events, size_t count, int argc, char **argv,
                         struct problem *problem)
{
    struct provenance provenance = *from;
    provenance_add(&provenance, "shows", "%s of %s: %s", cell_status_name(s->status),
                   s->policy.full, s->detail);
    struct trace_writer *out = verb_create(s->o->output, &provenance, 0, argc, argv, problem);
    struct trace_run run = {.events = (struct event *)events, .count = count};
    if (!out || !trace_append(out, &run, problem)) {
        trace_abort(out);
        return false;
    }
    return trace_finish(out, NULL, problem);
}

static bool run_shrinker(struct shrinker *s, int argc, char **argv, struct problem *problem)
{
    if (!policy_spec_parse(s->o->policy, &s->policy, problem) ||
        !region_spec_parse(s->o->region, &s->region, problem)) {
        return false;
    }
    struct trace_reader *in = verb_open(s->o->trace, problem);
    size_t count = 0, was;
    struct event *events = in ? load(in, &count, problem) : NULL;
    was = count;
    bool ok = events && shrink(s, events, &count, problem) &&
              write_result(s, trace_provenance(in), events, count, argc, argv, problem);
    if (ok) {
        fprintf(stderr, "%s: %zu of %zu events: %s: %s\n", s->o->output, count, was,
                cell_status_name(s->status), s->detail);
    }
    unlink(s->path);
    free(events);
    trace_close(in);
    return ok;
}

int run_shrink(int argc, char **argv)
{
    struct options o = {.region = "grow", .budget = 60, .seconds = 10};
    struct verb_words words = verb_keep(argc, argv);
    struct problem problem = {""};
    const struct argp argp = {
        .options = option_table,
        .parser = parse,
        .args_doc = "TRACE -p POLICY -o OUT",
        .doc = "Reduce a trace to the smallest one on which the policy still fails in the same "
               "way (crash, corrupt, violation, oom, timeout) in the check pass."};
    arguments_parse(&argp, argc, argv, 0, &o);
    struct shrinker s = {.o = &o, .shows = isatty(STDERR_FILENO)};
    snprintf(s.path, sizeof s.path, "/tmp/fitlab-shrink-%d.fltrace", (int)getpid());
    return run_shrinker(&s, words.count, words.word, &problem) ? EXIT_DONE : command_fail(&problem);
}
