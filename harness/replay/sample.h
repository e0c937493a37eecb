/* sample.h - the state of a heap after one event: a row of fragmentation.csv. */
#ifndef FITLAB_SAMPLE_H
#define FITLAB_SAMPLE_H

#include <stdbool.h>
#include <stdint.h>

#include "replay/hole_sizes.h"

/* Why a sample was taken; one that has several reasons names the highest. */
#define SAMPLE_REASONS(X)                                                                          \
    X(GRID, "grid", "evenly over the events")                                                      \
    X(END, "end", "after the last event")                                                          \
    X(PEAK_LIVE, "peak-live", "where live bytes peak")                                             \
    X(PEAK_FOOTPRINT, "peak-footprint", "where the footprint peaks")

enum sample_reason {
#define X(symbol, name, meaning) SAMPLE_##symbol,
    SAMPLE_REASONS(X)
#undef X
        SAMPLE_REASON_COUNT
};

/* Columns of fragmentation.csv: X(name, unit, meaning). All are uint64_t and EXACT.
 * granted_bytes is empty where nobody can tell what is usable; the columns after it come from
 * the heap walk and are empty for a policy that has none. */
#define SAMPLE_BASE_COLUMNS(X)                                                                     \
    X(event, "index", "events replayed before the sample")                                         \
    X(allocated_bytes, "bytes", "bytes requested so far: time as Johnstone and Wilson count it")   \
    X(drain, "0 or 1", "1: among the trailing frees of what the program left")                     \
    X(live_bytes, "bytes", "requested and live")                                                   \
    X(live_blocks, "blocks", "live blocks")                                                        \
    X(footprint_bytes, "bytes", "by the meter that meter names in summary.csv")

#define SAMPLE_GRANTED_COLUMNS(X) X(granted_bytes, "bytes", "usable bytes in live blocks")

#define SAMPLE_WALK_COLUMNS(X)                                                                     \
    X(rounding_bytes, "bytes", "granted_bytes - live_bytes")                                       \
    X(metadata_bytes, "bytes", "headers, tables, padding")                                         \
    X(holes_bytes, "bytes", "free for any request that fits")                                      \
    X(slack_bytes, "bytes", "free, but kept for one size class")                                   \
    X(holes, "holes", "how many holes there are")                                                  \
    X(largest_hole_bytes, "bytes", "the largest of them")

/* Columns of pages.csv, of the same types: X(name, unit, meaning). Those of the first list are
 * known of any allocator; the second needs the region to be ours; the third a walk. */
#define PAGE_SAMPLE_BASE_COLUMNS(X)                                                                \
    X(event, "index", "events replayed before the sample")                                         \
    X(allocated_bytes, "bytes", "bytes requested so far")                                          \
    X(drain, "0 or 1", "1: among the trailing frees of what the program left")                     \
    X(live_bytes, "bytes", "requested and live")                                                   \
    X(resident_bytes, "bytes", "in resident pages of 4 KiB")

#define PAGE_SAMPLE_REGION_COLUMNS(X)                                                              \
    X(footprint_bytes, "bytes", "of the region: what the memory pass calls footprint")             \
    X(resident_16k_bytes, "bytes", "in units of 16 KiB with a resident page")                      \
    X(resident_64k_bytes, "bytes", "the same of 64 KiB")                                           \
    X(resident_2m_bytes, "bytes", "the same of 2 MiB")                                             \
    X(given_back_pages, "pages", "resident pages given back so far")                               \
    X(refaulted_pages, "pages", "of them, touched again so far")                                   \
    X(release_calls, "calls", "calls to the system that gave pages back, so far")

#define PAGE_SAMPLE_WALK_COLUMNS(X)                                                                \
    X(live_pages_bytes, "bytes", "resident pages with a live payload byte")                        \
    X(rounding_pages_bytes, "bytes",                                                               \
      "other resident pages with usable bytes of live blocks that nobody asked for, and no data")  \
    X(data_pages_bytes, "bytes", "other resident pages with data of the policy's")                 \
    X(returnable_bytes, "bytes", "other resident pages: free, they could be given back now")       \
    X(pinned_bytes, "bytes", "free bytes inside the pages with a live payload byte")

struct page_sample {
    enum sample_reason reason;
    bool region_known, walked;
#define X(name, unit, meaning) uint64_t name;
    PAGE_SAMPLE_BASE_COLUMNS(X) PAGE_SAMPLE_REGION_COLUMNS(X) PAGE_SAMPLE_WALK_COLUMNS(X)
#undef X
};

/* The sizes of the holes at some of the samples. */
enum { HOLE_MOMENTS = 14 };

struct hole_moment {
    enum sample_reason reason;
    _Alignas(8) uint64_t event; /* programs of 32 and of 64 bits share it */
    struct hole_sizes sizes;
};

struct sample {
    enum sample_reason reason;
    bool granted_known, walked;
#define X(name, unit, meaning) uint64_t name;
    SAMPLE_BASE_COLUMNS(X) SAMPLE_GRANTED_COLUMNS(X) SAMPLE_WALK_COLUMNS(X)
#undef X
};

#endif
