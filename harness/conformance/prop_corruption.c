/* prop_corruption.c - does the policy's own check see damage, and survive it?
 *
 * A stray write of a program lands in what lies next to its blocks: headers of live
 * blocks, links of holes, tables. Each such word of a heap in use is damaged in turn, and
 * put back. Not every word can be judged (a count of probes is as good as any other, and
 * slack may hold nothing at all), so what is asked of a check is that it ends, does not
 * crash, and sees at least a part.
 */
#include <stdio.h>
#include <string.h>

#include "allocators/layers/layer.h"
#include "conformance/mix.h"
#include "conformance/property.h"
#include "conformance/span_list.h"

enum { WORD = sizeof(size_t), PLANTS = 400 };

/* A word of the span that is the policy's own, or NULL if it has none. */
static char *policys_word(const struct span *span, struct dice *dice)
{
    size_t words = span->bytes / WORD;
    if (span->kind == SPAN_USED) {
        words = (size_t)((const char *)span->payload - span->addr) / WORD;
    } else if (span->kind == SPAN_ABSENT) {
        words = 0;
    } else if (span->kind != SPAN_META && words > 2) {
        words = 2;
    }
    /* the walk gives const pointers to memory that the harness itself mapped writable */
    return words ? (char *)(uintptr_t)span->addr + WORD * dice_below(dice, words) : NULL;
}

struct word {
    const char *at;
    bool spare;
};

static bool note_spare(const char *addr, size_t bytes, void *context)
{
    struct word *w = context;
    w->spare |= w->at < addr + bytes && addr < w->at + WORD;
    return !w->spare;
}

/* Whether the policy says itself that it does not need the word. */
static bool is_spare(const struct heap *heap, const char *at)
{
    struct word w = {.at = at};
    heap_spare(heap, note_spare, &w);
    return w.spare;
}

/* Whether the word is in struct heap, which the harness and the policy trust each other with, or in
 * that of an inner heap, which a policy made of others trusts. */
static bool is_trusted(const struct heap *heap, const char *at)
{
    const struct heap *inner;
    bool trusted = at >= (const char *)heap && at < (const char *)(heap + 1);
    for (unsigned i = 0; !trusted && (inner = heap_inner(heap, i)); i++) {
        trusted = is_trusted(inner, at);
    }
    return trusted;
}

static void damage(char *at, struct dice *dice)
{
    size_t word, wild = dice_below(dice, SIZE_MAX / 2);
    memcpy(&word, at, WORD);
    switch (dice_below(dice, 4)) {
    case 0:
        word = wild;
        break;
    case 1:
        word ^= (size_t)1 << (wild % (8 * WORD));
        break;
    case 2:
        word += 16 + 16 * (wild % 8);
        break;
    default:
        word = word ? 0 : SIZE_MAX;
    }
    memcpy(at, &word, WORD);
}

static void test_corruption(struct trial *t)
{
    const struct policy *bottom = t->policy;
    while (bottom->traits & POLICY_STACK) {
        bottom = stack_of(bottom)->below;
    }
    if (!bottom->check || !t->policy->walk) {
        trial_skip(t, bottom->check ? "it has no walk" : "it has no check");
    }
    static const char *const names[] = {"metadata", "holes", "slack", "headers"};
    struct span_list list = {0};
    size_t planted[4] = {0}, found[4] = {0};
    struct site site;
    struct shadow s;
    site_open(&site, t, NULL, mixes[0].region, mixes[0].kind);
    shadow_open(&s, t, &site, 0);
    struct mixer mixer = {&mixes[0], dice_seeded(t->seed), .climbing = true};
    for (size_t i = 0; i < 300; i++) {
        mixer_step(&mixer, &s);
    }
    span_list_take(&list, s.heap);
    for (size_t i = 0; i < PLANTS && list.n; i++) {
        const struct span *span = &list.span[dice_below(&mixer.dice, list.n)];
        char *at = policys_word(span, &mixer.dice), saved[WORD];
        if (!at || is_trusted(s.heap, at) || is_spare(s.heap, at)) {
            continue;
        }
        memcpy(saved, at, WORD);
        damage(at, &mixer.dice);
        trial_calls(t, "check", 0, 0, 0);
        planted[span->kind]++;
        found[span->kind] += s.heap->policy->check(s.heap) != NULL;
        memcpy(at, saved, WORD);
    }
    char text[200] = "";
    size_t all_planted = 0, all_found = 0;
    for (size_t kind = 0; kind < 4; kind++) {
        all_planted += kind == SPAN_SLACK ? 0 : planted[kind];
        all_found += kind == SPAN_SLACK ? 0 : found[kind];
        size_t used = strlen(text);
        if (planted[kind]) {
            snprintf(text + used, sizeof text - used, "%s%zu of %zu in %s", used ? ", " : "",
                     found[kind], planted[kind], names[kind]);
        }
    }
    span_list_close(&list);
    shadow_close(&s);
    site_close(&site);
    if (all_found * 4 < all_planted) {
        trial_fail(t, "check sees too few damaged words: %s", text);
    }
    trial_note(t, "damaged words seen: %s", text);
}

const struct property property_corruption = {
    "corruption", "check ends, does not crash on a damaged heap, and sees the damage",
    test_corruption, false};
