#define _GNU_SOURCE /* MADV_POPULATE_WRITE */
#include "cell/timed.h"

#include <malloc.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>

#include "cell/release_plan.h"

static void add_usage(struct usage *u, const struct rusage *from)
{
    struct rusage to;
    getrusage(RUSAGE_SELF, &to);
    u->minor_faults += (uint64_t)(to.ru_minflt - from->ru_minflt);
    u->major_faults += (uint64_t)(to.ru_majflt - from->ru_majflt);
    u->involuntary_switches += (uint64_t)(to.ru_nivcsw - from->ru_nivcsw);
}

/* Bits of the slots that hold a block after the first `events` events; NULL: no memory. */
static uint8_t *find_live(struct pass *p, uint64_t events)
{
    uint8_t *live = calloc(p->packed.facts.slots / 8 + 1, 1);
    uint64_t done = 0;
    packed_rewind(&p->packed);
    for (const struct packed_chunk *c; live && done < events && (c = pass_next(p));) {
        for (size_t i = 0; i < c->n && done < events; i++, done++) {
            struct event e = packed_event(c, i);
            if (e.kind == EVENT_FREE) {
                live[e.slot / 8] &= (uint8_t) ~(1u << e.slot % 8);
            } else {
                live[e.slot / 8] |= (uint8_t)(1u << e.slot % 8);
            }
        }
    }
    return live;
}

/* A heap outside the region survives the replay, so its live blocks are freed, outside the timed
 * part. */
static void free_the_rest(struct pass *p, struct replay *r, struct heap *heap, uint64_t events)
{
    uint8_t *live = heap->policy->traits & POLICY_ELSEWHERE ? find_live(p, events) : NULL;
    for (size_t i = 0; live && i < r->slots; i++) {
        if ((live[i / 8] >> i % 8 & 1) && r->slot[i]) {
            heap_free(heap, r->slot[i]);
        }
    }
    free(live);
}

/* Plays a part of the events, and gives back after each what the plan says: on the clock, too. */
struct timed_part {
    struct pass *pass;
    const struct release_plan *plan; /* NULL: nothing is given back */
    size_t step;                     /* the next one */
    uint64_t done;                   /* events before the part */
    enum replay_timing timing;
    enum touch touch;
    timed_observer *observe;
    void *ctx;
};

static void take_steps(struct timed_part *t, struct replay *r)
{
    const struct release_plan *plan = t->plan;
    uint64_t before = clock_read_fenced(clock_get()->source);
    for (; t->step < plan->steps && plan->step[t->step].event <= t->done; t->step++) {
        const struct release_step *s = &plan->step[t->step];
        madvise(t->pass->map.region.base + s->from, s->bytes, MADV_DONTNEED);
    }
    r->ticks += clock_read_fenced(clock_get()->source) - before;
}

static void play_part(struct timed_part *t, struct replay *r, struct packed_chunk part)
{
    const struct release_plan *plan = t->plan;
    for (size_t n = 0; part.n; part.event += n, part.n -= n) {
        struct packed_chunk some = part;
        if (plan && t->step < plan->steps && plan->step[t->step].event - t->done < part.n) {
            some.n = (size_t)(plan->step[t->step].event - t->done);
        }
        n = some.n;
        replay_chunk(r, &some, t->timing, t->touch);
        if (t->observe) {
            t->observe(r, &some, t->ctx);
        }
        t->done += n;
        part.thread = part.thread ? part.thread + n : NULL;
        if (plan && t->step < plan->steps && plan->step[t->step].event <= t->done) {
            take_steps(t, r);
        }
    }
}

/* Each replay begins with all pages there that it may use, as without releasing. */
static void bring_back(const struct pass *p)
{
    if (p->release && p->release->steps && p->cell->pass != PASS_THROUGHPUT_COLD) {
        size_t bytes = (p->release->peak_bytes + REGION_ALIGN - 1) & ~(REGION_ALIGN - 1);
        madvise(p->map.region.base, bytes, MADV_POPULATE_WRITE);
    }
}

bool timed_replay(struct pass *p, struct replay *r, struct heap *heap, enum replay_timing timing,
                  enum touch touch, timed_observer *observe, void *ctx)
{
    const uint64_t most = p->packed.facts.drain;
    struct timed_part t = {.pass = p,
                           .plan = heap == p->heap ? p->release : NULL,
                           .timing = timing,
                           .touch = touch,
                           .observe = observe,
                           .ctx = ctx};
    p->usage.minor_faults = p->usage.major_faults = 0;
    replay_begin(r, heap);
    if (t.plan) {
        bring_back(p);
    }
    packed_rewind(&p->packed);
    for (const struct packed_chunk *c; t.done < most && (c = pass_next(p));) {
        struct packed_chunk part = *c;
        part.n = c->n < most - t.done ? c->n : (size_t)(most - t.done);
        shared_results_progress(p->shared, t.done);
        struct rusage from;
        getrusage(RUSAGE_SELF, &from);
        play_part(&t, r, part);
        add_usage(&p->usage, &from);
        if (!pass_within_memory(p)) {
            return false;
        }
    }
    free_the_rest(p, r, heap, t.done);
    return p->shared->status == CELL_OK;
}

enum { RESIDENT_READINGS = 64 }; /* of one replay */

/* The most that is resident, read after one chunk in `stride`. */
struct resident_peak {
    uint64_t chunks, stride;
    size_t start, most; /* start is 0 where the kernel does not say */
};

static void note_resident(const struct replay *r, const struct packed_chunk *c, void *ctx)
{
    struct resident_peak *peak = ctx;
    (void)r, (void)c;
    if (peak->chunks++ % peak->stride == 0) {
        size_t now = meter_process_bytes();
        peak->most = now > peak->most ? now : peak->most;
    }
}

bool timed_warm_up(struct pass *p, struct replay *r)
{
    struct resident_peak peak = {.stride =
                                     1 + p->packed.facts.drain / EVENT_CHUNK / RESIDENT_READINGS};
    replay_begin(r, NULL); /* so that the table of slots is resident before anything is read */
    malloc_trim(0);        /* else glibc's growth would be in pages that the harness has freed */
    peak.most = peak.start = meter_process_bytes();
    if (!pass_new_heap(p) ||
        !timed_replay(p, r, p->heap, REPLAY_PLAIN, p->cell->touch, note_resident, &peak)) {
        return false;
    }
    if (peak.start && !p->rss_known) { /* another try finds the pages there already */
        p->rss_known = true;
        p->rss_bytes = peak.most - peak.start;
    }
    p->usage = (struct usage){0};
    pass_put_workload(p, replay_refused(r), r->skipped);
    const struct region *region = &p->map.region;
    if (p->heap->policy->walk && !p->fixed && !region->most) { /* absent memory stays absent */
        region_map_prefault(&p->map, (size_t)(region->peak - region->base));
    }
    return true;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

double timed_median(double *values, size_t n)
{
    qsort(values, n, sizeof *values, by_value);
    return n % 2 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
}

double timed_ns_per_op(const struct pass *p, double ticks)
{
    return clock_ns(clock_get(), ticks) / (double)p->packed.facts.drain;
}

double timed_blocks_ns_per_op(const struct pass *p, double ticks)
{
    double readings = (double)(p->packed.facts.drain / REPLAY_BLOCK);
    double own = ticks - readings * (double)clock_get()->overhead_ticks;
    return timed_ns_per_op(p, own > 0 ? own : 0);
}

void timed_put(struct pass *p, double elapsed_ns)
{
    const struct clock *c = clock_get();
    struct metrics *m = pass_metrics(p);
    metric_set_real(m, METRIC_clock_quantum_ns, clock_ns(c, (double)c->quantum_ticks));
    metric_set_real(m, METRIC_clock_overhead_ns, clock_ns(c, (double)c->overhead_ticks));
    if (p->rss_known) {
        metric_set_count(m, METRIC_rss_bytes, p->rss_bytes);
    }
    metric_set_count(m, METRIC_elapsed_ns, (uint64_t)elapsed_ns);
    metric_set_count(m, METRIC_minor_faults, p->usage.minor_faults);
    metric_set_count(m, METRIC_major_faults, p->usage.major_faults);
    metric_set_count(m, METRIC_involuntary_switches, p->usage.involuntary_switches);
}
