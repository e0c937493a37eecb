#include "present/step/story_reason.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Facts about the hole that was taken, among the holes that are large enough. */
enum fact { FACT_SMALLEST, FACT_LARGEST, FACT_FIRST_LOOKED, FACT_LOWEST, FACT_HIGHEST, FACTS };

struct facts {
    bool holds[FACTS];
    uint64_t fitting;     /* holes that are large enough */
    uint64_t equal;       /* of the size of the one taken, itself included */
    uint64_t equal_lower; /* of them, how many lie below it */
};

static uint64_t header_of(const struct picture_span *block)
{
    return block->payload - block->at;
}

uint64_t story_need(const struct story *s)
{
    const struct picture_span *block = s->changed, *taken = s->taken;
    bool split = taken && block->bytes < taken->bytes;
    return split ? block->bytes : s->step->event.size + header_of(block);
}

static struct facts find_facts(const struct story *s, uint64_t need)
{
    const struct picture *before = s->step->before;
    const struct picture_span *taken = s->taken;
    struct facts f = {.holds = {true, true, false, true, true}};
    for (size_t i = 0; i < before->spans; i++) {
        const struct picture_span *hole = &before->span[i];
        if (hole->kind != SPAN_FREE || hole->bytes < need) {
            continue;
        }
        f.fitting++;
        f.equal += hole->bytes == taken->bytes;
        f.equal_lower += hole->bytes == taken->bytes && hole < taken;
        f.holds[FACT_SMALLEST] &= hole->bytes >= taken->bytes;
        f.holds[FACT_LARGEST] &= hole->bytes <= taken->bytes;
        f.holds[FACT_LOWEST] &= hole >= taken;
        f.holds[FACT_HIGHEST] &= hole <= taken;
    }
    for (size_t i = 0; i < s->looks; i++) {
        if (s->look[i].fits) {
            f.holds[FACT_FIRST_LOOKED] = s->look[i].hole == taken;
            break;
        }
    }
    return f;
}

static const char *const fact_words[FACTS] = {
    [FACT_SMALLEST] = "the smallest hole that holds",
    [FACT_LARGEST] = "the largest hole, and holds",
    [FACT_FIRST_LOOKED] = "the first hole looked at that holds",
    [FACT_LOWEST] = "the lowest hole that holds",
    [FACT_HIGHEST] = "the highest hole that holds",
};

/* The word of a policy's summary that promises a fact. */
static const char *const fact_keys[FACTS] = {
    [FACT_SMALLEST] = "smallest", [FACT_LARGEST] = "largest", [FACT_FIRST_LOOKED] = "first",
    [FACT_LOWEST] = "lowest",     [FACT_HIGHEST] = "highest",
};

/* The fact that holds and that the summary names first; FACTS: it names none of those that hold. */
static enum fact choose(const struct facts *f, const char *summary)
{
    enum fact chosen = FACTS;
    const char *earliest = NULL;
    for (enum fact i = 0; i < FACTS; i++) {
        const char *named = f->holds[i] && summary ? strstr(summary, fact_keys[i]) : NULL;
        if (named && (!earliest || named < earliest)) {
            earliest = named;
            chosen = i;
        }
    }
    return chosen;
}

/* What was asked for and what the policy adds to it, as in "24 + 8". */
static void sum_text(const struct story *s, char *text, size_t size)
{
    uint64_t header = header_of(s->changed);
    int n = snprintf(text, size, "%" PRIu64, s->step->event.size);
    if (header && n > 0 && (size_t)n < size) {
        snprintf(text + n, size - (size_t)n, " + %" PRIu64, header);
    }
}

/* The policy does not say by which fact it chooses: all that hold. */
static void all_facts(const struct facts *f, uint64_t bytes, const char *sum, char text[STORY_TEXT])
{
    size_t n =
        (size_t)snprintf(text, STORY_TEXT, "of %" PRIu64 " holes that hold %s, %" PRIu64 " is",
                         f->fitting, sum, bytes);
    bool any = false;
    for (enum fact i = 0; i < FACTS; i++) {
        if (f->holds[i]) {
            n += (size_t)snprintf(text + n, STORY_TEXT - n, "%s the %s%s", any ? " and" : "",
                                  fact_keys[i], i == FACT_FIRST_LOOKED ? " looked at" : "");
            any = true;
        }
    }
    if (!any) {
        snprintf(text + n, STORY_TEXT - n, " neither the smallest nor the largest");
    }
}

static void reason_of_hole(const struct story *s, uint64_t need, const char *sum,
                           char text[STORY_TEXT])
{
    struct facts f = find_facts(s, need);
    enum fact fact = choose(&f, s->rule);
    uint64_t bytes = s->taken->bytes;
    if (!f.fitting) {
        snprintf(text, STORY_TEXT, "it touches the break, where more could be added to hold %s",
                 sum);
    } else if (f.fitting == 1) {
        snprintf(text, STORY_TEXT, "%" PRIu64 " is the only hole that holds %s", bytes, sum);
    } else if (fact == FACTS) {
        all_facts(&f, bytes, sum, text);
    } else {
        char tie[96] = "";
        if (f.equal > 1 && fact <= FACT_LARGEST) {
            snprintf(tie, sizeof tie, "; of %" PRIu64 " of this size it is %s", f.equal,
                     f.equal_lower ? "not the lowest" : "the lowest");
        }
        snprintf(text, STORY_TEXT, "%" PRIu64 " is %s %s%s", bytes, fact_words[fact], sum, tie);
    }
}

static void reason_of_new(const struct story *s, uint64_t need, const char *sum,
                          char text[STORY_TEXT])
{
    const struct picture *before = s->step->before;
    uint64_t fitting = 0;
    for (size_t i = 0; i < before->spans; i++) {
        fitting += before->span[i].kind == SPAN_FREE && before->span[i].bytes >= need;
    }
    if (fitting) {
        snprintf(text, STORY_TEXT, "the policy passed by %" PRIu64 " hole%s that would hold %s",
                 fitting, fitting == 1 ? "" : "s", sum);
    } else {
        snprintf(text, STORY_TEXT,
                 before->holes ? "no hole holds %s" : "there is no hole to hold %s", sum);
    }
}

void story_reason(const struct story *s, uint64_t need, char text[STORY_TEXT])
{
    char sum[64];
    sum_text(s, sum, sizeof sum);
    if (s->taken && s->taken->kind == SPAN_FREE) {
        reason_of_hole(s, need, sum, text);
    } else if (s->taken && s->taken->kind == SPAN_SLACK) {
        snprintf(text, STORY_TEXT, "it was kept for blocks of this size");
    } else {
        reason_of_new(s, need, sum, text);
    }
}
