#define _GNU_SOURCE /* mincore */
#include "region/residency.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include "region/zeroes.h"

const size_t residency_unit_bytes[RESIDENCY_UNITS] = {RESIDENCY_PAGE, 16 << 10, 64 << 10, 2 << 20};

enum { WORD = 64, BATCH_WORDS = 1024 };

static size_t bitmap_bytes(const struct residency *r)
{
    return (r->most / WORD + 1) * sizeof(uint64_t);
}

static size_t unit_table_bytes(const struct residency *r, size_t unit)
{
    return (r->most * RESIDENCY_PAGE / residency_unit_bytes[unit] + 1) * sizeof(uint16_t);
}

bool residency_open(struct residency *r, char *base, size_t bytes, struct problem *problem)
{
    *r = (struct residency){.base = base, .most = (bytes + RESIDENCY_PAGE - 1) / RESIDENCY_PAGE};
    r->known = zeroes_map(bitmap_bytes(r), ZEROES_SPARSE);
    r->given = zeroes_map(bitmap_bytes(r), ZEROES_SPARSE);
    bool open = r->known && r->given;
    for (size_t unit = 1; unit < RESIDENCY_UNITS; unit++) {
        r->in_unit[unit] = zeroes_map(unit_table_bytes(r, unit), ZEROES_SPARSE);
        open = open && r->in_unit[unit];
    }
    if (!open) {
        residency_close(r);
        return problem_set(problem, "cannot keep account of %zu pages: %s", r->most,
                           strerror(errno));
    }
    madvise(base, r->most * RESIDENCY_PAGE,
            MADV_NOHUGEPAGE); /* a touch brings its own page alone */
    return true;
}

void residency_close(struct residency *r)
{
    zeroes_unmap(r->known, bitmap_bytes(r), ZEROES_SPARSE);
    zeroes_unmap(r->given, bitmap_bytes(r), ZEROES_SPARSE);
    for (size_t unit = 1; unit < RESIDENCY_UNITS; unit++) {
        zeroes_unmap(r->in_unit[unit], unit_table_bytes(r, unit), ZEROES_SPARSE);
    }
    *r = (struct residency){0};
}

/* ---- what is known ---- */

static size_t unit_of(size_t page, size_t unit)
{
    return page / (residency_unit_bytes[unit] / RESIDENCY_PAGE);
}

static void learn(struct residency *r, size_t page)
{
    const uint64_t bit = (uint64_t)1 << page % WORD;
    r->known[page / WORD] |= bit;
    r->refaults += (r->given[page / WORD] & bit) != 0;
    r->given[page / WORD] &= ~bit;
    r->units[0]++;
    for (size_t unit = 1; unit < RESIDENCY_UNITS; unit++) {
        r->units[unit] += r->in_unit[unit][unit_of(page, unit)]++ == 0;
    }
}

static void forget(struct residency *r, size_t page)
{
    const uint64_t bit = (uint64_t)1 << page % WORD;
    r->known[page / WORD] &= ~bit;
    r->given[page / WORD] |= bit;
    r->units[0]--;
    for (size_t unit = 1; unit < RESIDENCY_UNITS; unit++) {
        r->units[unit] -= --r->in_unit[unit][unit_of(page, unit)] == 0;
    }
}

static void note_peaks(struct residency *r)
{
    if (r->units[0] > r->peak[0]) {
        r->peak_event = r->event;
    }
    for (size_t unit = 0; unit < RESIDENCY_UNITS; unit++) {
        r->peak[unit] = r->units[unit] > r->peak[unit] ? r->units[unit] : r->peak[unit];
    }
}

void residency_wrote(struct residency *r, const char *from, size_t bytes)
{
    if (bytes == 0) {
        return;
    }
    size_t page = (size_t)(from - r->base) / RESIDENCY_PAGE;
    size_t last = (size_t)(from - r->base + (ptrdiff_t)bytes - 1) / RESIDENCY_PAGE;
    r->end = last + 1 > r->end ? last + 1 : r->end;
    while (page <= last) {
        if (page % WORD == 0 && last - page >= WORD && r->known[page / WORD] == UINT64_MAX) {
            page += WORD;
            continue;
        }
        if (!residency_knows(r, page)) {
            learn(r, page);
        }
        page++;
    }
}

void residency_reach(struct residency *r, const char *to)
{
    size_t end = ((size_t)(to - r->base) + RESIDENCY_PAGE - 1) / RESIDENCY_PAGE;
    r->end = end > r->end ? end : r->end;
}

/* ---- what the kernel says ---- */

/* The pages of a word that lie below the end. */
static uint64_t word_mask(const struct residency *r, size_t word)
{
    size_t left = r->end - word * WORD;
    return left >= WORD ? UINT64_MAX : ((uint64_t)1 << left) - 1;
}

/* Asks about the pages of some words, at most BATCH_WORDS, and learns. False: one that was known is
 * not resident. */
static bool ask_words(struct residency *r, size_t word, size_t words, size_t *page)
{
    static unsigned char resident[BATCH_WORDS * WORD];
    size_t from = word * WORD, to = (word + words) * WORD;
    to = to < r->end ? to : r->end;
    if (mincore(r->base + from * RESIDENCY_PAGE, (to - from) * RESIDENCY_PAGE, resident) != 0) {
        *page = from;
        return false;
    }
    for (size_t i = from; i < to; i++) {
        bool is = resident[i - from] & 1;
        if (is && !residency_knows(r, i)) {
            learn(r, i);
        } else if (!is && residency_knows(r, i)) {
            *page = i;
            return false;
        }
    }
    return true;
}

/* Asks about the words of [from, to) that hold a page of which it is not known whether it is
 * resident. What the kernel says of the known ones, residency_ask tells. */
static void ask_unknown(struct residency *r, size_t from, size_t to)
{
    size_t ignored;
    for (size_t word = from; word < to; word++) {
        size_t n = 0;
        while (n < BATCH_WORDS && word + n < to && (~r->known[word + n] & word_mask(r, word + n))) {
            n++;
        }
        if (n) {
            ask_words(r, word, n, &ignored);
            word += n - 1;
        }
    }
}

void residency_settle(struct residency *r)
{
    uint64_t unknown = r->end - r->units[0];
    for (size_t unit = 0; unknown && unit < RESIDENCY_UNITS; unit++) {
        if (r->units[unit] + unknown > r->peak[unit]) {
            ask_unknown(r, 0, (r->end + WORD - 1) / WORD);
            break;
        }
    }
    note_peaks(r);
}

bool residency_ask(struct residency *r, size_t *page)
{
    size_t words = (r->end + WORD - 1) / WORD;
    for (size_t word = 0; word < words; word += BATCH_WORDS) {
        size_t n = words - word < BATCH_WORDS ? words - word : BATCH_WORDS;
        if (!ask_words(r, word, n, page)) {
            return false;
        }
    }
    note_peaks(r);
    return true;
}

/* ---- giving back ---- */

/* Learns which pages of [from, to) are resident; returns how many. */
static size_t ask_range(struct residency *r, size_t from, size_t to)
{
    size_t n = 0;
    ask_unknown(r, from / WORD, (to + WORD - 1) / WORD);
    for (size_t page = from; page < to; page++) {
        n += residency_knows(r, page);
    }
    return n;
}

size_t residency_give_back(struct residency *r, char *from, char *to)
{
    size_t first = ((size_t)(from - r->base) + RESIDENCY_PAGE - 1) / RESIDENCY_PAGE;
    size_t last = (size_t)(to - r->base) / RESIDENCY_PAGE;
    last = last < r->end ? last : r->end;
    if (first >= last) {
        return 0;
    }
    size_t pages = ask_range(r, first, last);
    if (pages) {
        madvise(r->base + first * RESIDENCY_PAGE, (last - first) * RESIDENCY_PAGE, MADV_DONTNEED);
        for (size_t page = first; page < last; page++) {
            if (residency_knows(r, page)) {
                forget(r, page);
            }
        }
        r->given_back += pages;
        r->calls++;
        if (r->note) {
            r->note(r->ctx, first * RESIDENCY_PAGE, (last - first) * RESIDENCY_PAGE);
        }
    }
    r->end = last == r->end ? first : r->end;
    return pages;
}
