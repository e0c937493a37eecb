#include "replay/thread_census.h"

#include <stdlib.h>
#include <string.h>

enum { THREADS = UINT16_MAX + 1, FIRST_LINES = 1024, LINE_BLOCKS = 24 };

struct census_block {
    uintptr_t at; /* 0: the slot is empty */
    uint64_t bytes;
    uint16_t owner;
};

/* A line with the edge of a live block in it. The lines between the edges hold one block alone. */
struct census_line {
    uintptr_t number;  /* address / CENSUS_LINE_BYTES; 0: free */
    uint32_t freed_by; /* the thread, + 1, that last freed a block of another one here; 0: none */
    uint16_t blocks;   /* above LINE_BLOCKS: some are not in owner, and the line counts as it was */
    bool shared;
    uint16_t owner[LINE_BLOCKS];
};

bool thread_census_open(struct thread_census *t, size_t slots)
{
    *t = (struct thread_census){.line_room = FIRST_LINES};
    t->block = calloc(slots + 1, sizeof *t->block);
    t->live = calloc(THREADS, sizeof *t->live);
    t->peak = calloc(THREADS, sizeof *t->peak);
    t->line = calloc(FIRST_LINES, sizeof *t->line);
    return t->block && t->live && t->peak && t->line;
}

void thread_census_close(struct thread_census *t)
{
    free(t->block);
    free(t->live);
    free(t->peak);
    free(t->line);
    *t = (struct thread_census){0};
}

/* ---- lines ---- */

static size_t place_of(const struct thread_census *t, uintptr_t number)
{
    return (size_t)(number * UINT64_C(0x9E3779B97F4A7C15) >> 20) & (t->line_room - 1);
}

/* The line, or the free place where it belongs. */
static struct census_line *find(const struct thread_census *t, uintptr_t number)
{
    size_t i = place_of(t, number);
    while (t->line[i].number && t->line[i].number != number) {
        i = (i + 1) & (t->line_room - 1);
    }
    return &t->line[i];
}

static bool grow(struct thread_census *t)
{
    struct thread_census larger = {.line_room = 2 * t->line_room};
    larger.line = calloc(larger.line_room, sizeof *larger.line);
    if (!larger.line) {
        return false;
    }
    for (size_t i = 0; i < t->line_room; i++) {
        if (t->line[i].number) {
            *find(&larger, t->line[i].number) = t->line[i];
        }
    }
    free(t->line);
    t->line = larger.line;
    t->line_room = larger.line_room;
    return true;
}

/* Frees a place of the table; those after it that it kept from their own place move up. */
static void forget(struct thread_census *t, struct census_line *line)
{
    size_t hole = (size_t)(line - t->line), mask = t->line_room - 1;
    for (size_t i = (hole + 1) & mask; t->line[i].number; i = (i + 1) & mask) {
        size_t home = place_of(t, t->line[i].number);
        if (((i - home) & mask) >= ((i - hole) & mask)) {
            t->line[hole] = t->line[i];
            hole = i;
        }
    }
    t->line[hole] = (struct census_line){0};
    t->lines--;
}

static bool has_several(const struct census_line *line)
{
    for (uint16_t i = 1; i < line->blocks; i++) {
        if (line->owner[i] != line->owner[0]) {
            return true;
        }
    }
    return false;
}

static void set_shared(struct thread_census *t, struct census_line *line)
{
    bool shared = line->blocks > LINE_BLOCKS ? line->shared : has_several(line);
    t->shared_now += (uint64_t)shared - (uint64_t)line->shared;
    line->shared = shared;
    t->shared_most = t->shared_now > t->shared_most ? t->shared_now : t->shared_most;
}

/* Whether this makes the line one of several threads, and in which way, is counted. */
static void enter_line(struct thread_census *t, uintptr_t number, uint16_t owner)
{
    if (2 * t->lines >= t->line_room && !grow(t)) {
        t->no_memory = true;
        return;
    }
    struct census_line *line = find(t, number);
    t->lines += line->number == 0;
    line->number = number;
    bool meets = false;
    for (uint16_t i = 0; i < line->blocks && i < LINE_BLOCKS; i++) {
        meets |= line->owner[i] != owner;
    }
    if (meets) {
        ++*(line->freed_by == owner + 1u ? &t->passive : &t->active);
    }
    if (line->blocks < LINE_BLOCKS) {
        line->owner[line->blocks] = owner;
    }
    line->blocks++;
    set_shared(t, line);
}

static void leave_line(struct thread_census *t, uintptr_t number, uint16_t owner, uint16_t by)
{
    struct census_line *line = find(t, number);
    if (!line->number) {
        return;
    }
    if (line->blocks <= LINE_BLOCKS) {
        uint16_t i = 0;
        while (i + 1 < line->blocks && line->owner[i] != owner) {
            i++;
        }
        line->owner[i] = line->owner[line->blocks - 1];
    }
    line->blocks--;
    line->freed_by = by != owner ? by + 1u : line->freed_by;
    set_shared(t, line);
    if (!line->blocks) {
        forget(t, line);
    }
}

/* ---- blocks ---- */

static uintptr_t first_line(const struct census_block *b)
{
    return b->at / CENSUS_LINE_BYTES;
}

static uintptr_t last_line(const struct census_block *b)
{
    return (b->at + (b->bytes ? b->bytes - 1 : 0)) / CENSUS_LINE_BYTES;
}

static void enter(struct thread_census *t, struct census_block *b, uintptr_t at, uint64_t bytes,
                  uint16_t owner)
{
    *b = (struct census_block){at, bytes, owner};
    t->live[owner] += bytes;
    t->peak[owner] = t->live[owner] > t->peak[owner] ? t->live[owner] : t->peak[owner];
    enter_line(t, first_line(b), owner);
    if (last_line(b) != first_line(b)) {
        enter_line(t, last_line(b), owner);
    }
}

static void leave(struct thread_census *t, struct census_block *b, uint16_t by)
{
    t->live[b->owner] -= b->bytes;
    leave_line(t, first_line(b), b->owner, by);
    if (last_line(b) != first_line(b)) {
        leave_line(t, last_line(b), b->owner, by);
    }
    b->at = 0;
}

void thread_census_event(struct thread_census *t, const struct ledger *l, const struct event *e)
{
    struct census_block *b = &t->block[e->slot];
    if (e->kind == EVENT_FREE) {
        t->frees++;
        t->remote_frees += b->owner != e->thread;
        leave(t, b, e->thread);
        return;
    }
    const struct ledger_block *now = &l->block[e->slot];
    if (b->at) {
        leave(t, b, e->thread);
    }
    enter(t, b, (uintptr_t)now->p, now->size, e->thread);
}

uint64_t thread_census_sum_of_peaks(const struct thread_census *t)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < THREADS; i++) {
        sum += t->peak[i];
    }
    return sum;
}

uint64_t thread_census_largest_peak(const struct thread_census *t)
{
    uint64_t most = 0;
    for (size_t i = 0; i < THREADS; i++) {
        most = t->peak[i] > most ? t->peak[i] : most;
    }
    return most;
}
