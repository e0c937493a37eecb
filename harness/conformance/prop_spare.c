/* prop_spare.c - whether the policy works without the content of the memory that it calls spare.
 *
 * The same operations are played twice. In the second run all spare memory is overwritten with
 * garbage again and again: the policy must return the same addresses as in the first. */
#include <stdlib.h>
#include <string.h>

#include "conformance/mix.h"
#include "conformance/property.h"
#include "conformance/span_list.h"

enum { EVERY = 16 };

struct scribbling {
    struct shadow *shadow;
    struct span_list spans;
    const char *end; /* of the range before */
    struct dice dice;
    unsigned round;
    uint64_t spare_bytes, free_bytes; /* summed over the rounds */
};

/* Zeroes, as the system provides them; ones; or random bytes. */
static void scribble(char *at, size_t bytes, unsigned round, struct dice *dice)
{
    if (round % 3 < 2) {
        memset(at, round % 3 ? 0xff : 0, bytes);
        return;
    }
    size_t word = dice_below(dice, SIZE_MAX);
    for (size_t i = 0; i < bytes; i += sizeof word, word *= 0x9e3779b97f4a7c15) {
        memcpy(at + i, &word, bytes - i < sizeof word ? bytes - i : sizeof word);
    }
}

static bool judge_range(const char *addr, size_t bytes, void *ctx)
{
    struct scribbling *g = ctx;
    struct trial *t = g->shadow->trial;
    const char *base = g->shadow->site->region.base;
    if (!bytes || addr < g->end) {
        trial_fail(t, "the spare range at base+%td is empty, overlaps another or is out of order",
                   addr - base);
    }
    const struct span *span = span_list_find(&g->spans, addr);
    if (!span || !span_is_free(span) || bytes > (size_t)(span->addr + span->bytes - addr)) {
        trial_fail(t, "the %zu spare bytes at base+%td are not all inside one free span", bytes,
                   addr - base);
    }
    g->end = addr + bytes;
    g->spare_bytes += bytes;
    scribble((char *)(uintptr_t)addr, bytes, g->round, &g->dice); /* mapped writable by the trial */
    return true;
}

static void scribble_all(struct scribbling *g)
{
    span_list_take(&g->spans, g->shadow->heap);
    for (size_t i = 0; i < g->spans.n; i++) {
        g->free_bytes += span_is_free(&g->spans.span[i]) ? g->spans.span[i].bytes : 0;
    }
    g->end = NULL;
    heap_spare(g->shadow->heap, judge_range, g);
    g->round++;
}

/* Plays a mix. With a scribbling, overwrites spare memory and compares the addresses returned with
 * those of the run without. */
static char *play(struct trial *t, const struct mix *mix, char *base, struct scribbling *garbage,
                  const char **returned)
{
    struct site site;
    struct shadow s;
    site_open(&site, t, base, mix->region, mix->kind);
    shadow_open(&s, t, &site, garbage ? WATCH_ALL : 0);
    if (!s.heap->policy->walk || !s.heap->policy->spare) {
        trial_skip(t, s.heap->policy->walk ? "it does not tell" : "it has no walk");
    }
    struct mixer mixer = {mix, dice_seeded(t->seed), .climbing = true, .moves = true};
    for (size_t i = 0; i < t->ops; i++) {
        if (garbage && i % EVERY == 0) {
            garbage->shadow = &s;
            scribble_all(garbage);
            shadow_inspect(&s);
        }
        mixer_step(&mixer, &s);
        if (!garbage) {
            returned[i] = s.last;
        } else if (returned[i] != s.last) {
            trial_fail(t, "with its spare memory overwritten it returns base%+td, not base%+td",
                       s.last - site.region.base, returned[i] - site.region.base);
        }
    }
    base = site.region.base;
    shadow_finish(&s);
    site_close(&site);
    return base;
}

static void test_spare(struct trial *t)
{
    struct scribbling garbage = {.dice = dice_seeded(~t->seed)};
    const char **returned = calloc(t->ops, sizeof *returned);
    if (!returned) {
        abort();
    }
    for (const struct mix *mix = mixes; mix->name; mix++) {
        char *base = play(t, mix, NULL, NULL, returned);
        play(t, mix, base, &garbage, returned);
    }
    free(returned);
    span_list_close(&garbage.spans);
    double share =
        garbage.free_bytes ? (double)garbage.spare_bytes / (double)garbage.free_bytes : 0;
    trial_note(t, "%.0f%% of the free bytes are spare", 100 * share);
}

const struct property property_spare = {
    "spare", "memory that it calls spare is free, and may be overwritten with anything", test_spare,
    false};
