#include "tracetools/size_table.h"

#include <stdlib.h>

static struct size_count *find(const struct size_table *t, uint64_t size)
{
    size_t i = (size_t)(size * UINT64_C(0x9E3779B97F4A7C15) >> 32) & (t->room - 1);
    while (t->entry[i].count && t->entry[i].size != size) {
        i = (i + 1) & (t->room - 1);
    }
    return &t->entry[i];
}

static bool grow(struct size_table *t)
{
    struct size_table old = *t;
    t->room = old.room ? 2 * old.room : 1024;
    t->entry = calloc(t->room, sizeof *t->entry);
    if (!t->entry) {
        *t = old;
        return false;
    }
    for (size_t i = 0; i < old.room; i++) {
        if (old.entry[i].count) {
            *find(t, old.entry[i].size) = old.entry[i];
        }
    }
    free(old.entry);
    return true;
}

bool size_table_add(struct size_table *t, uint64_t size)
{
    if (2 * t->distinct >= t->room && !grow(t)) {
        return false;
    }
    struct size_count *e = find(t, size);
    t->distinct += e->count == 0;
    e->size = size;
    e->count++;
    t->total++;
    return true;
}

static int more_frequent(const void *a, const void *b)
{
    const struct size_count *x = a, *y = b;
    if (x->count != y->count) {
        return x->count < y->count ? 1 : -1;
    }
    return (x->size > y->size) - (x->size < y->size);
}

void size_table_sort(struct size_table *t)
{
    if (t->room > 0) { /* empty entries have the least count */
        qsort(t->entry, t->room, sizeof *t->entry, more_frequent);
    }
}

size_t size_table_cover(const struct size_table *t, double part)
{
    uint64_t sum = 0;
    size_t n = 0;
    while (n < t->distinct && (double)sum < part * (double)t->total) {
        sum += t->entry[n++].count;
    }
    return n;
}

void size_table_free(struct size_table *t)
{
    free(t->entry);
}
