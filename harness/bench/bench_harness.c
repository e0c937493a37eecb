/* bench_harness.c - what the harness itself costs, each figure beside the one that it should keep
 * to.
 *
 *     bench_harness WORKLOAD...
 *
 *   replay loop     bump replayed through its vtable, over the same events and allocator inlined:
 *                   mallocs and frees, as a realloc of bump copies
 *   driver's loop   the same over a loop like that of CS:APP's driver (loops.h)
 *   blocks of 16    a replay that reads the clock every 16 operations, over one that does not
 *   same ratios     a policy's time over another's, from timed blocks and from untimed replays
 *   check           what the check pass adds to an operation, from 64 to 65536 live blocks
 *
 * The least of interleaved replays, as they execute the same instructions each time and whatever is
 * above it is the machine's doing; of ratios of replays side by side, the median.
 */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/loops.h"
#include "cell/pass_kind.h"
#include "cell/shared_results.h"
#include "cell/timed.h"

enum { ROUNDS = 21 };

static _Noreturn void give_up(const char *why)
{
    fprintf(stderr, "bench_harness: %s\n", why);
    exit(2);
}

static double least(const double *value, size_t n)
{
    double least = value[0];
    for (size_t i = 1; i < n; i++) {
        least = value[i] < least ? value[i] : least;
    }
    return least;
}

/* A pass that runs in this process instead of a process of its own. */
static void open_pass(struct pass *p, struct cell *cell, struct policy_spec *policy,
                      struct workload_spec *workload, const char *policy_text,
                      const char *workload_text)
{
    struct problem problem;
    if (!policy_spec_parse(policy_text, policy, &problem) ||
        !workload_spec_parse(workload_text, workload, &problem)) {
        give_up(problem.text);
    }
    cell_init(cell, policy, workload);
    *p = (struct pass){.cell = cell, .policy = policy->policy};
    p->shared = shared_results_open(cell, &problem);
    if (!p->shared || !packed_open(&p->packed, workload, PACKED_BUDGET, &problem)) {
        give_up(problem.text);
    }
}

static void close_pass(struct pass *p)
{
    packed_close(&p->packed);
    struct shared_layout layout = p->shared->layout;
    shared_results_close(p->shared, &layout);
    if (p->map.map) {
        region_map_close(&p->map);
    }
}

/* ns an operation of one replay on a renewed heap. */
static double replay_ns(struct pass *p, struct replay *r, enum replay_timing timing)
{
    if (!pass_new_heap(p) || !timed_replay(p, r, p->heap, timing, TOUCH_NONE, NULL, NULL)) {
        give_up(p->shared->detail);
    }
    return timed_ns_per_op(p, (double)r->ticks);
}

static void row(const char *what, const char *workload, double value, const char *unit, double goal)
{
    printf("%-14s %-24s %8.3f %-6s goal %5.2f  %s\n", what, workload, value, unit, goal,
           value <= goal ? "met" : "MISSED");
}

static void bench_loop(const char *workload_text)
{
    struct policy_spec policy;
    struct workload_spec workload;
    struct cell cell;
    struct pass p;
    struct replay r;
    struct driver d;
    struct simple_events simple;
    double through[ROUNDS], alone[ROUNDS], inlined[ROUNDS], driven[ROUNDS];
    open_pass(&p, &cell, &policy, &workload, "bump", workload_text);
    if (!replay_open(&r, p.packed.facts.slots) || !driver_open(&d, &p)) {
        give_up("out of memory");
    }
    if (!simple_events_open(&simple, &p)) {
        give_up("the workload has aligned or huge requests, or there is no memory");
    }
    replay_ns(&p, &r, REPLAY_PLAIN);
    for (int i = 0; i < ROUNDS; i++) {
        through[i] = replay_ns(&p, &r, REPLAY_PLAIN);
        alone[i] = loop_replayed_ns(&simple, &p, &r);
        inlined[i] = loop_inlined_ns(&simple, &p, &r);
        driven[i] = driver_ns(&d, &p);
    }
    row("replay loop", workload_text, least(alone, ROUNDS) / least(inlined, ROUNDS), "x", 2.0);
    row("driver's loop", workload_text, least(through, ROUNDS) / least(driven, ROUNDS), "x", 1.0);
    simple_events_close(&simple);
    driver_close(&d);
    replay_close(&r);
    close_pass(&p);
}

/* A policy that is replayed untimed and in blocks. */
struct runner {
    struct policy_spec policy;
    struct workload_spec workload;
    struct cell cell;
    struct pass pass;
    struct replay replay;
    double plain, blocks, own; /* ns an operation; own: blocks, less the readings of the clock */
};

static void open_runner(struct runner *r, const char *policy, const char *workload)
{
    open_pass(&r->pass, &r->cell, &r->policy, &r->workload, policy, workload);
    if (!replay_open(&r->replay, r->pass.packed.facts.slots)) {
        give_up("out of memory");
    }
    replay_ns(&r->pass, &r->replay, REPLAY_PLAIN);
}

static void time_blocks(struct runner *r)
{
    r->blocks = replay_ns(&r->pass, &r->replay, REPLAY_BLOCKS);
    r->own = timed_blocks_ns_per_op(&r->pass, (double)r->replay.ticks);
}

/* Runs both kinds of replay; each is the first in turns. */
static void run_both(struct runner *r, bool blocks_first)
{
    if (blocks_first) {
        time_blocks(r);
    }
    r->plain = replay_ns(&r->pass, &r->replay, REPLAY_PLAIN);
    if (!blocks_first) {
        time_blocks(r);
    }
}

static void close_runner(struct runner *r)
{
    replay_close(&r->replay);
    close_pass(&r->pass);
}

/* Ratios are taken within a round, as a run takes them within a repetition. */
static void bench_blocks(const char *workload)
{
    struct runner tlsf, segregated;
    double cost[ROUNDS], apart[ROUNDS];
    open_runner(&tlsf, "tlsf", workload);
    open_runner(&segregated, "segregated", workload);
    for (int i = 0; i < ROUNDS; i++) {
        run_both(i % 2 ? &segregated : &tlsf, i / 2 % 2);
        run_both(i % 2 ? &tlsf : &segregated, i / 2 % 2);
        cost[i] = tlsf.blocks / tlsf.plain;
        apart[i] = segregated.own / tlsf.own / (segregated.plain / tlsf.plain);
    }
    close_runner(&tlsf);
    close_runner(&segregated);
    row("blocks of 16", workload, timed_median(cost, ROUNDS), "x", 1.05);
    row("same ratios", workload, 100 * fabs(timed_median(apart, ROUNDS) - 1), "%", 5.0);
}

/* CPU time of this process, so that other processes do not count. */
static double cpu_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

enum { CHECK_ROUNDS = 5 };

/* A whole check pass in this process, the decoding left out. It runs once in a cell, in a region
 * that was never touched, and so does the replay that it is compared with: the first touch of a
 * page is no cost of the check. */
static double check_ns(struct pass *p)
{
    if (p->map.map) {
        region_map_close(&p->map);
        p->map = (struct region_map){0};
        p->heap = NULL;
    }
    double start = cpu_ns();
    if (!pass_check.run(p)) {
        give_up(p->shared->detail);
    }
    return (cpu_ns() - start) / (double)p->packed.facts.events;
}

/* The events alone, under the same conditions. */
static double cold_ns(struct pass *p)
{
    struct replay r;
    double start = cpu_ns();
    if (!pass_cold_heap(p) || !replay_open(&r, p->packed.facts.slots) ||
        !timed_replay(p, &r, p->heap, REPLAY_PLAIN, TOUCH_NONE, NULL, NULL)) {
        give_up(p->shared->detail);
    }
    replay_close(&r);
    return (cpu_ns() - start) / (double)p->packed.facts.events;
}

static void bench_check(void)
{
    for (unsigned live = 64; live <= 65536; live *= 32) {
        char workload[96];
        struct policy_spec policy;
        struct workload_spec spec;
        struct cell cell;
        struct pass p;
        double plain[CHECK_ROUNDS], check[CHECK_ROUNDS];
        snprintf(workload, sizeof workload, "uniform:live=%u,events=1M", live);
        open_pass(&p, &cell, &policy, &spec, "tlsf", workload);
        cell.pass = PASS_CHECK;
        for (size_t i = 0; i < CHECK_ROUNDS; i++) {
            plain[i] = cold_ns(&p);
            packed_rewind(&p.packed);
            check[i] = check_ns(&p);
            packed_rewind(&p.packed);
        }
        close_pass(&p);
        row("check", workload, least(check, CHECK_ROUNDS) - least(plain, CHECK_ROUNDS), "ns/op",
            50);
    }
}

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        bench_loop(argv[i]);
        bench_blocks(argv[i]);
    }
    bench_check();
    return 0;
}
