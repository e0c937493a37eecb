/* bench_harness.c - what the harness itself costs, each figure beside the one that it should keep
 * to.
 *
 *     bench_harness WORKLOAD...
 *
 *   replay loop     bump replayed through its vtable, over the same events and allocator inlined
 *   driver's loop   the same over a loop like that of CS:APP's driver (loops.h)
 *   blocks of 16    a replay that reads the clock every 16 operations, over one that does not
 *   same ratios     a policy's time over bump's, from timed blocks and from untimed replays
 *   check           what the check pass adds to an operation, from 64 to 65536 live blocks. It runs
 * once in a cell, in a region that was never touched, and so does the replay that it is compared
 * with: the first touch of a page is no cost of the check
 *
 * The least of interleaved replays: the same instructions each time, so whatever is above it is
 * the machine's doing.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "board.h"
#include "loops.h"
#include "timed.h"

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

/* A pass of this process, without one of its own. */
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
    p->board = board_open(cell, &problem);
    if (!p->board || !packed_open(&p->packed, workload, PACKED_BUDGET, &problem)) {
        give_up(problem.text);
    }
}

static void close_pass(struct pass *p)
{
    packed_close(&p->packed);
    board_close(p->board);
    if (p->map.map) {
        region_map_close(&p->map);
    }
}

/* ns an operation of one replay on a renewed heap. */
static double replay_ns(struct pass *p, struct replay *r, enum replay_timing timing)
{
    if (!pass_new_heap(p) || !timed_replay(p, r, p->heap, timing, REPLAY_TOUCH_NONE, NULL, NULL)) {
        give_up(p->board->detail);
    }
    return timed_ns_per_op(p, (double)r->ticks);
}

static void row(const char *what, const char *workload, double value, const char *unit, double goal)
{
    printf("%-14s %-24s %8.3f %-6s goal %5.2f  %s\n", what, workload, value, unit, goal,
           value <= goal ? "kept" : "MISSED");
}

static void bench_loop(const char *workload_text)
{
    struct policy_spec policy;
    struct workload_spec workload;
    struct cell cell;
    struct pass p;
    struct replay r;
    struct driver d;
    double through[ROUNDS], inlined[ROUNDS], driven[ROUNDS];
    open_pass(&p, &cell, &policy, &workload, "bump", workload_text);
    if (!replay_open(&r, p.packed.facts.slots) || !driver_open(&d, &p)) {
        give_up("out of memory");
    }
    replay_ns(&p, &r, REPLAY_PLAIN);
    for (int i = 0; i < ROUNDS; i++) {
        through[i] = replay_ns(&p, &r, REPLAY_PLAIN);
        inlined[i] = loop_inlined_ns(&p, &r);
        driven[i] = driver_ns(&d, &p);
    }
    double ns = least(through, ROUNDS);
    row("replay loop", workload_text, ns / least(inlined, ROUNDS), "x", 2.0);
    row("driver's loop", workload_text, ns / least(driven, ROUNDS), "x", 1.0);
    driver_close(&d);
    replay_close(&r);
    close_pass(&p);
}

/* Medians of a policy's untimed replays and of those in blocks, in turns. */
static void plain_and_blocks(const char *policy_text, const char *workload_text, double *plain,
                             double *blocks)
{
    struct policy_spec policy;
    struct workload_spec workload;
    struct cell cell;
    struct pass p;
    struct replay r;
    double value[2][ROUNDS];
    open_pass(&p, &cell, &policy, &workload, policy_text, workload_text);
    if (!replay_open(&r, p.packed.facts.slots)) {
        give_up("out of memory");
    }
    replay_ns(&p, &r, REPLAY_PLAIN);
    for (int i = 0; i < ROUNDS; i++) {
        value[i % 2][i] = replay_ns(&p, &r, i % 2 ? REPLAY_BLOCKS : REPLAY_PLAIN);
        value[!(i % 2)][i] = replay_ns(&p, &r, i % 2 ? REPLAY_PLAIN : REPLAY_BLOCKS);
    }
    *plain = least(value[0], ROUNDS);
    *blocks = least(value[1], ROUNDS);
    replay_close(&r);
    close_pass(&p);
}

static void bench_blocks(const char *workload)
{
    double plain[2], blocks[2];
    plain_and_blocks("tlsf", workload, &plain[0], &blocks[0]);
    plain_and_blocks("segregated", workload, &plain[1], &blocks[1]);
    row("blocks of 16", workload, blocks[0] / plain[0], "x", 1.05);
    double untimed = plain[1] / plain[0], timed = blocks[1] / blocks[0];
    double apart = 100 * (timed / untimed - 1);
    row("same ratios", workload, apart < 0 ? -apart : apart, "%", 5.0);
}

/* Of this process: what others do meanwhile does not count. */
static double cpu_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

enum { CHECK_ROUNDS = 5 };

/* A whole check pass in this process, its region never touched before; the decoding left out. */
static double check_ns(struct pass *p)
{
    if (p->map.map) {
        region_map_close(&p->map);
        p->map = (struct region_map){0};
        p->heap = NULL;
    }
    double start = cpu_ns();
    if (!pass_check(p)) {
        give_up(p->board->detail);
    }
    return (cpu_ns() - start) / (double)p->packed.facts.events;
}

/* The events alone, under the same conditions. */
static double cold_ns(struct pass *p)
{
    struct replay r;
    double start = cpu_ns();
    if (!pass_cold_heap(p) || !replay_open(&r, p->packed.facts.slots) ||
        !timed_replay(p, &r, p->heap, REPLAY_PLAIN, REPLAY_TOUCH_NONE, NULL, NULL)) {
        give_up(p->board->detail);
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
