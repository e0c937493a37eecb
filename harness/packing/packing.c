#include "packing/packing.h"

#include <stdlib.h>
#include <string.h>

#include "base/table.h"
#include "workloads/workload.h"

static const char *const order_names[] = {
#define X(symbol, name, what) name,
    PACKING_ORDERS(X)
#undef X
};

const char *packing_order_name(enum packing_order order)
{
    return order_names[order];
}

void packing_release(struct packing *p)
{
    free(p->block);
    free(p->life);
    p->block = NULL;
    p->life = NULL;
}

static bool no_memory(struct packing *p, struct problem *problem)
{
    packing_release(p);
    return problem_set(problem, "not enough memory for %zu blocks", p->count);
}

static uint64_t round_up(uint64_t size, uint64_t align)
{
    return size ? (size + align - 1) / align * align : align;
}

/* Sums sizes over the sections: +size where a block is born, -size where it dies. */
static bool find_load(struct packing *p)
{
    int64_t *change = calloc((size_t)p->sections + 1, sizeof *change);
    if (!change) {
        return false;
    }
    for (size_t i = 0; i < p->count; i++) {
        change[p->block[i].lower] += (int64_t)p->block[i].size;
        change[p->block[i].upper] -= (int64_t)p->block[i].size;
    }
    int64_t live = 0, most = 0;
    for (uint32_t s = 0; s < p->sections; s++) {
        live += change[s];
        most = live > most ? live : most;
    }
    p->load = (uint64_t)most;
    free(change);
    return true;
}

/* ---- from events ---- */

struct reading {
    struct packing *packing;
    size_t room;
    uint32_t *owner; /* per slot: the block in it + 1, or 0 */
    bool pads;       /* an aligned block gets room for an aligned address in it */
};

static void die(struct reading *r, uint32_t slot)
{
    if (r->owner[slot]) {
        r->packing->block[r->owner[slot] - 1].upper = r->packing->sections;
        r->owner[slot] = 0;
    }
}

static bool bear(struct reading *r, const struct event *e)
{
    struct packing *p = r->packing;
    if (p->count == r->room) {
        r->room = r->room ? r->room * 2 : 4096;
        struct packing_block *more = realloc(p->block, r->room * sizeof *more);
        if (!more || r->room > UINT32_MAX) {
            p->block = more ? more : p->block;
            return false;
        }
        p->block = more;
    }
    uint64_t step = UINT64_C(1) << e->align_log2, size = e->size;
    size += r->pads && step > p->align ? step - p->align : 0;
    p->block[p->count] = (struct packing_block){
        .size = round_up(size, p->align), .lower = p->sections++, .id = (uint32_t)p->count};
    r->owner[e->slot] = (uint32_t)++p->count;
    return true;
}

static bool read_events(struct reading *r, struct workload *w, struct problem *problem)
{
    struct event *events = malloc(EVENT_CHUNK * sizeof *events);
    bool ok = events != NULL;
    problem->text[0] = '\0';
    for (size_t n; ok && (n = workload_next(w, events, EVENT_CHUNK, problem)) > 0;) {
        for (size_t i = 0; ok && i < n; i++) {
            die(r, events[i].slot);
            ok = events[i].kind == EVENT_FREE || bear(r, &events[i]);
        }
    }
    free(events);
    if (!ok) {
        return no_memory(r->packing, problem);
    }
    return !problem->text[0];
}

static bool read_workload(struct packing *p, struct workload *w, uint64_t align, bool pads,
                          struct problem *problem)
{
    *p = (struct packing){.align = align};
    struct reading r = {
        .packing = p, .owner = calloc((size_t)w->slots + 1, sizeof *r.owner), .pads = pads};
    if (!r.owner) {
        return no_memory(p, problem);
    }
    bool ok = read_events(&r, w, problem);
    for (uint32_t slot = 0; ok && slot < w->slots; slot++) {
        die(&r, slot);
    }
    free(r.owner);
    if (ok && !p->count) {
        ok = problem_set(problem, "the workload allocates nothing: there is nothing to pack");
    }
    if (!ok) {
        packing_release(p);
        return false;
    }
    return find_load(p) || no_memory(p, problem);
}

bool packing_from_workload(struct packing *p, struct workload *w, uint64_t align,
                           struct problem *problem)
{
    return read_workload(p, w, align, false, problem);
}

bool packing_from_aligned_workload(struct packing *p, struct workload *w, uint64_t align,
                                   struct problem *problem)
{
    return read_workload(p, w, align, true, problem);
}

/* ---- from a table ---- */

struct row {
    uint64_t lower, upper, size;
    uint32_t id;
};

static int by_lower(const void *a, const void *b)
{
    const struct row *x = a, *y = b;
    if (x->lower != y->lower) {
        return x->lower < y->lower ? -1 : 1;
    }
    return x->id < y->id ? -1 : x->id > y->id;
}

static bool read_row(const struct table *t, size_t row, const size_t column[3], struct row *out,
                     struct problem *problem)
{
    double value[3];
    for (size_t i = 0; i < 3; i++) {
        if (!table_number(t, row, column[i], &value[i], problem)) {
            return false;
        }
        if (!(value[i] >= 0 && value[i] < 9e15) || value[i] != (double)(uint64_t)value[i]) {
            return problem_set(problem, "%s: row %zu: '%s' is no whole number in column %s",
                               t->path, row + 1, table_cell(t, row, column[i]), t->name[column[i]]);
        }
    }
    *out = (struct row){(uint64_t)value[0], (uint64_t)value[1], (uint64_t)value[2], (uint32_t)row};
    if (out->upper <= out->lower || out->size == 0) {
        return problem_set(problem, "%s: row %zu: a block needs lower < upper and a size above 0",
                           t->path, row + 1);
    }
    return true;
}

/* How many distinct births are before `time`. */
static uint32_t births_before(const uint64_t *birth, uint32_t n, uint64_t time)
{
    uint32_t low = 0, high = n;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (birth[middle] < time) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

/* Counts time in births; rows are sorted by them. */
static bool count_sections(struct packing *p, const struct row *row)
{
    uint64_t *birth = malloc(p->count * sizeof *birth);
    p->block = malloc(p->count * sizeof *p->block);
    p->life = malloc(p->count * sizeof *p->life);
    if (!birth || !p->block || !p->life) {
        free(birth);
        return false;
    }
    for (size_t i = 0; i < p->count; i++) {
        if (i == 0 || row[i].lower != row[i - 1].lower) {
            birth[p->sections++] = row[i].lower;
        }
    }
    for (size_t i = 0; i < p->count; i++) {
        p->block[i] =
            (struct packing_block){.size = round_up(row[i].size, p->align),
                                   .lower = births_before(birth, p->sections, row[i].lower),
                                   .upper = births_before(birth, p->sections, row[i].upper),
                                   .id = row[i].id};
        p->life[i] = row[i].upper - row[i].lower;
    }
    free(birth);
    return find_load(p);
}

bool packing_from_table(struct packing *p, const struct table *t, uint64_t align,
                        struct problem *problem)
{
    *p = (struct packing){.align = align, .count = t->rows};
    size_t column[3];
    if (!table_column(t, "lower", &column[0], problem) ||
        !table_column(t, "upper", &column[1], problem) ||
        !table_column(t, "size", &column[2], problem)) {
        return false;
    }
    if (!t->rows) {
        return problem_set(problem, "%s: no blocks: there is nothing to pack", t->path);
    }
    struct row *row = malloc(t->rows * sizeof *row);
    bool ok = row != NULL;
    for (size_t i = 0; ok && i < t->rows; i++) {
        if (!read_row(t, i, column, &row[i], problem)) {
            free(row);
            return false;
        }
    }
    if (ok) {
        qsort(row, t->rows, sizeof *row, by_lower);
        ok = count_sections(p, row);
    }
    free(row);
    return ok || no_memory(p, problem);
}
