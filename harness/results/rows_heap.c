/* rows_heap.c - rows of what lies where in a heap, and whose it is. */
#include <string.h>

#include "cell/heap_map.h"
#include "replay/thread_map.h"
#include "results/rows_parts.h"

static void write_owner(struct csv_row *row, unsigned owner, const char *nobody)
{
    if (owner == THREAD_NOBODY) {
        csv_text(row, nobody);
    } else {
        csv_whole(row, owner - 1);
    }
}

/* One row for each run of bins that hold the same, up to the break. */
static void write_run(FILE *out, const struct cell *cell, const char *key,
                      const struct heap_map *map, const struct heap_map_moment *m, size_t bin,
                      size_t bins)
{
    uint64_t from = bin * map->bin_bytes, to = (bin + bins) * map->bin_bytes;
    struct csv_row row = rows_begin(out, cell, key);
    csv_whole(&row, m->event);
    csv_whole(&row, m->allocated_bytes);
    csv_whole(&row, map->bin_bytes);
    csv_whole(&row, from);
    csv_whole(&row, (to < m->height_bytes ? to : m->height_bytes) - from);
    csv_whole(&row, (uint64_t)m->held[bin][SPAN_USED] * bins);
    csv_whole(&row, (uint64_t)m->held[bin][SPAN_FREE] * bins);
    csv_whole(&row, (uint64_t)m->held[bin][SPAN_SLACK] * bins);
    csv_whole(&row, (uint64_t)m->held[bin][SPAN_META] * bins);
    write_owner(&row, m->owner[bin], "");
    csv_end_row(&row);
}

void rows_write_moment(FILE *out, const struct cell *cell, const char *key,
                       const struct heap_map *map, const struct heap_map_moment *m)
{
    size_t used = (size_t)((m->height_bytes + map->bin_bytes - 1) / map->bin_bytes);
    for (size_t bin = 0, bins; bin < used; bin += bins) {
        bins = 1;
        while (bin + bins < used && m->owner[bin] == m->owner[bin + bins] &&
               !memcmp(m->held[bin], m->held[bin + bins], sizeof m->held[bin])) {
            bins++;
        }
        write_run(out, cell, key, map, m, bin, bins);
    }
}

/* One row for each owner that has anything. */
void rows_write_threads(FILE *out, const struct cell *cell, const char *key,
                        const struct thread_sample *s)
{
    for (unsigned i = 0; i < THREAD_OWNERS; i++) {
        const struct thread_share *share = &s->share[i];
        if (!share->used_bytes && !share->free_bytes) {
            continue;
        }
        struct csv_row row = rows_begin(out, cell, key);
        csv_text(&row, rows_reason_names[s->reason]);
        csv_whole(&row, s->event);
        csv_whole(&row, s->allocated_bytes);
        csv_whole(&row, s->drain);
        write_owner(&row, i, "none");
        csv_whole(&row, share->used_bytes);
        csv_whole(&row, share->free_bytes);
        csv_end_row(&row);
    }
}
