#include "results/memory_meters.h"

#include <string.h>

const struct memory_view *memory_meters_view(const struct memory_meters *m)
{
    static const struct memory_view footprint = {
        .pass = "memory",
        .over_column = "jw4_pct",
        .series = "fragmentation.csv",
        .bytes = "footprint_bytes",
        .words = "peak footprint / peak live bytes - 1 (percent)",
        .sentence = "Memory is the footprint; overhead is its peak over the peak of live requested "
                    "bytes, less one (the fourth measure of Johnstone and Wilson 1998)."};
    static const struct memory_view resident = {
        .pass = "pages",
        .over_column = "resident_over_pct",
        .series = "pages.csv",
        .bytes = "resident_bytes",
        .words = "peak resident bytes / peak live bytes in whole pages - 1 (percent)",
        .sentence = "Memory is resident pages, of all policies; overhead is the peak of resident "
                    "bytes over the peak of live bytes in whole pages, less one."};
    return m->own_pages ? &resident : &footprint;
}

bool memory_meters_find(struct memory_meters *m, const struct identity *id, struct problem *problem)
{
    size_t meter;
    const char *first = NULL;
    bool own = false, other = false, many = false;
    if (!table_column(id->table, "meter", &meter, problem)) {
        return false;
    }
    for (size_t row = 0; row < id->table->rows; row++) {
        size_t p, w;
        if (!identity_row_of_any_rule(id, row, &p, &w)) {
            continue;
        }
        const char *name = table_cell(id->table, row, meter);
        bool is_own = identity_is_own(id, row);
        if (identity_is_pass(id, row, "memory")) {
            first = first ? first : name;
            many |= strcmp(first, name) != 0;
            own |= is_own;
            other |= !is_own;
        }
        m->own_pages |= is_own && identity_is_pass(id, row, "pages");
    }
    m->mixed = own && (other || many);
    return true;
}
