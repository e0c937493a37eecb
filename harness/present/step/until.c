#include "present/step/until.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/words.h"

enum until_event {
    ON_FAIL,
    ON_SPLIT,
    ON_MERGE,
    ON_GROW,
    ON_TRIM,
    ON_MOVE,
    ON_ALLOC,
    ON_FREE,
    ON_REALLOC,
    ON_ADDRESS,
    EVENTS
};

enum until_figure {
    OF_EXTERNAL, /* from here on the walk is needed */
    OF_HOLES,
    OF_LARGEST,
    OF_SLACK,
    OF_FOOTPRINT, /* from here on it is not */
    OF_LIVE,
    OF_BLOCKS,
    OF_PROBES,
    FIGURES
};

static const char *const words[EVENTS + FIGURES] = {
    "fail", "split",    "merge", "grow",    "trim",  "move",      "alloc", "free",   "realloc",
    "at",   "external", "holes", "largest", "slack", "footprint", "live",  "blocks", "probes"};

const char until_words[] =
    "fail, split, merge, grow, trim, move, alloc, free, realloc, 'at "
    "ADDRESS', or a "
    "comparison such as 'external > 50' of external, footprint, live, slack, "
    "largest, blocks, holes or probes";

static bool wrong(const char *text, struct problem *problem)
{
    return problem_set(problem, "--until '%s': give %s", text, until_words);
}

static bool parse_comparison(const char *rest, struct until *u)
{
    size_t n = strspn(rest, "<>=");
    if (n < 1 || n > 2 || (n == 2 && rest[1] != '=')) {
        return false;
    }
    memcpy(u->sign, rest, n);
    u->sign[n] = '\0';
    rest += n + strspn(rest + n, " ");
    long whole;
    char *end;
    if (words_number(rest, &whole)) {
        u->number = (double)whole;
        return true;
    }
    u->number = strtod(rest, &end);
    end += strspn(end, " %");
    return end != rest && !*end;
}

bool until_parse(const char *text, struct until *u, struct problem *problem)
{
    char word[16];
    *u = (struct until){.event = -1};
    const char *at = text + strspn(text, " ");
    size_t n = 0;
    while (isalpha((unsigned char)at[n])) {
        n++;
    }
    snprintf(word, sizeof word, "%.*s", (int)n, at);
    at += n + strspn(at + n, " ");
    int found = 0;
    while (found < EVENTS + FIGURES && strcmp(words[found], word) != 0) {
        found++;
    }
    if (found < EVENTS) {
        long address = 0;
        u->event = found;
        if (found == ON_ADDRESS) {
            bool read = words_number(at, &address) && address >= 0;
            u->number = (double)address;
            return read || wrong(text, problem);
        }
        return !*at || wrong(text, problem);
    }
    u->figure = found - EVENTS;
    return (found < EVENTS + FIGURES && parse_comparison(at, u)) || wrong(text, problem);
}

enum { HEADER_MOST = 64 /* bytes in front of a payload in which its header is looked for */ };

struct block_place {
    const char *payload, *from; /* where the block begins; NULL: not known */
};

static bool find_block(const struct span *s, void *ctx)
{
    struct block_place *place = ctx;
    place->from = s->kind == SPAN_USED && s->payload == place->payload ? s->addr : NULL;
    return !place->from;
}

/* Whether a block holds the address: in its header, if the walk shows one, or in its usable bytes.
 */
static bool holds_address(const struct until *u, const struct stepper *s,
                          const struct ledger_block *b)
{
    const char *at = s->map.region.base + ((uint64_t)u->number - u->base);
    if (!b->p || at >= b->p) {
        return b->p && at < b->p + (b->granted ? b->granted : 1);
    }
    struct block_place place = {.payload = b->p};
    if (b->p - at <= HEADER_MOST && s->policy->walk) {
        s->policy->walk(s->heap, find_block, &place);
    }
    return place.from && at >= place.from;
}

static bool event_holds(int event, const struct event *e, bool refused, const struct counters *old,
                        const struct counters *now)
{
    switch ((enum until_event)event) {
    case ON_FAIL:
        return refused;
    case ON_SPLIT:
        return now->splits != old->splits;
    case ON_MERGE:
        return now->merges != old->merges;
    case ON_GROW:
        return now->grows != old->grows;
    case ON_TRIM:
        return now->trims != old->trims;
    case ON_MOVE:
        return now->moved_bytes != old->moved_bytes;
    case ON_ALLOC:
        return e->kind != EVENT_FREE && e->kind != EVENT_REALLOC;
    case ON_FREE:
        return e->kind == EVENT_FREE;
    default:
        return e->kind == EVENT_REALLOC;
    }
}

static bool sum_free(const struct span *s, void *ctx)
{
    struct picture *sums = ctx;
    if (s->kind == SPAN_FREE) {
        sums->holes++;
        sums->holes_bytes += s->bytes;
        sums->largest_hole_bytes =
            s->bytes > sums->largest_hole_bytes ? s->bytes : sums->largest_hole_bytes;
    }
    sums->slack_bytes += s->kind == SPAN_SLACK ? s->bytes : 0;
    return true;
}

/* A walk that only sums up, as there may be many events to go through. */
static double figure_of(const struct until *u, const struct stepper *s, const struct counters *old)
{
    struct picture sums = {0}, *p = &sums;
    if (u->figure < OF_FOOTPRINT) {
        s->heap->policy->walk(s->heap, sum_free, p);
    }
    switch ((enum until_figure)u->figure) {
    case OF_EXTERNAL:
        return picture_external_pct(p);
    case OF_HOLES:
        return (double)p->holes;
    case OF_LARGEST:
        return (double)p->largest_hole_bytes;
    case OF_SLACK:
        return (double)p->slack_bytes;
    case OF_FOOTPRINT:
        return (double)region_footprint(s->heap->region);
    case OF_LIVE:
        return (double)s->ledger.live_bytes;
    case OF_BLOCKS:
        return (double)s->ledger.live_blocks;
    default:
        return (double)(heap_counters(s->heap).probes - old->probes);
    }
}

static bool comparison_holds(const struct until *u, double value)
{
    bool equal = !(value < u->number) && !(value > u->number);
    return u->sign[0] == '>'   ? value > u->number || (u->sign[1] && equal)
           : u->sign[0] == '<' ? value < u->number || (u->sign[1] && equal)
                               : equal;
}

bool until_seek(const struct until *u, struct stepper *s, uint64_t last, bool *found,
                struct problem *problem)
{
    *found = false;
    if (u->event < 0 && u->figure < OF_FOOTPRINT && !s->policy->walk) {
        return problem_set(problem,
                           "%s has no walk, so its holes are not known: ask for footprint, live or "
                           "blocks",
                           s->spec->label);
    }
    while (!*found && s->ledger.events < last) {
        struct counters old = heap_counters(s->heap);
        uint64_t refused = s->ledger.refused;
        struct event e;
        if (!timeline_event(s->timeline, s->ledger.events, &e, problem)) {
            return false;
        }
        bool held = u->event == ON_ADDRESS && holds_address(u, s, &s->ledger.block[e.slot]);
        if (!stepper_go(s, s->ledger.events + 1, problem)) {
            return false;
        }
        struct counters now = heap_counters(s->heap);
        *found = u->event == ON_ADDRESS ? held || holds_address(u, s, &s->ledger.block[e.slot])
                 : u->event >= 0
                     ? event_holds(u->event, &e, s->ledger.refused != refused, &old, &now)
                     : comparison_holds(u, figure_of(u, s, &old));
    }
    return true;
}
