/* decide.c - does some packing stay below a capacity? Rounds of the exact search.
 *
 * Whether a problem is solved in a second or in a week depends on the preorder, and nobody knows
 * which is the good one: so rounds end after a number of nodes, in the Luby sequence (1 1 2 1 1 2
 * 4 ... times a quantum: within a logarithm of the best fixed limit; Luby, Sinclair and Zuckerman
 * 1993). The first rounds take the preorders as they are, later ones with each block's keys
 * multiplied by a random weight, and by more for blocks that had no room in the rounds before.
 * Learning wants many short rounds; the first ones are longer, since a preorder that suits a
 * problem mostly needs one run.
 *
 * Two workers share the rounds, the even and the odd ones, each with a table of failed states of
 * its own. The answer is that of the first round, by number, which has one. So verdict, packing and
 * nodes do not depend on whether the workers run at the same time or in turns.
 */
#include <gsl/gsl_rng.h>
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/seconds.h"
#include "theory/offline/exact.h"

enum { WORKERS = 2, QUANTUM = 500, FIRST_QUANTUM = 2000, STACK_BYTES = 64 << 20 };

static const double spread = 0.3; /* random weights are between 1 - spread/2 and 1 + spread/2 */
static const double gain = 3;     /* the block most blamed has 1 + gain times its weight */
static const double memory = .98; /* of what a round counted, this share counts a round later */

/* What the workers share. */
struct contest {
    const struct exact_problem *x;
    const struct packing_decision *how;
    double deadline;
    atomic_uint_fast64_t settled; /* the lowest round that has an answer */
};

struct worker {
    struct contest *contest;
    uint64_t first; /* its first round; then every WORKERS-th */
    struct exact_search *search;
    struct preorder order;
    enum exact_outcome outcome; /* of the last round */
    uint64_t round, nodes;      /* of the last round */
};

static uint64_t luby(uint64_t i)
{
    for (;;) {
        uint64_t power = 1;
        while (power * 2 - 1 < i) {
            power *= 2;
        }
        if (power * 2 - 1 == i) {
            return power;
        }
        i -= power - 1;
    }
}

static uint64_t round_nodes(uint64_t round)
{
    return round < PREORDERS ? luby(round + 1) * FIRST_QUANTUM
                             : luby(round - PREORDERS + 1) * QUANTUM;
}

static uint64_t nodes_before(uint64_t round)
{
    uint64_t sum = 0;
    for (uint64_t r = 0; r < round; r++) {
        sum += round_nodes(r);
    }
    return sum;
}

/* Multiplies weights by what was learned, and lets it fade. */
static void add_learned(struct worker *w, bool vary)
{
    double *blame = exact_search_blame(w->search), most = 0;
    size_t n = w->contest->x->count;
    for (size_t b = 0; b < n; b++) {
        most = blame[b] > most ? blame[b] : most;
    }
    for (size_t b = 0; most > 0 && b < n; b++) {
        w->order.weight[b] *= vary ? 1 + gain * blame[b] / most : 1;
        blame[b] *= memory;
    }
}

static void prepare_round(struct worker *w, uint64_t round)
{
    unsigned without = w->contest->how->without;
    w->order.which = without & EXACT_TURNS ? 0 : (unsigned)(round % PREORDERS);
    gsl_rng *random = gsl_rng_alloc(gsl_rng_mt19937);
    gsl_rng_set(random, (unsigned long)round);
    bool vary = round >= PREORDERS && !(without & EXACT_RESTARTS);
    for (size_t b = 0; b < w->contest->x->count; b++) {
        w->order.weight[b] = vary ? 1 + spread * (gsl_rng_uniform(random) - 0.5) : 1;
    }
    gsl_rng_free(random);
    add_learned(w, vary && !(without & EXACT_LEARN));
}

/* True: there may be another round for this worker. */
static bool run_round(struct worker *w, uint64_t round)
{
    struct contest *c = w->contest;
    uint64_t most = c->how->nodes_most, before = nodes_before(round);
    uint_fast64_t settled = atomic_load(&c->settled);
    if (settled < round || (most && before >= most) || seconds_now() > c->deadline) {
        return false;
    }
    prepare_round(w, round);
    uint64_t nodes = round_nodes(round);
    const struct exact_limit limit = {.nodes =
                                          most && nodes > most - before ? most - before : nodes,
                                      .deadline = c->deadline,
                                      .settled = &c->settled,
                                      .round = round};
    w->round = round;
    w->outcome = exact_search_round(w->search, &w->order, &limit, &w->nodes);
    if (w->outcome == EXACT_STOPPED) {
        return true;
    }
    while (round < settled && !atomic_compare_exchange_weak(&c->settled, &settled, round)) {
    }
    return false;
}

static void *run_worker(void *argument)
{
    struct worker *w = argument;
    for (uint64_t round = w->first; run_round(w, round); round += WORKERS) {
    }
    return NULL;
}

/* One thread for all: their rounds in turns. The search is deep, so it gets a stack of its own. */
static void *run_all(void *argument)
{
    struct worker *w = argument;
    bool more = true;
    for (uint64_t round = 0; more; round++) {
        more = run_round(&w[round % WORKERS], round);
    }
    return NULL;
}

static bool run_threads(struct worker *w, unsigned threads)
{
    pthread_attr_t attributes;
    pthread_t thread[WORKERS];
    unsigned started = 0, wanted = threads > 1 ? WORKERS : 1;
    if (pthread_attr_init(&attributes)) {
        return false;
    }
    pthread_attr_setstacksize(&attributes, STACK_BYTES);
    while (started < wanted && !pthread_create(&thread[started], &attributes,
                                               wanted > 1 ? run_worker : run_all, &w[started])) {
        started++;
    }
    for (unsigned i = 0; i < started; i++) {
        pthread_join(thread[i], NULL);
    }
    pthread_attr_destroy(&attributes);
    return started == wanted;
}

static bool workers_open(struct worker *w, struct contest *contest)
{
    bool ok = true;
    size_t n = contest->x->count;
    for (unsigned i = 0; i < WORKERS; i++) {
        w[i] = (struct worker){.contest = contest,
                               .first = i,
                               .search = exact_search_open(contest->x, contest->how->without),
                               .order.weight = malloc(n * sizeof *w[i].order.weight),
                               .order.scratch = malloc(n * sizeof *w[i].order.scratch),
                               .outcome = EXACT_STOPPED};
        ok &= w[i].search && w[i].order.weight && w[i].order.scratch;
    }
    return ok;
}

static void workers_close(struct worker *w)
{
    for (unsigned i = 0; i < WORKERS; i++) {
        exact_search_close(w[i].search);
        free(w[i].order.weight);
        free(w[i].order.scratch);
    }
}

static enum packing_verdict read_answer(const struct worker *w, const struct contest *c,
                                        struct packing_decision *how, uint64_t *offset)
{
    uint64_t settled = atomic_load(&c->settled);
    for (unsigned i = 0; i < WORKERS; i++) {
        if (w[i].outcome == EXACT_STOPPED || w[i].round != settled) {
            how->nodes += w[i].search && settled == UINT64_MAX ? w[i].nodes : 0;
            continue;
        }
        how->rounds = settled + 1;
        how->nodes = nodes_before(settled) + w[i].nodes;
        for (size_t b = 0; w[i].outcome == EXACT_SOLVED && b < c->x->count; b++) {
            offset[b] = exact_search_offset(w[i].search, b);
        }
        return w[i].outcome == EXACT_SOLVED ? PACKING_FITS : PACKING_CANNOT;
    }
    return PACKING_UNKNOWN;
}

enum packing_verdict packing_decide(const struct packing *p, uint64_t capacity,
                                    struct packing_decision *how, uint64_t *offset)
{
    struct exact_problem x;
    how->nodes = how->rounds = 0;
    if (capacity < p->load) {
        return PACKING_CANNOT;
    }
    if (!exact_problem_make(&x, p, capacity)) {
        return PACKING_UNKNOWN;
    }
    struct contest contest = {.x = &x, .how = how, .deadline = seconds_now() + how->seconds};
    atomic_init(&contest.settled, UINT64_MAX);
    struct worker w[WORKERS];
    enum packing_verdict verdict = PACKING_UNKNOWN;
    unsigned cores = (unsigned)sysconf(_SC_NPROCESSORS_ONLN);
    if (workers_open(w, &contest) && run_threads(w, how->threads ? how->threads : cores)) {
        verdict = read_answer(w, &contest, how, offset);
    }
    workers_close(w);
    exact_problem_release(&x);
    return verdict;
}
