/* The account of resident pages must be what the kernel says, page by page, and what really
 * happened: the policies' watched copies tell every access, and a model that knows these, the
 * payloads and what was given back says which pages are resident. */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include <cmocka.h>

#include "measure/lines.h"
#include "replay/page_census.h"
#include "spec/policy_spec.h"

enum { SLOTS = 400, EVENTS = 6000, LOOKS = 60, ACCESSES = 1 << 20 };
static const size_t REGION = (size_t)64 << 20;

struct model {
    struct region_map map;
    struct ledger ledger;
    struct page_ledger pages;
    struct lines_log log;
    struct heap *heap;
    uint8_t *touched; /* one a page */
    uint64_t random;
};

static uint64_t draw(struct model *m, uint64_t below)
{
    m->random = m->random * 6364136223846793005u + 1442695040888963407u;
    return (m->random >> 33) % below;
}

static void touch(struct model *m, size_t at, size_t bytes)
{
    for (size_t page = at / RESIDENCY_PAGE; bytes && page <= (at + bytes - 1) / RESIDENCY_PAGE;
         page++) {
        m->touched[page] = 1;
    }
}

static void gave_back(void *ctx, size_t from, size_t bytes)
{
    struct model *m = ctx;
    assert_int_equal(0, from % RESIDENCY_PAGE);
    assert_int_equal(0, bytes % RESIDENCY_PAGE);
    memset(m->touched + from / RESIDENCY_PAGE, 0, bytes / RESIDENCY_PAGE);
}

/* Small blocks mostly, some of many pages. */
static struct event next_event(struct model *m)
{
    uint32_t slot = (uint32_t)draw(m, SLOTS);
    uint64_t size = draw(m, 8) ? draw(m, 400) : draw(m, 40000);
    struct event e = {.slot = slot, .size = size, .kind = EVENT_MALLOC};
    if (m->ledger.block[slot].p) {
        e.kind = draw(m, 4) ? EVENT_FREE : EVENT_REALLOC;
        e.size = e.kind == EVENT_FREE ? 0 : size;
    } else if (draw(m, 16) == 0) {
        e.kind = EVENT_ALIGNED;
        e.align_log2 = 6;
    }
    return e;
}

static void play(struct model *m)
{
    struct event e = next_event(m);
    const struct ledger_block old = m->ledger.block[e.slot];
    m->log.n = 0;
    lines_log(&m->log);
    enum ledger_outcome outcome = ledger_play(&m->ledger, m->heap, &e);
    lines_log(NULL);
    assert_true(m->log.n < ACCESSES);
    for (size_t i = 0; i < m->log.n; i++) {
        touch(m, m->log.access[i].at, m->log.access[i].bytes);
    }
    if (outcome != LEDGER_SERVED) {
        return;
    }
    const struct ledger_block *now = e.kind == EVENT_FREE ? NULL : &m->ledger.block[e.slot];
    if (now && old.p && now->p != old.p) { /* memcpy is not watched */
        size_t copied = old.granted < now->size ? old.granted : now->size;
        touch(m, (size_t)(old.p - m->map.region.base), copied);
    }
    if (now) {
        touch(m, (size_t)(now->p - m->map.region.base), now->size);
    }
    page_ledger_event(&m->pages, m->heap, &m->ledger, &old, now);
}

/* The three agree about each page up to the highest that the heap ever had. */
static void look(struct model *m, const char *policy, const char *rule)
{
    static unsigned char resident[(64 << 20) / RESIDENCY_PAGE];
    size_t pages = (size_t)(m->map.region.peak - m->map.region.base) / RESIDENCY_PAGE + 1;
    struct page_census c = page_census_take(&m->pages, m->heap);
    if (c.broken) {
        fail_msg("%s, %s, event %lu, base+%zu: %s", policy, rule, (unsigned long)m->ledger.events,
                 c.broken_at, c.broken);
    }
    assert_int_equal(0, mincore(m->map.region.base, pages * RESIDENCY_PAGE, resident));
    for (size_t i = 0; i < pages; i++) {
        bool known = residency_knows(&m->pages.at, i), is = resident[i] & 1;
        if (known != is || is != m->touched[i]) {
            fail_msg("%s, %s, event %lu, page %zu of %zu: the kernel says %d, the account %d, the "
                     "model of what was touched %d",
                     policy, rule, (unsigned long)m->ledger.events, i, pages, is, known,
                     m->touched[i]);
        }
    }
}

struct totals {
    uint64_t given_back, refaults, peak;
};

static struct totals run(const char *policy_text, const char *rule_text)
{
    struct policy_spec spec;
    struct release_rule rule;
    struct problem problem;
    struct model m = {.random = 7};
    assert_true(policy_spec_parse(policy_text, &spec, &problem));
    assert_true(release_rule_parse(rule_text, &rule, &problem));
    assert_true(ledger_open(&m.ledger, SLOTS));
    assert_true(region_map_open(&m.map, REGION, false, 0, &problem));
    assert_true(page_ledger_open(&m.pages, &m.map, REGION, &rule, &problem));
    m.touched = calloc(REGION / RESIDENCY_PAGE + 1, 1);
    m.log = (struct lines_log){.base = m.map.region.base,
                               .bytes = REGION,
                               .access = calloc(ACCESSES, sizeof(struct lines_access)),
                               .most = ACCESSES};
    assert_non_null(m.touched);
    assert_non_null(m.log.access);
    m.pages.at.note = gave_back;
    m.pages.at.ctx = &m;
    const struct policy *watched = lines_policy(spec.policy);
    assert_non_null(watched);
    lines_log(&m.log);
    m.heap = watched->open(watched, &m.map.region, spec.values.number);
    lines_log(NULL);
    assert_non_null(m.heap);
    for (size_t i = 0; i < m.log.n; i++) {
        touch(&m, m.log.access[i].at, m.log.access[i].bytes);
    }
    for (size_t i = 1; i <= EVENTS; i++) {
        play(&m);
        if (i % (EVENTS / LOOKS) == 0) {
            look(&m, policy_text, rule_text);
        }
    }
    residency_settle(&m.pages.at);
    struct totals t = {m.pages.at.given_back, m.pages.at.refaults, m.pages.at.peak[0]};
    free(m.touched);
    free(m.log.access);
    page_ledger_close(&m.pages);
    region_map_close(&m.map);
    ledger_close(&m.ledger);
    return t;
}

static void the_account_is_the_kernels(void **state)
{
    (void)state;
    static const char *const policies[] = {
        "first-fit", "best-fit:index=exact", "quick-fit", "buddy", "slab", "tlsf", "slim-fit"};
    for (size_t i = 0; i < sizeof policies / sizeof *policies; i++) {
        struct totals never = run(policies[i], "never"), trim = run(policies[i], "trim");
        struct totals now = run(policies[i], "now"), decay = run(policies[i], "decay:500");
        struct totals bytes = run(policies[i], "decay:1M/bytes");
        assert_int_equal(0, never.given_back);
        assert_int_equal(0, never.refaults);
        assert_true(now.given_back >= trim.given_back);
        assert_true(now.given_back > decay.given_back); /* what is reused soon is not given back */
        assert_true(decay.given_back > 0 && bytes.given_back > 0);
        assert_true(now.refaults <= now.given_back);
        assert_true(now.peak <= never.peak);
    }
}

static void rules_are_read(void **state)
{
    (void)state;
    struct release_rule rule;
    struct problem problem;
    assert_true(release_rule_parse("decay:2K/bytes", &rule, &problem));
    assert_string_equal("decay:2048/bytes", rule.text);
    assert_true(rule.in_bytes);
    assert_int_equal(2048, rule.after);
    assert_true(release_rule_parse("decay:20ms", &rule, &problem));
    assert_string_equal("decay:20ms", rule.text);
    assert_true(rule.in_time && !rule.in_bytes);
    assert_int_equal(20000000, rule.after);
    assert_true(release_rule_parse("decay:3s", &rule, &problem));
    assert_true(rule.in_time);
    assert_true(rule.after == 3000000000u);
    static const char *const wrong[] = {"",
                                        "own",
                                        "decay",
                                        "decay:",
                                        "decay:0",
                                        "decay:9x",
                                        "decay:5m",
                                        "decay:ms",
                                        "decay:9999999999s",
                                        "decay:9/events",
                                        "always"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        assert_false(release_rule_parse(wrong[i], &rule, &problem));
        assert_non_null(strstr(problem.text, wrong[i]));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_account_is_the_kernels),
        cmocka_unit_test(rules_are_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
