/* pass_pages.c - the memory that the system sees: resident pages, by one meter for all.
 *
 * Every byte that is requested is written when it is handed out. For a heap in a region, which
 * pages are resident follows from what is written and is asked of the kernel where it does not; it
 * is deterministic, and the peaks are exact. For somebody else's malloc the resident anonymous
 * memory of its process is read now and then: whenever live bytes have grown by a part in a
 * thousand, and a thousand times over the events.
 */
#define _GNU_SOURCE
#include <inttypes.h>
#include <sys/prctl.h>

#include "cell/pass.h"
#include "cell/pass_kind.h"
#include "cell/sample_plan.h"
#include "mallocs/foreign.h"
#include "mallocs/malloc_process.h"
#include "replay/fetch_ahead.h"
#include "replay/page_census.h"

/* The results that are this pass's own. */
static struct page_sample *own(const struct shared_results *b)
{
    return shared_results_own(b, PASS_PAGES);
}

struct measure {
    struct pass *pass;
    struct ledger ledger;
    struct sample_plan plan;
    struct page_ledger pages; /* of the region; not open for somebody else's malloc */
    const struct foreign *foreign;
    uint64_t before_open, fixed; /* bytes of the process: before its heap, and what that took */
    struct slow_reading reading; /* of a foreign malloc's resident bytes */
    uint64_t peak[RESIDENCY_UNITS], peak_event; /* bytes, before the drain */
    double sum;                                 /* over the samples before the drain */
    uint64_t summed;
};

/* ---- somebody else's malloc ---- */

static void read_process(struct measure *m)
{
    const struct ledger *l = &m->ledger;
    uint64_t now = meter_process_bytes(), load = malloc_process_load_bytes();
    uint64_t resident = load + (now > m->before_open ? now - m->before_open : 0);
    slow_reading_take(&m->reading, resident, l, &m->pass->packed.facts);
    if (resident > m->peak[0] && l->events <= m->pass->packed.facts.drain) {
        m->peak[0] = resident;
        m->peak_event = l->events;
    }
}

static void write_foreign(struct measure *m, const struct ledger_block *old,
                          const struct ledger_block *now)
{
    const struct ledger *l = &m->ledger;
    if (now) {
        ledger_write_payload(old, now);
    }
    if (slow_reading_due(&m->reading, l, &m->pass->packed.facts)) {
        read_process(m);
    }
}

/* ---- samples ---- */

static uint64_t put_region(struct measure *m, struct page_sample *s)
{
    const struct residency *at = &m->pages.at;
    s->region_known = true;
    s->resident_bytes = residency_bytes(at, 0);
    s->resident_16k_bytes = residency_bytes(at, 1);
    s->resident_64k_bytes = residency_bytes(at, 2);
    s->resident_2m_bytes = residency_bytes(at, 3);
    s->footprint_bytes = region_footprint(m->pass->heap->region);
    s->given_back_pages = at->given_back;
    s->refaulted_pages = at->refaults;
    s->release_calls = at->calls;
    return at->end;
}

static bool sample_region(struct measure *m, struct page_sample *s)
{
    struct pass *p = m->pass;
    struct page_census c = page_census_take(&m->pages, p->heap);
    if (c.broken) {
        return pass_fail(p, CELL_VIOLATION, "after event %" PRIu64 ", in the page at base+%zu: %s",
                         m->ledger.events, c.broken_at, c.broken);
    }
    uint64_t pages = put_region(m, s);
    s->walked = p->heap->policy->walk != NULL;
    s->live_pages_bytes = c.live_pages_bytes;
    s->rounding_pages_bytes = c.rounding_pages_bytes;
    s->data_pages_bytes = c.data_pages_bytes;
    s->returnable_bytes = c.returnable_bytes;
    s->pinned_bytes = c.pinned_bytes;
    sample_plan_spend(&m->plan, pages + m->ledger.live_blocks + m->pages.looked);
    return true;
}

static bool take_sample(struct measure *m, enum sample_reason reason)
{
    struct pass *p = m->pass;
    const struct ledger *l = &m->ledger;
    if (p->shared->page_samples == p->shared->layout.sample_most) {
        return pass_fail(p, CELL_ERROR, "more samples than there is room for");
    }
    struct page_sample s = {.reason = reason,
                            .event = l->events,
                            .allocated_bytes = l->allocated_bytes,
                            .drain = l->events > p->packed.facts.drain,
                            .live_bytes = l->live_bytes};
    if (m->foreign) {
        read_process(m);
        s.resident_bytes = m->reading.bytes;
    } else if (!sample_region(m, &s)) {
        return false;
    }
    if (!s.drain) {
        m->sum += (double)s.resident_bytes;
        m->summed++;
    }
    shared_results_lock(p->shared);
    shared_results_append(p->shared, own(p->shared), &p->shared->page_samples, &s, 1, sizeof s);
    return true;
}

/* ---- the replay ---- */

/* What the frees at the end do is outside every metric of space. */
static void note_drain(struct measure *m)
{
    if (m->ledger.events != m->pass->packed.facts.drain || m->foreign) {
        return;
    }
    residency_settle(&m->pages.at);
    for (size_t unit = 0; unit < RESIDENCY_UNITS; unit++) {
        m->peak[unit] = m->pages.at.peak[unit] * residency_unit_bytes[unit];
    }
    m->peak_event = m->pages.at.peak_event;
}

static bool play(struct measure *m, const struct event *e)
{
    struct ledger *l = &m->ledger;
    const struct ledger_block old = l->block[e->slot];
    enum ledger_outcome outcome = ledger_play(l, m->pass->heap, e);
    const struct ledger_block *now = e->kind == EVENT_FREE ? NULL : &l->block[e->slot];
    shared_results_progress(m->pass->shared, l->events);
    if (outcome == LEDGER_SERVED && m->foreign) {
        write_foreign(m, &old, now);
    } else if (outcome == LEDGER_SERVED) {
        page_ledger_event(&m->pages, m->pass->heap, l, &old, now);
    }
    if (!m->plan.peak_live && l->live_bytes == m->pass->packed.facts.peak_live_bytes) {
        m->plan.peak_live = l->events;
    }
    enum sample_reason reason;
    bool wanted = sample_plan_wants(&m->plan, l->events, &reason);
    note_drain(m);
    return !wanted || take_sample(m, reason);
}

static bool replay(struct measure *m)
{
    struct pass *p = m->pass;
    for (const struct packed_chunk *c; (c = pass_next(p));) {
        for (size_t i = 0; i < c->n; i++) {
            struct event e = packed_event(c, i);
            fetch_ahead(&m->ledger, c, i);
            m->pages.time += c->gap ? c->gap[i] : 0;
            if (!play(m, &e)) {
                return false;
            }
        }
        if (!pass_within_memory(p)) {
            return false;
        }
    }
    return p->shared->status == CELL_OK;
}

/* ---- results ---- */

static const struct page_sample *at_live_peak(const struct shared_results *b)
{
    for (size_t i = 0; i < b->page_samples; i++) {
        if (own(b)[i].reason == SAMPLE_PEAK_LIVE) {
            return &own(b)[i];
        }
    }
    return NULL;
}

static void put_region_peaks(struct measure *m)
{
    struct metrics *x = pass_metrics(m->pass);
    const struct residency *at = &m->pages.at;
    metric_set_count(x, METRIC_peak_resident_16k_bytes, m->peak[1]);
    metric_set_count(x, METRIC_peak_resident_64k_bytes, m->peak[2]);
    metric_set_count(x, METRIC_peak_resident_2m_bytes, m->peak[3]);
    metric_set_count(x, METRIC_given_back_pages, at->given_back);
    metric_set_count(x, METRIC_refaulted_pages, at->refaults);
    metric_set_count(x, METRIC_release_calls, at->calls);
    metric_set_count(x, METRIC_release_looks, m->pages.looks);
}

static void put_samples(struct measure *m)
{
    struct metrics *x = pass_metrics(m->pass);
    const struct page_sample *live = at_live_peak(m->pass->shared);
    metric_set_count(x, METRIC_samples, m->pass->shared->page_samples);
    if (m->summed) {
        metric_set_real(x, METRIC_mean_resident_bytes, m->sum / (double)m->summed);
    }
    if (live) {
        metric_set_count(x, METRIC_resident_at_live_peak_bytes, live->resident_bytes);
    }
    if (live && live->walked) {
        metric_set_count(x, METRIC_returnable_at_live_peak_bytes, live->returnable_bytes);
        metric_set_count(x, METRIC_pinned_at_live_peak_bytes, live->pinned_bytes);
    }
}

static void put(struct measure *m)
{
    struct metrics *x = pass_metrics(m->pass);
    const struct ledger *l = &m->ledger;
    uint64_t live = m->pass->packed.facts.peak_live_bytes;
    uint64_t bound = (live + RESIDENCY_PAGE - 1) / RESIDENCY_PAGE * RESIDENCY_PAGE;
    pass_put_workload(m->pass, l->refused, l->skipped);
    metric_set_count(x, METRIC_allocated_bytes, l->allocated_bytes);
    metric_set_count(x, METRIC_failed_bytes, l->refused_bytes);
    if (!l->refused) {
        metric_set_count(x, METRIC_peak_live_bytes, live);
        metric_set_count(x, METRIC_peak_live_pages_bytes, bound);
    }
    if (!m->foreign || m->foreign->file) {
        metric_set_count(x, METRIC_fixed_bytes, m->fixed);
    }
    metric_set_count(x, METRIC_peak_resident_bytes, m->peak[0]);
    metric_set_count(x, METRIC_peak_resident_event, m->peak_event);
    if (bound && !l->refused) {
        metric_set_real(x, METRIC_resident_over_pct,
                        100 * ((double)m->peak[0] / (double)bound - 1));
    }
    if (!m->foreign) {
        put_region_peaks(m);
    }
    put_samples(m);
}

/* Nothing that is live lies elsewhere than in resident pages: a meter that says so is wrong. */
static bool sound(struct measure *m)
{
    uint64_t live = m->pass->packed.facts.peak_live_bytes;
    return m->ledger.refused || m->peak[0] + live / SLOW_READINGS >= live ||
           pass_fail(m->pass, CELL_VIOLATION,
                     "the measurement is not sound: %" PRIu64 " resident bytes cannot hold %" PRIu64
                     " live bytes",
                     m->peak[0], live);
}

static bool open_heap(struct measure *m)
{
    struct pass *p = m->pass;
    struct problem problem;
    m->foreign = foreign_of(p->cell->policy->policy);
    if (!pass_map_region(p)) {
        return false;
    }
    if (!m->foreign &&
        !page_ledger_open(&m->pages, &p->map, p->region_bytes, &p->cell->release, &problem)) {
        return pass_fail(p, CELL_ERROR, "%s", problem.text);
    }
    meter_process_bytes(); /* opens what it reads */
    m->before_open = meter_process_bytes();
    if (!pass_new_heap(p)) {
        return false;
    }
    if (m->foreign && !m->foreign->file) { /* what fitlab itself has of it is not the heap's */
        m->before_open = meter_process_bytes();
    }
    return true;
}

static bool measure(struct measure *m)
{
    struct pass *p = m->pass;
    const struct workload_facts *f = &p->packed.facts;
    uint64_t pages = f->peak_live_bytes / RESIDENCY_PAGE;
    bool region = !foreign_of(p->cell->policy->policy);
    m->plan = sample_plan_open(f->events, p->cell->samples,
                               region ? 2 * f->peak_live_blocks + pages : SLOW_PAGE_SPANS * pages);
    if (!open_heap(m)) {
        return false;
    }
    if (m->foreign) {
        read_process(m);
        m->fixed = m->reading.bytes;
    } else {
        residency_reach(&m->pages.at, p->heap->region->brk);
        residency_settle(&m->pages.at);
        m->fixed = residency_bytes(&m->pages.at, 0);
    }
    if (!replay(m)) {
        return false;
    }
    put(m);
    return sound(m);
}

static bool run(struct pass *p)
{
    static struct measure m;
    m = (struct measure){.pass = p};
    if (foreign_of(p->cell->policy->policy)) { /* a touch brings a page of 4 KiB, for any malloc */
        prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0);
    }
    if (!ledger_open(&m.ledger, p->packed.facts.slots)) {
        return pass_fail(p, CELL_ERROR, "no memory for %" PRIu32 " slots", p->packed.facts.slots);
    }
    ledger_bring(&m.ledger); /* so that the memory of the process does not grow by it later */
    bool measured = measure(&m);
    ledger_close(&m.ledger);
    return measured;
}

static size_t own_bytes(const struct cell *cell)
{
    return shared_results_samples(cell) * sizeof(struct page_sample);
}

static size_t own_used(const struct shared_results *b)
{
    return shared_results_bounded(b, b->page_samples) * sizeof(struct page_sample);
}

static bool samples_sound(const struct shared_results *b)
{
    bool within = b->page_samples <= b->layout.sample_most;
    for (size_t i = 0; within && i < b->page_samples; i++) {
        const struct page_sample *s = &own(b)[i];
        within = (unsigned)s->reason < SAMPLE_REASON_COUNT &&
                 shared_results_is_bool(&s->region_known) && shared_results_is_bool(&s->walked);
    }
    return within;
}

static void publish(const struct shared_results *b, struct cell_result *result)
{
    result->page_samples = own(b);
    result->page_sample_count = b->page_samples;
}

static const struct pass_column columns[] = {
    {"peak live", METRIC_peak_live_bytes, FORM_BYTES},
    {"fixed", METRIC_fixed_bytes, FORM_BYTES},
    {"resident", METRIC_peak_resident_bytes, FORM_BYTES},
    {"over live %", METRIC_resident_over_pct, FORM_PCT},
    {"mean", METRIC_mean_resident_bytes, FORM_BYTES},
    {"of 64K", METRIC_peak_resident_64k_bytes, FORM_BYTES},
    {"of 2M", METRIC_peak_resident_2m_bytes, FORM_BYTES},
    {"pinned", METRIC_pinned_at_live_peak_bytes, FORM_BYTES},
    {"given back", METRIC_given_back_pages, FORM_COUNT},
    {"refaults", METRIC_refaulted_pages, FORM_COUNT},
    {"calls", METRIC_release_calls, FORM_COUNT},
    {0},
};

const struct pass_kind pass_pages = {
    .name = "pages",
    .letter = 'P',
    .measures = "resident pages, by one meter for all, and giving them back; deterministic",
    .timed = false,
    .pages = true,
    .guess_ns = 700,
    .columns = columns,
    .run = run,
    .own_bytes = own_bytes,
    .own_used = own_used,
    .sound = samples_sound,
    .publish = publish,
};
