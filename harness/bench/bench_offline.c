/* bench_offline.c - what packing a recorded trace costs, beside the plain way to do it.
 *
 *     bench_offline BLOCKS WORKLOAD...
 *
 * Of each workload the first BLOCKS births are packed by size, twice: the plain way goes
 * through the placed blocks from the lowest up, and takes the first gap between those that live
 * at the same time. It grows with the square of the number of blocks, so that what the ratio is for
 * some of them it is at least for more. Both must come to the same height.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "packing.h"
#include "workload_spec.h"

static const double goal = 20;

/* Of the processor: what else runs does not count. */
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

static uint64_t pack_plainly(const struct packing *p, const uint32_t *sequence)
{
    struct piece *placed = malloc((p->count + 1) * sizeof *placed); /* by offset */
    uint64_t height = 0;
    if (!placed) {
        give_up("not enough memory");
    }
    for (size_t i = 0; i < p->count; i++) {
        const struct packing_block *b = &p->block[sequence[i]];
        size_t before;
        uint64_t at = lowest_gap(placed, i, b, &before);
        memmove(&placed[before + 1], &placed[before], (i - before) * sizeof *placed);
        placed[before] = (struct piece){at, at + b->size, b->lower, b->upper};
        height = at + b->size > height ? at + b->size : height;
    }
    free(placed);
    return height;
}

static struct packing read_packing(const char *workload, size_t most)
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
    p.count = p.count < most ? p.count : most;
    return p;
}

static bool bench(const char *workload, size_t most)
{
    struct packing p = read_packing(workload, most);
    uint32_t *sequence = calloc(p.count + 1, sizeof *sequence);
    uint64_t *offset = calloc(p.count + 1, sizeof *offset);
    if (!sequence || !offset || !packing_sequence(&p, PACKING_SIZE, sequence)) {
        give_up("not enough memory");
    }
    double start = seconds_used();
    uint64_t height = packing_first_fit(&p, sequence, offset);
    double ours = seconds_used() - start;
    start = seconds_used();
    uint64_t plain_height = pack_plainly(&p, sequence);
    double plain = seconds_used() - start;
    bool good = height == plain_height && plain >= goal * ours;
    printf("%-16s %9zu blocks  height %" PRIu64 " (%s)  %8.3f s, plain %8.3f s: 1/%.0f %s\n",
           workload, p.count, height, height == plain_height ? "the same" : "NOT the same", ours,
           plain, plain / ours, good ? "" : "MISSES 1/20");
    fflush(stdout);
    free(sequence);
    free(offset);
    packing_release(&p);
    return good;
}

int main(int argc, char **argv)
{
    long most = argc > 2 ? strtol(argv[1], NULL, 10) : 0;
    bool good = most > 0;
    if (!good) {
        give_up("say how many blocks of which workloads");
    }
    for (int i = 2; i < argc; i++) {
        good = bench(argv[i], (size_t)most) && good;
    }
    return good ? 0 : 1;
}
