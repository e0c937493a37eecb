/* bench_offline.c - what offline packing costs.
 *
 *     bench_offline                 the published instances, or generated ones if they are absent
 *     bench_offline ideas           nodes of the exact search without each of its ideas
 *     bench_offline scaling [RECORDING [TIMES]]  CSV: packing a recording played 1, 4, 16 ... times
 *     bench_offline WORKLOAD...     first-fit by size, beside the plain way to do it
 *
 * Instances are those in $FITLAB_SHARED/instances. Times are the processor's; the exact search runs
 * on one thread. The plain way goes through the placed blocks from the lowest up, and takes the
 * first gap between those that live at the same time. It grows with the square of the number of
 * blocks, and is stopped where it has taken longer than the goal says. If it comes to an end, both
 * must have the same height.
 */
#include <inttypes.h>
#include <malloc.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/table.h"
#include "spec/workload_spec.h"
#include "theory/offline/packing_search.h"

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

/* The lowest gap between the blocks that live at the same time, and its place in the order. */
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

/* ---- the exact search ---- */

enum {
    SCALE_ROUNDS = 4, /* as fitlab offline takes for so many blocks */
    CAPACITY = 1 << 20,
    INSTANCES = 11,
    GENERATED = 6,
    IDEA_NODES = 200000,   /* for an instance without one of the ideas */
    MOST_NODES = 1000000,  /* for an instance; a generated one gets a twentieth */
    OWN_MAPPING = 1 << 20, /* bytes: as in fitlab offline */
};

/* MiniMalloc's seconds to the same capacity on one core, A to K, on the machine of this project's
 * first measurements. */
static const double published[INSTANCES] = {4.1, 3.0, .5, 2.2, 2.8, 3.9, .8, 1.3, 2.9, .75, .44};

static bool read_instance(struct packing *p, int i)
{
    char path[4096];
    struct problem problem = {""};
    const char *shared = getenv("FITLAB_SHARED");
    snprintf(path, sizeof path, "%s/instances/%c.%d.csv", shared ? shared : ".", 'A' + i, CAPACITY);
    struct table *t = table_read(path, &problem);
    bool ok = t && packing_from_table(p, t, 1, &problem);
    table_free(t);
    return ok;
}

/* A random workload, to be packed into its load: what the bench solves without the instances. */
static struct packing generate(int i, uint64_t *capacity)
{
    char workload[64];
    snprintf(workload, sizeof workload, "uniform:events=%d,live=12,seed=%d", 300 + 100 * i, i + 1);
    struct packing p = read_packing(workload);
    *capacity = p.load;
    return p;
}

/* Solves one and prints its row. known: what MiniMalloc took, 0 if unknown. Returns the seconds. */
static double solve(const char *name, const struct packing *p, uint64_t capacity, double known)
{
    static const char *const word[] = {"yes", "no", "not known"};
    uint64_t *offset = calloc(p->count, sizeof *offset);
    struct packing_decision how = {
        .seconds = 120, .threads = 1, .nodes_most = known > 0 ? MOST_NODES : MOST_NODES / 20};
    struct problem problem = {""};
    double start = seconds_used();
    enum packing_verdict verdict = packing_decide(p, capacity, &how, offset);
    double seconds = seconds_used() - start;
    if (verdict == PACKING_FITS && !packing_height(p, offset, &problem)) {
        give_up(problem.text);
    }
    printf("%-8s %6zu %10" PRIu64 "  %-9s %9" PRIu64 " %8.3f", name, p->count, capacity,
           word[verdict], how.nodes, seconds);
    if (known > 0) {
        printf(" %9.2f %8.3f", known, seconds / known);
    }
    putchar('\n');
    fflush(stdout);
    free(offset);
    return seconds;
}

static bool bench_instances(void)
{
    double sum = 0, known = 0;
    printf("%-8s %6s %10s  %-9s %9s %8s %9s %8s\n", "problem", "blocks", "capacity", "fits",
           "nodes", "seconds", "published", "ratio");
    for (int i = 0; i < INSTANCES; i++) {
        struct packing p;
        if (read_instance(&p, i)) {
            sum += solve((char[]){(char)('A' + i), 0}, &p, CAPACITY, published[i]);
            known += published[i];
            packing_release(&p);
        }
    }
    if (known > 0) {
        printf("sum %.2f s, %.3f of MiniMalloc's %.1f s (goal 0.5, %s)\n", sum, sum / known, known,
               sum <= known / 2 ? "met" : "MISSED");
        return sum <= known / 2;
    }
    puts("FITLAB_SHARED has no instances; these are generated, at their load:");
    for (int i = 0; i < GENERATED; i++) {
        uint64_t capacity;
        struct packing p = generate(i, &capacity);
        char name[8];
        snprintf(name, sizeof name, "U%d", i + 1);
        solve(name, &p, capacity, 0);
        packing_release(&p);
    }
    return true;
}

/* One row an instance, one column an idea left out: nodes, or - if the limit is not enough. */
static void bench_ideas(void)
{
    static const char *const idea[] = {"all",     "-support", "-table",    "-cuts",
                                       "-rerank", "-turns",   "-restarts", "-learn"};
    enum { IDEAS = sizeof idea / sizeof *idea };
    printf("%-8s", "problem");
    for (int k = 0; k < IDEAS; k++) {
        printf(" %9s", idea[k]);
    }
    for (int i = 0; i < INSTANCES; i++) {
        uint64_t capacity = CAPACITY;
        struct packing p;
        if (!read_instance(&p, i)) {
            continue;
        }
        printf("\n%-8c", 'A' + i);
        uint64_t *offset = calloc(p.count, sizeof *offset);
        for (int k = 0; k < IDEAS; k++) {
            struct packing_decision how = {.seconds = 1e6,
                                           .nodes_most = IDEA_NODES,
                                           .threads = 1,
                                           .without = k ? 1u << (k - 1) : 0};
            if (packing_decide(&p, capacity, &how, offset) == PACKING_UNKNOWN) {
                printf(" %9s", "-");
            } else {
                printf(" %9" PRIu64, how.nodes);
            }
            fflush(stdout);
        }
        free(offset);
        packing_release(&p);
    }
    putchar('\n');
}

/* ---- scaling ---- */

static long peak_kib(void)
{
    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    return used.ru_maxrss;
}

/* One row: packs a recording that is played so often, and checks the packing. Memory is that of the
 * process, of which the blocks themselves are a part. */
static void scale(const char *recording, unsigned times)
{
    char workload[4096];
    struct problem problem = {""};
    long before = peak_kib();
    mallopt(M_MMAP_THRESHOLD, OWN_MAPPING);
    snprintf(workload, sizeof workload, "repeat:trace=%s,times=%u", recording, times);
    struct packing p = read_packing(workload);
    uint64_t *offset = malloc(p.count * sizeof *offset);
    double start = seconds_used();
    uint64_t height = offset ? packing_from_peak(&p, SCALE_ROUNDS, offset) : 0;
    double seconds = seconds_used() - start, n = (double)p.count;
    if (!height || packing_height(&p, offset, &problem) != height) {
        give_up(height ? problem.text : "not enough memory");
    }
    double bytes = 1024. * (double)(peak_kib() - before) / n;
    printf("%zu,%" PRIu64 ",%" PRIu64 ",%.3f,%.2f,%.3f,%.1f\n", p.count, p.load, height,
           100 * ((double)height / (double)p.load - 1), seconds, 1e9 * seconds / (n * log2(n)),
           bytes);
    free(offset);
    packing_release(&p);
}

/* A process a row, so that each has its own peak of memory. */
static void bench_scaling(const char *recording, unsigned most)
{
    puts("blocks,load_bytes,height_bytes,over_load_pct,seconds,ns_per_block_log2,bytes_per_block");
    for (unsigned times = 1; times <= most; times *= 4) {
        fflush(stdout);
        pid_t child = fork();
        if (child == 0) {
            scale(recording, times);
            exit(0);
        }
        int status = 1;
        if (child < 0 || waitpid(child, &status, 0) < 0 || status) {
            give_up("a process that packs has failed");
        }
    }
}

/* 1 if a goal is missed. */
int main(int argc, char **argv)
{
    if (argc < 2) {
        return bench_instances() ? 0 : 1;
    }
    if (!strcmp(argv[1], "ideas")) {
        bench_ideas();
        return 0;
    }
    if (!strcmp(argv[1], "scaling")) {
        bench_scaling(argc > 2 ? argv[2] : "gawk",
                      argc > 3 ? (unsigned)strtoul(argv[3], NULL, 10) : 64);
        return 0;
    }
    bool same = true;
    for (int i = 1; i < argc; i++) {
        same = bench(argv[i]) && same;
    }
    return same ? 0 : 1;
}
