/* bench_offline.c - what packing a recorded trace costs, beside the plain way to do it.
 *
 *     bench_offline WORKLOAD...
 *
 * All blocks are packed by size, twice: the plain way goes through the placed blocks from the
 * lowest up, and takes the first gap between those that live at the same time. It grows with the
 * square of the number of blocks, and is stopped where it has taken longer than the goal says. If
 * it comes to an end, both must have the same height. Times are the processor's.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "spec/workload_spec.h"
#include "theory/offline/packing.h"

static const double goal = 20;

static double seconds_used(void)
{
    return (double)clock() / CLOCKS_PER_SEC;
}

static _Noreturn void give_up(const char *why)
{
    fprintf(stderr, "bench_offline: %s\n", why);
    exit(2);
}

/* A placed block. */
struct piece {
    uint64_t from, to;
    uint32_t lower, upper;
};

/* The lowest gap between those that live at the same time, and where in the order that is. */
static uint64_t lowest_gap(const struct piece *placed, size_t count, const struct packing_block *b,
                           size_t *before)
{
    uint64_t at = 0;
    size_t i = 0;
    for (; i < count && placed[i].from < at + b->size; i++) {
        if (placed[i].lower < b->upper && b->lower < placed[i].upper && placed[i].to > at) {
            at = placed[i].to;
        }
    }
    while (i > 0 && placed[i - 1].from > at) {
        i--;
    }
    *before = i;
    return at;
}

/* The height, or 0 if it takes longer than that. */
static uint64_t pack_plainly(const struct packing *p, const uint32_t *sequence, double most_seconds)
{
    double end = seconds_used() + most_seconds;
    struct piece *placed = malloc((p->count + 1) * sizeof *placed); /* by offset */
    uint64_t height = 0;
    if (!placed) {
        give_up("not enough memory");
    }
    for (size_t i = 0; i < p->count; i++) {
        const struct packing_block *b = &p->block[sequence[i]];
        size_t before;
        if (i % 1024 == 0 && seconds_used() > end) {
            height = 0;
            break;
        }
        uint64_t at = lowest_gap(placed, i, b, &before);
        memmove(&placed[before + 1], &placed[before], (i - before) * sizeof *placed);
        placed[before] = (struct piece){at, at + b->size, b->lower, b->upper};
        height = at + b->size > height ? at + b->size : height;
    }
    free(placed);
    return height;
}

static struct packing read_packing(const char *workload)
{
    struct workload_spec spec;
    struct packing p;
    struct problem problem = {""};
    struct workload *w =
        workload_spec_parse(workload, &spec, &problem) ? workload_spec_open(&spec, &problem) : NULL;
    if (!w || !packing_from_workload(&p, w, 16, &problem)) {
        give_up(problem.text);
    }
    workload_close(w);
    return p;
}

/* False if the heights differ. */
static bool bench(const char *workload)
{
    struct packing p = read_packing(workload);
    uint32_t *sequence = calloc(p.count + 1, sizeof *sequence);
    uint64_t *offset = calloc(p.count + 1, sizeof *offset);
    if (!sequence || !offset || !packing_sequence(&p, PACKING_SIZE, sequence)) {
        give_up("not enough memory");
    }
    double start = seconds_used();
    uint64_t height = packing_first_fit(&p, sequence, offset);
    double ours = seconds_used() - start;
    start = seconds_used();
    uint64_t plain_height = pack_plainly(&p, sequence, goal * ours);
    double ratio = (seconds_used() - start) / ours;
    printf("%-16s %8zu blocks, height %10" PRIu64 ": %7.3f s, ", workload, p.count, height, ours);
    if (plain_height) {
        printf("1/%.1f of the plain way's (goal 1/%.0f, %s), %s\n", ratio, goal,
               ratio >= goal ? "met" : "MISSED",
               plain_height == height ? "the same height" : "NOT the same height");
    } else {
        printf("under 1/%.0f of the plain way's (goal met)\n", goal);
    }
    fflush(stdout);
    bool same = !plain_height || plain_height == height;
    free(sequence);
    free(offset);
    packing_release(&p);
    return same;
}

/* 1 if a goal is missed. */
int main(int argc, char **argv)
{
    bool same = true;
    if (argc < 2) {
        give_up("say which workloads");
    }
    for (int i = 1; i < argc; i++) {
        same = bench(argv[i]) && same;
    }
    return same ? 0 : 1;
}
