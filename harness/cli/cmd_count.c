/* cmd_count.c - `fitlab count`: one replay, for callgrind to count its instructions. */
#include <argp.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <valgrind/callgrind.h>

#include "cli/arguments.h"
#include "cli/command.h"
#include "mallocs/malloc_process.h"
#include "region/region_map.h"
#include "replay/packed.h"
#include "replay/replay.h"
#include "spec/policy_spec.h"

struct options {
    const char *region, *policy, *workload;
    uint64_t event; /* to collect in it alone; 0: in all */
};

static const struct argp_option option_table[] = {
    {"region", 'r', "REGION", 0, "As for 'fitlab run' (default grow)", 0},
    {"event", 'e', "N", 0,
     "Replay up to the Nth event and let callgrind collect in that one alone (default: in all)", 0},
    {0},
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct options *o = state->input;
    switch (key) {
    case 'r':
        o->region = arg;
        return 0;
    case 'e':
        o->event = (uint64_t)argument_number(state, "event", arg, 1, LONG_MAX);
        return 0;
    case ARGP_KEY_ARG:
        if (o->workload) {
            argument_wrong(state, "one policy and one workload: '%s' is too many", arg);
        }
        *(o->policy ? &o->workload : &o->policy) = arg;
        return 0;
    case ARGP_KEY_END:
        if (!o->workload) {
            argument_wrong(state, "say what to replay: POLICY WORKLOAD");
        }
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* Plays events that lie in one chunk, collecting or not. */
static void play(struct replay *r, const struct packed_chunk *c, size_t from, size_t n,
                 bool collect)
{
    struct packed_chunk part = *c;
    part.event += from;
    part.n = n;
    if (collect) {
        CALLGRIND_TOGGLE_COLLECT;
        replay_chunk(r, &part, REPLAY_PLAIN, TOUCH_NONE);
        CALLGRIND_TOGGLE_COLLECT;
    } else {
        replay_chunk(r, &part, REPLAY_PLAIN, TOUCH_NONE);
    }
}

static bool replay_all(struct packed *p, struct replay *r, struct heap *heap,
                       struct problem *problem)
{
    uint64_t done = 0;
    replay_begin(r, heap);
    for (const struct packed_chunk *c; done < p->facts.drain && (c = packed_next(p, problem));) {
        size_t n = c->n < p->facts.drain - done ? c->n : (size_t)(p->facts.drain - done);
        play(r, c, 0, n, true);
        done += n;
    }
    return problem->text[0] == '\0';
}

/* Replays up to this event, counted from 1, and collects in it alone. */
static bool replay_to(struct packed *p, struct replay *r, struct heap *heap, uint64_t event,
                      struct problem *problem)
{
    uint64_t done = 0;
    replay_begin(r, heap);
    for (const struct packed_chunk *c; done < event && (c = packed_next(p, problem));) {
        size_t before = event - done > c->n ? c->n : (size_t)(event - done - 1);
        play(r, c, 0, before, false);
        if (before < c->n) {
            play(r, c, before, 1, true);
        }
        done += before + (before < c->n);
    }
    return problem->text[0] == '\0';
}

/* A foreign malloc needs its library from the start of the process; only the program that starts
 * this one can arrange that. */
static bool prepared(const struct policy_spec *policy, struct problem *problem)
{
    struct problem why;
    return !malloc_process_needed(policy->policy) ||
           malloc_process_ready(policy->policy, true, &why) ||
           problem_set(problem,
                       "%s; use 'fitlab run -p %s --pass instructions', which arranges that",
                       why.text, policy->full);
}

static bool replay_some(struct packed *p, struct replay *r, struct heap *heap, uint64_t event,
                        struct problem *problem)
{
    if (event > p->facts.drain) {
        return problem_set(problem, "--event=%" PRIu64 ": the workload has %" PRIu64 " events",
                           event, p->facts.drain);
    }
    return event ? replay_to(p, r, heap, event, problem) : replay_all(p, r, heap, problem);
}

static bool count(const struct options *o, struct problem *problem)
{
    struct policy_spec policy;
    struct workload_spec workload;
    struct region_spec region;
    struct region_map map;
    struct packed packed;
    struct replay r;
    if (!policy_spec_parse(o->policy, &policy, problem) || !prepared(&policy, problem) ||
        !workload_spec_parse(o->workload, &workload, problem) ||
        !region_spec_parse(o->region, &region, problem) ||
        !packed_open(&packed, &workload, PACKED_BUDGET, problem)) {
        return false;
    }
    size_t bytes = region_spec_bytes(&region, packed.facts.peak_live_bytes);
    size_t ample = (size_t)workload_ample_bytes(&packed.facts) & ~(REGION_ALIGN - 1);
    if (region.form == REGION_GROW && ample < bytes) {
        bytes = ample; /* valgrind has less address space than is reserved otherwise */
    }
    bool replayed = region_map_open(&map, bytes, region.form != REGION_GROW, 0, problem);
    if (replayed) {
        const struct policy *p = policy.policy;
        struct heap *heap = p->open(p, &map.region, policy.values.number);
        bool open = heap && replay_open(&r, packed.facts.slots);
        replayed = open ? replay_some(&packed, &r, heap, o->event, problem)
                        : problem_set(problem, "%s cannot open a heap in this region", p->name);
        if (replayed) {
            printf("%" PRIu64 " events replayed, %" PRIu64 " requests refused\n",
                   o->event ? o->event : packed.facts.drain, replay_refused(&r));
        }
        if (open) {
            replay_close(&r);
        }
    }
    packed_close(&packed);
    return replayed;
}

static int run(int argc, char **argv)
{
    struct options o = {.region = "grow"};
    struct problem problem = {""};
    const struct argp argp = {
        .options = option_table,
        .parser = parse,
        .args_doc = "POLICY WORKLOAD",
        .doc =
            "Replay a workload once and let callgrind collect during the replay alone: "
            "'valgrind --tool=callgrind --collect-atstart=no fitlab count POLICY WORKLOAD'. "
            "'fitlab run --pass instructions' does that and divides by the operations.\vExample:\n"
            "  fitlab count tlsf perl\n"
            "  valgrind --tool=callgrind --collect-atstart=no fitlab count --event 1000 tlsf perl"};
    arguments_parse(&argp, argc, argv, 0, &o);
    return count(&o, &problem) ? EXIT_DONE : command_fail(&problem);
}

const struct command command_count = {
    .name = "count",
    .group = GROUP_PLUMBING,
    .summary = "one replay, for callgrind to count its instructions",
    .run = run,
};
