/* metric.h - every scalar that a cell can yield: one table, from which the columns of
 * summary.csv, `fitlab list metrics` and the test of results/README.md follow.
 *
 * X(name, type, nature, passes, unit, meaning)
 *   name     the column; its unit is its suffix
 *   type     COUNT (a whole number), REAL, or KIND (the name of a kind of event)
 *   nature   EXACT: the same bytes on every run and machine; BUILD: on every run of one build;
 *            TIMED: measured
 *   passes   which passes fill it: M memory, T throughput and throughput-cold, L latency,
 *            C check, H map, D lines (distinct ones), I instructions, N minheap, P pages; it is
 * empty in the rows of the others, and wherever it is not known
 */
#ifndef FITLAB_METRIC_H
#define FITLAB_METRIC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "allocators/policy.h"

/* What the workload asked for. */
#define METRICS_WORKLOAD(X)                                                                        \
    X(events, COUNT, EXACT, "all", "events", "events replayed, skipped ones included")             \
    X(mallocs, COUNT, EXACT, "all", "events", "malloc events")                                     \
    X(callocs, COUNT, EXACT, "all", "events", "calloc events")                                     \
    X(aligneds, COUNT, EXACT, "all", "events", "events that ask for an alignment")                 \
    X(reallocs, COUNT, EXACT, "all", "events", "realloc events")                                   \
    X(frees, COUNT, EXACT, "all", "events", "free events")                                         \
    X(drain_events, COUNT, EXACT, "all", "events",                                                 \
      "trailing frees of what the program left; outside every metric of space")                    \
    X(requested_bytes, COUNT, EXACT, "all", "bytes", "bytes that all requests ask for")            \
    X(allocated_bytes, COUNT, EXACT, "MCP", "bytes", "bytes of the requests that were served")     \
    X(peak_live_bytes, COUNT, EXACT, "MCNP", "bytes",                                              \
      "most bytes requested and live at once, failed requests left out: the lower bound of the "   \
      "footprint of any allocator")                                                                \
    X(peak_live_event, COUNT, EXACT, "M", "index", "events replayed when live bytes peak first")   \
    X(peak_live_blocks, COUNT, EXACT, "MC", "blocks", "most blocks live at once")                  \
    X(peak_aligned_bytes, COUNT, EXACT, "M", "bytes",                                              \
      "most bytes live at once, every size rounded up to 16 (to 8 at 32 bits): the lower bound of "  \
      "the footprint of any allocator that aligns so, but for the rounding of its last block")                   \
    X(failed_requests, COUNT, EXACT, "all", "events", "requests that the policy refused")          \
    X(failed_bytes, COUNT, EXACT, "MCP", "bytes", "bytes that those requests asked for")           \
    X(skipped_events, COUNT, EXACT, "all", "events",                                               \
      "later events of the blocks that those requests did not get")

/* What the policy took for it. */
#define METRICS_SPACE(X)                                                                           \
    X(fixed_bytes, COUNT, EXACT, "MP", "bytes",                                                    \
      "held before the first request: metadata of the empty heap; in the pages pass its resident " \
      "pages")                                                                                     \
    X(peak_footprint_bytes, COUNT, EXACT, "M", "bytes",                                            \
      "largest footprint, by the meter that footprint_by names; by region: highest that the "      \
      "break "                                                                                     \
      "has been, less what is absent")                                                             \
    X(peak_footprint_event, COUNT, EXACT, "M", "index", "events replayed when it was there first") \
    X(high_water_bytes, COUNT, EXACT, "M", "bytes",                                                \
      "highest end of a used block, from the region's base; where a policy does not tell how "     \
      "long its blocks are, of what was asked for")                                                \
    X(peak_granted_bytes, COUNT, EXACT, "M", "bytes", "most usable bytes in live blocks at once")  \
    X(jw1_pct, REAL, EXACT, "M", "percent",                                                        \
      "mean of footprint/live - 1 over time in allocated bytes")                                   \
    X(jw2_pct, REAL, EXACT, "M", "percent", "footprint/live - 1 where live bytes peak")            \
    X(jw3_pct, REAL, EXACT, "M", "percent", "peak footprint over the live bytes there, - 1")       \
    X(jw4_pct, REAL, EXACT, "M", "percent", "peak footprint over peak live bytes, - 1")            \
    X(jw4_policy_pct, REAL, EXACT, "M", "percent",                                                 \
      "jw4 of placement alone: headers and rounding at the peak footprint left out; below 0 "      \
      "where "                                                                                     \
      "live bytes peak at another event and there is little else")                                 \
    X(utilisation_pct, REAL, EXACT, "M", "percent",                                                \
      "peak live bytes over peak footprint (CS:APP)")                                              \
    X(mean_waste_pct, REAL, EXACT, "M", "percent", "mean over events of 1 - live/footprint")       \
    X(external_index_pct, REAL, EXACT, "M", "percent",                                             \
      "1 - largest hole / all holes, where live bytes peak")                                       \
    X(mean_external_index_pct, REAL, EXACT, "M", "percent", "the same, mean over the samples")     \
    X(internal_of_granted_pct, REAL, EXACT, "M", "percent",                                        \
      "(granted - live)/granted where live bytes peak")                                            \
    X(internal_of_live_pct, REAL, EXACT, "M", "percent", "granted/live - 1 at the same place")     \
    X(live_at_peak_bytes, COUNT, EXACT, "M", "bytes", "live bytes at the peak footprint")          \
    X(rounding_at_peak_bytes, COUNT, EXACT, "M", "bytes", "usable bytes nobody asked for, there")  \
    X(metadata_at_peak_bytes, COUNT, EXACT, "M", "bytes", "headers, tables and padding, there")    \
    X(holes_at_peak_bytes, COUNT, EXACT, "M", "bytes", "free for any request that fits, there")    \
    X(slack_at_peak_bytes, COUNT, EXACT, "M", "bytes", "free, but kept for one size class, there") \
    X(holes_at_peak, COUNT, EXACT, "M", "holes", "how many holes there are, there")                \
    X(samples, COUNT, EXACT, "MP", "samples", "walks in which the identity was asserted")          \
    X(grid_samples, COUNT, EXACT, "MCHP", "samples",                                               \
      "samples asked for, spread evenly over the events: with the columns above, what selects "    \
      "the "                                                                                       \
      "cell")

/* Bounds and the smallest region. */
#define METRICS_BOUND(X)                                                                           \
    X(bound_first_fit_bytes, COUNT, EXACT, "M", "bytes",                                           \
      "no workload makes address-ordered first-fit take more (Robson 1977), for blocks like "      \
      "these")                                                                                     \
    X(bound_grows_last_bytes, COUNT, EXACT, "M", "bytes",                                          \
      "the same of any fit that moves the break only when no hole fits")                           \
    X(bound_half_fit_bytes, COUNT, EXACT, "M", "bytes", "the same of half-fit (Ogasawara 1995)")   \
    X(bound_buddy_bytes, COUNT, EXACT, "M", "bytes",                                               \
      "the same of the binary buddy system: a bound for each of its classes")                      \
    X(minheap_bytes, COUNT, EXACT, "N", "bytes",                                                   \
      "smallest fixed region found in which every request is served; 16 bytes less is too little") \
    X(minheap_pct, REAL, EXACT, "N", "percent", "by how much that exceeds the peak live bytes")    \
    X(minheap_tried_below, COUNT, EXACT, "N", "sizes",                                             \
      "sizes just below it that were tried too, one by one, and are too small")                    \
    X(minheap_tries, COUNT, EXACT, "N", "replays", "sizes tried, those of curve.csv included")

/* Pages that are resident: the memory that the system sees. */
#define METRICS_PAGES(X)                                                                           \
    X(peak_live_pages_bytes, COUNT, EXACT, "P", "bytes",                                           \
      "the peak of live bytes in whole pages: no allocator has less resident")                     \
    X(peak_resident_bytes, COUNT, EXACT, "P", "bytes", "most bytes in resident pages of 4 KiB")    \
    X(peak_resident_event, COUNT, EXACT, "P", "index", "events replayed when it was there first")  \
    X(resident_over_pct, REAL, EXACT, "P", "percent",                                              \
      "by how much that exceeds peak_live_pages_bytes: the policy is within this of any "          \
      "allocator, in pages")                                                                       \
    X(peak_resident_16k_bytes, COUNT, EXACT, "P", "bytes",                                         \
      "the same if pages were of 16 KiB: one counts if any part of it is resident")                \
    X(peak_resident_64k_bytes, COUNT, EXACT, "P", "bytes", "the same of 64 KiB")                   \
    X(peak_resident_2m_bytes, COUNT, EXACT, "P", "bytes", "the same of 2 MiB")                     \
    X(mean_resident_bytes, REAL, EXACT, "P", "bytes", "mean over the samples before the drain")    \
    X(resident_at_live_peak_bytes, COUNT, EXACT, "P", "bytes", "resident where live bytes peak")   \
    X(returnable_at_live_peak_bytes, COUNT, EXACT, "P", "bytes",                                   \
      "of that, in pages that are free of blocks and data: they could be given back there")        \
    X(pinned_at_live_peak_bytes, COUNT, EXACT, "P", "bytes",                                       \
      "free bytes there in pages that hold a live byte")                                           \
    X(given_back_pages, COUNT, EXACT, "P", "pages", "resident pages given back to the system")     \
    X(refaulted_pages, COUNT, EXACT, "P", "pages", "of them, those that were touched again")       \
    X(release_calls, COUNT, EXACT, "PTL", "calls", "calls to the system that gave pages back")     \
    X(release_looks, COUNT, EXACT, "P", "walks", "times that spare memory was looked for")

/* What a reference says of itself, right after the event at which live bytes peak. */
#define METRICS_OWN(X)                                                                             \
    X(own_allocated_bytes, COUNT, EXACT, "M", "bytes",                                             \
      "own statistics, right after live bytes peak first: in live blocks")                         \
    X(own_active_bytes, COUNT, EXACT, "M", "bytes", "own statistics: pages with live blocks")      \
    X(own_metadata_bytes, COUNT, EXACT, "M", "bytes", "own statistics: the allocator's data")      \
    X(own_resident_bytes, COUNT, EXACT, "M", "bytes", "own statistics: resident pages")            \
    X(own_mapped_bytes, COUNT, EXACT, "M", "bytes", "own statistics: pages taken from the region")

/* What threads make of it: in the rows of workloads with several threads. A block belongs to the
 * thread that allocated it or resized it last. */
#define METRICS_OWNERS(X)                                                                          \
    X(workload_threads, COUNT, EXACT, "M", "threads", "threads that the workload has")             \
    X(remote_frees, COUNT, EXACT, "M", "events", "frees of blocks that belong to another thread")  \
    X(sum_of_thread_peaks_bytes, COUNT, EXACT, "M", "bytes",                                       \
      "sum of the most bytes that each thread had live: heaps of their own, to which blocks "      \
      "return, hold no less")                                                                      \
    X(largest_thread_peak_bytes, COUNT, EXACT, "M", "bytes", "the largest of these")               \
    X(most_shared_lines, COUNT, EXACT, "M", "lines",                                               \
      "cache lines of 64 bytes that hold live blocks of several threads, most at once")            \
    X(active_sharing, COUNT, EXACT, "M", "times",                                                  \
      "a request got memory of a line in which another thread has a block, by the policy's own "   \
      "choice (active false sharing)")                                                             \
    X(passive_sharing, COUNT, EXACT, "M", "times",                                                 \
      "the same, after the thread had freed a block of another one in that line (passive)")        \
    X(slack_blocks_at_peak, COUNT, EXACT, "M", "blocks",                                           \
      "pieces of slack at the peak footprint: in a cache, blocks that a thread keeps for itself")  \
    X(bare_footprint_bytes, COUNT, EXACT, "M", "bytes",                                            \
      "peak footprint of the policy at the bottom of a stack of layers, by itself")                \
    X(blow_up, REAL, EXACT, "M", "ratio",                                                          \
      "peak_footprint_bytes over bare_footprint_bytes: what the layers cost in memory")

/* What it cost, as counted. */
#define METRICS_COST(X)                                                                            \
    X(lines_per_op, REAL, BUILD, "D", "lines",                                                     \
      "distinct cache lines of the region that the policy touches, mean of an operation")          \
    X(pages_per_op, REAL, BUILD, "D", "pages", "the same in pages of 4096 bytes")                  \
    X(touched_lines, COUNT, BUILD, "D", "lines", "distinct ones over all operations")              \
    X(touched_pages, COUNT, BUILD, "D", "pages", "distinct ones over all operations")              \
    X(accesses_per_op, REAL, BUILD, "D", "accesses",                                               \
      "loads and stores of the region by the policy, mean of an operation")                        \
    X(p50_accesses, COUNT, BUILD, "D", "accesses",                                                 \
      "half of the operations make at most so many; above 64 up to 1/32 too high")                 \
    X(p99_accesses, COUNT, BUILD, "D", "accesses", "99 % of them do")                              \
    X(p9999_accesses, COUNT, BUILD, "D", "accesses", "99.99 % of them do")                         \
    X(most_accesses, COUNT, BUILD, "D", "accesses",                                                \
      "most of a single operation: the worst case, without a clock")                               \
    X(most_accesses_event, COUNT, BUILD, "D", "index",                                             \
      "events replayed when that operation first was, itself included")                            \
    X(most_accesses_kind, KIND, BUILD, "D", "word", "its kind: malloc, free, ...")                 \
    X(most_accesses_bytes, COUNT, BUILD, "D", "bytes",                                             \
      "the size that it asks for; of a free: with which the block was asked for")                  \
    X(p50_probes, COUNT, EXACT, "D", "probes",                                                     \
      "half of the operations make at most so many probes and insert_probes; above 64 up to 1/32 " \
      "too high")                                                                                  \
    X(p99_probes, COUNT, EXACT, "D", "probes", "99 % of them do")                                  \
    X(p9999_probes, COUNT, EXACT, "D", "probes", "99.99 % of them do")                             \
    X(most_probes, COUNT, EXACT, "MD", "probes",                                                   \
      "most probes and insert_probes of a single operation: the worst case, without a clock")      \
    X(most_probes_event, COUNT, EXACT, "MD", "index",                                              \
      "events replayed when that operation first was, itself included")                            \
    X(most_probes_kind, KIND, EXACT, "D", "word", "its kind: malloc, free, ...")                   \
    X(most_probes_bytes, COUNT, EXACT, "D", "bytes",                                               \
      "the size that it asks for; of a free: with which the block was asked for")                  \
    X(instructions_per_op, REAL, BUILD, "I", "instructions",                                       \
      "executed in the replay, the replay's own included, an operation")                           \
    X(floor_instructions_per_op, REAL, BUILD, "I", "instructions", "the same of bump")             \
    X(costliest_instructions, COUNT, BUILD, "I", "instructions",                                   \
      "executed in the operation that makes most accesses, the replay's own included")             \
    X(costliest_event, COUNT, BUILD, "I", "index",                                                 \
      "events replayed when that operation first was, itself included")

/* What it cost in time. */
#define METRICS_TIME(X)                                                                            \
    X(ns_per_op, REAL, TIMED, "T", "ns", "mean of the timed replay, an event")                     \
    X(floor_ns_per_op, REAL, TIMED, "T", "ns", "the same of bump beside it: the loop's own cost")  \
    X(net_ns_per_op, REAL, TIMED, "T", "ns", "ns_per_op - floor_ns_per_op")                        \
    X(floor_faults, COUNT, TIMED, "T", "faults",                                                   \
      "page faults in the last replay of bump: its region is warm, in throughput-cold too")        \
    X(replays, COUNT, TIMED, "T", "replays", "replays in this process, whose median it is")        \
    X(block_mean_ns, REAL, TIMED, "L", "ns",                                                       \
      "a replay timed in blocks of 16, an event, with the cost of reading the clock taken off")    \
    X(block_median_ns, REAL, TIMED, "L", "ns",                                                     \
      "median of those blocks, an event, with the same taken off")                                 \
    X(elapsed_ns, COUNT, TIMED, "TL", "ns", "clock time of the timed chunks")                      \
    X(p50_ns, REAL, TIMED, "L", "ns", "median of one operation; at most clock_quantum_ns: below")  \
    X(p90_ns, REAL, TIMED, "L", "ns", "90th percentile")                                           \
    X(p99_ns, REAL, TIMED, "L", "ns", "99th percentile")                                           \
    X(p999_ns, REAL, TIMED, "L", "ns", "99.9th percentile")                                        \
    X(p9999_ns, REAL, TIMED, "L", "ns", "99.99th percentile")                                      \
    X(max_ns, REAL, TIMED, "L", "ns",                                                              \
      "the slowest operation: mostly an interruption by the machine")                              \
    X(null_p99_ns, REAL, TIMED, "L", "ns",                                                         \
      "99th percentile of bump, which does next to nothing, in the same cell: a quantile that "    \
      "does not exceed that of bump says nothing of the policy")                                   \
    X(null_p999_ns, REAL, TIMED, "L", "ns", "99.9th percentile of bump there")                     \
    X(null_p9999_ns, REAL, TIMED, "L", "ns", "99.99th percentile of bump there")                   \
    X(null_max_ns, REAL, TIMED, "L", "ns", "slowest operation of bump there")                      \
    X(clock_quantum_ns, REAL, TIMED, "TL", "ns", "smallest step that the clock makes")             \
    X(clock_overhead_ns, REAL, TIMED, "TL", "ns", "one reading of the clock, taken off")           \
    X(canary_pct, REAL, TIMED, "TL", "percent",                                                    \
      "slowdown of the slower of the canaries around it")                                          \
    X(canary_rejects, COUNT, TIMED, "TL", "runs",                                                  \
      "tries thrown away, as their canaries were slow")                                            \
    X(minor_faults, COUNT, TIMED, "TL", "faults", "page faults without input, in the last replay") \
    X(major_faults, COUNT, TIMED, "TL", "faults", "page faults that read a disk, in it")           \
    X(involuntary_switches, COUNT, TIMED, "TL", "switches",                                        \
      "times the kernel took the core from a replay")                                              \
    X(rss_bytes, COUNT, TIMED, "TL", "bytes",                                                      \
      "growth of the resident set, anonymous pages alone, in the first replay of the process; "    \
      "what a policy never writes to is not in it")                                                \
    X(cell_seconds, REAL, TIMED, "TL", "s", "wall time of the cell's process")

/* The same where several threads replay; empty where one does. */
#define METRICS_THREADS(X)                                                                         \
    X(handed_blocks, COUNT, EXACT, "TL", "blocks",                                                 \
      "times that a block goes from one thread that replays to another")                           \
    X(ops_per_s, REAL, TIMED, "T", "1/s", "operations a second, of all threads together")          \
    X(one_thread_ns_per_op, REAL, TIMED, "T", "ns",                                                \
      "ns_per_op of the same replay by one thread of the same process")                            \
    X(speedup, REAL, TIMED, "T", "ratio", "one_thread_ns_per_op over ns_per_op")                   \
    X(floor_speedup, REAL, TIMED, "T", "ratio",                                                    \
      "the same of bump, with a heap a thread: how far the replay itself can scale")               \
    X(waiting_pct, REAL, TIMED, "TL", "percent",                                                   \
      "share of the threads' time in which they wait for blocks that others hand over: it is in "  \
      "ns_per_op, and not in the times of single operations")                                      \
    X(waits, COUNT, TIMED, "T", "waits", "how often one waits, in the last replay")                \
    X(first_thread_ns, COUNT, TIMED, "T", "ns", "time of the thread that ends first")              \
    X(last_thread_ns, COUNT, TIMED, "T", "ns", "time of the thread that ends last")                \
    X(processors, COUNT, TIMED, "TL", "processors", "on which the threads run")

#define FITLAB_METRICS(X)                                                                          \
    METRICS_WORKLOAD(X)                                                                            \
    METRICS_SPACE(X)                                                                               \
    METRICS_BOUND(X)                                                                               \
    METRICS_PAGES(X)                                                                               \
    METRICS_OWN(X)                                                                                 \
    METRICS_OWNERS(X)                                                                              \
    METRICS_COST(X)                                                                                \
    METRICS_TIME(X)                                                                                \
    METRICS_THREADS(X)

/* A KIND's value is a count: its place in event_kind_names. */
enum metric_type { METRIC_COUNT, METRIC_REAL, METRIC_KIND };
enum metric_nature { METRIC_EXACT, METRIC_BUILD, METRIC_TIMED };

/* "exact", "build" or "timed". */
const char *metric_nature_name(enum metric_nature);

/* A policy's counters are metrics of the same name, after the others. */
enum metric_id {
#define X(name, type, nature, passes, unit, meaning) METRIC_##name,
    FITLAB_METRICS(X)
#undef X
#define X(name, meaning) METRIC_##name,
        FITLAB_COUNTERS(X)
#undef X
            METRICS
};

struct metric_info {
    const char *name;
    enum metric_type type;
    enum metric_nature nature;
    const char *passes;
    const char *unit;
    const char *meaning;
};

extern const struct metric_info metric_table[METRICS];

/* METRICS if there is none of this name. */
enum metric_id metric_find(const char *name);

/* A row's values. Zeroed: nothing is known. */
struct metrics {
    bool known[METRICS];
    _Alignas(8) union { /* programs of 32 and of 64 bits share it */
        uint64_t count;
        double real;
    } value[METRICS];
};

static inline void metric_set_count(struct metrics *m, enum metric_id id, uint64_t count)
{
    m->known[id] = true;
    m->value[id].count = count;
}

static inline void metric_set_real(struct metrics *m, enum metric_id id, double real)
{
    m->known[id] = true;
    m->value[id].real = real;
}

#endif
