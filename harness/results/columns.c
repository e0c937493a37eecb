#include "results/columns.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

#include "cell/metric.h"
#include "replay/sample.h"

const char *const columns_files[] = {
    "summary.csv",  "fragmentation.csv", "pages.csv",   "holes.csv",      "curve.csv",
    "latency.csv",  "heapmap.csv",       "threads.csv", "provenance.csv", "ratios.csv",
    "programs.csv", "runs.csv",          NULL};

/* file is "" for columns that mean the same wherever they are. */
struct named_column {
    const char *file, *name, *type, *unit, *meaning;
};

#define TEXT        "string", ""
#define WHOLE(unit) "integer", unit
#define REAL(unit)  "number", unit

static const struct named_column columns[] = {
#define X(name, unit, meaning) {"fragmentation.csv", #name, WHOLE(unit), meaning},
    SAMPLE_BASE_COLUMNS(X) SAMPLE_GRANTED_COLUMNS(X) SAMPLE_WALK_COLUMNS(X)
#undef X
#define X(name, unit, meaning) {"pages.csv", #name, WHOLE(unit), meaning},
        PAGE_SAMPLE_BASE_COLUMNS(X) PAGE_SAMPLE_REGION_COLUMNS(X) PAGE_SAMPLE_WALK_COLUMNS(X)
#undef X
            {"holes.csv", "event", WHOLE("index"), "events replayed before the sample"},
    {"holes.csv", "size_bytes", WHOLE("bytes"),
     "the row's holes are at least this large and smaller than the next row's size"},
    {"holes.csv", "holes", WHOLE("holes"), "how many there are"},
    {"holes.csv", "bytes", WHOLE("bytes"), "in them"},
    {"holes.csv", "unusable_pct", REAL("percent"),
     "of all free bytes, those that blocks of size_bytes cannot fill"},

    {"curve.csv", "region_bytes", WHOLE("bytes"), "size of the region"},
    {"curve.csv", "region_pct", REAL("percent"),
     "of the peak live bytes, were every request served"},
    {"curve.csv", "opened", WHOLE("0 or 1"),
     "0: too small for the policy's own data, so that every request fails"},
    {"curve.csv", "failed_requests", WHOLE("requests"), "requests refused"},
    {"curve.csv", "failed_requests_pct", REAL("percent"), "their share of all requests"},
    {"curve.csv", "failed_bytes", WHOLE("bytes"), "bytes that they asked for"},
    {"curve.csv", "failed_bytes_pct", REAL("percent"), "their share of all bytes requested"},
    {"curve.csv", "skipped_events", WHOLE("events"),
     "later events of the blocks that those requests did not get"},

    {"latency.csv", "scheme", TEXT,
     "how times were taken: chained, sampled, blocks, or null (chained once more, of bump in the "
     "same cell)"},
    {"latency.csv", "kind", TEXT, "kind of operation, or all"},
    {"latency.csv", "band_bytes", "string", "bytes",
     "blocks up to this size, as requested; inf: larger ones; all: all of them"},
    {"latency.csv", "record", TEXT, "bucket or quantile"},
    {"latency.csv", "quantile", REAL("0 to 1"), "of a quantile which one; 1 is the maximum"},
    {"latency.csv", "lower_ns", REAL("ns"),
     "the value is at least this; 0: it is below the clock's quantum"},
    {"latency.csv", "upper_ns", REAL("ns"), "the value is below this"},
    {"latency.csv", "count", WHOLE("operations"),
     "operations in the bucket; for a quantile, all that it was taken over"},

    {"heapmap.csv", "event", WHOLE("index"), "events replayed before the picture"},
    {"heapmap.csv", "allocated_bytes", WHOLE("bytes"), "bytes requested so far"},
    {"heapmap.csv", "bin_bytes", WHOLE("bytes"), "the size of a bin"},
    {"heapmap.csv", "address_bytes", WHOLE("bytes"),
     "where the run of bins begins, from the region's base"},
    {"heapmap.csv", "bytes", WHOLE("bytes"), "how long it is; the last one ends at the break"},
    {"heapmap.csv", "used_bytes", WHOLE("bytes"), "usable, in live blocks"},
    {"heapmap.csv", "free_bytes", WHOLE("bytes"), "in holes"},
    {"heapmap.csv", "slack_bytes", WHOLE("bytes"), "free, but kept for one size class"},
    {"heapmap.csv", "metadata_bytes", WHOLE("bytes"), "headers, tables, padding"},
    {"heapmap.csv", "thread", WHOLE("index"),
     "thread that has, or had the last block in, most of it; where several act, and empty where it "
     "is nobody's"},

    {"threads.csv", "event", WHOLE("index"), "events replayed before the sample"},
    {"threads.csv", "allocated_bytes", WHOLE("bytes"), "bytes requested so far"},
    {"threads.csv", "drain", WHOLE("0 or 1"),
     "1: among the trailing frees of what the program left"},
    {"threads.csv", "thread", TEXT,
     "whose memory it is: a thread's number, of which 31 stands for all from 31 on, or none"},
    {"threads.csv", "used_bytes", WHOLE("bytes"),
     "in live blocks of the thread, headers included; of none: data of the policy"},
    {"threads.csv", "free_bytes", WHOLE("bytes"),
     "free memory in which the thread had the last block; of none: where no block ever was"},

    {"provenance.csv", "run", TEXT,
     "the run of fitlab that added the cell, described in runs of manifest.json"},
    {"provenance.csv", "seconds", REAL("s"), "wall time of the cell's process, its start included"},
    {"provenance.csv", "digest", TEXT, "of all rows of the cell, 16 hexadecimal digits"},

    {"ratios.csv", "metric", TEXT, "the column of summary.csv that is compared"},
    {"ratios.csv", "baseline", TEXT, "label of the policy that others are compared with"},
    {"ratios.csv", "repetitions", WHOLE("processes"), "how many know the metric"},
    {"ratios.csv", "median", REAL("ns"), "median of the repetitions"},
    {"ratios.csv", "median_low", REAL("ns"), "lower end of its 95 % interval"},
    {"ratios.csv", "median_high", REAL("ns"), "upper end of its 95 % interval"},
    {"ratios.csv", "ratio", REAL("ratio"),
     "median of policy over baseline, taken within each repetition"},
    {"ratios.csv", "ratio_low", REAL("ratio"), "lower end of its 95 % interval"},
    {"ratios.csv", "ratio_high", REAL("ratio"), "upper end of its 95 % interval"},
    {"ratios.csv", "aa_ratio", REAL("ratio"),
     "even over odd repetitions of the same policies, all taken together: the true ratio is 1"},
    {"ratios.csv", "aa_low", REAL("ratio"), "lower end of its 95 % interval"},
    {"ratios.csv", "aa_high", REAL("ratio"), "upper end of its 95 % interval"},
    {"ratios.csv", "within_noise", WHOLE("0 or 1"),
     "1: these repetitions cannot tell the policy from the baseline"},
    {"ratios.csv", "own_low", REAL("ratio"),
     "least of the ratios of two repetitions of this policy in a row"},
    {"ratios.csv", "own_high", REAL("ratio"),
     "most of the ratios of two repetitions of this policy in a row"},

    {"programs.csv", "status", TEXT, "ok, differs, exit-N, signal-N, not-loaded or error"},
    {"programs.csv", "runs", WHOLE("runs"), "timed runs"},
    {"programs.csv", "wall_median_ns", REAL("ns"), "median wall time of a whole run"},
    {"programs.csv", "wall_min_ns", REAL("ns"), "shortest wall time"},
    {"programs.csv", "wall_max_ns", REAL("ns"), "longest wall time"},
    {"programs.csv", "user_median_ns", REAL("ns"), "median processor time in the program"},
    {"programs.csv", "system_median_ns", REAL("ns"), "median processor time in the kernel"},
    {"programs.csv", "wall_over_glibc", REAL("ratio"), "median wall time over that on glibc"},
    {"programs.csv", "peak_rss_bytes", WHOLE("bytes"),
     "peak resident set of the largest process of an untimed run"},
    {"programs.csv", "peak_rss_over_glibc", REAL("ratio"), "the same over that on glibc"},
    {"programs.csv", "peak_heap_bytes", WHOLE("bytes"),
     "a policy's footprint at its peak, in the process where it was largest"},
    {"runs.csv", "pass", WHOLE("index"), "pass over all programs, from 0"},
    {"runs.csv", "run", WHOLE("index"), "run within the pass, from 0"},
    {"runs.csv", "wall_ns", REAL("ns"), "wall time of the run"},
    {"runs.csv", "user_ns", REAL("ns"), "processor time in the program"},
    {"runs.csv", "system_ns", REAL("ns"), "processor time in the kernel"},

    {"", "key", TEXT, "identity of the cell, 16 hexadecimal digits: a hash of all that selects it"},
    {"", "program", TEXT, "its name in the spec or the corpus"},
    {"", "policy", TEXT, "the policy with the parameters that differ from their defaults"},
    {"", "workload", TEXT, "the workload with the parameters that differ from their defaults"},
    {"", "region", TEXT, "grow (growable), grow:64M (up to a limit), 64M or 1.5x (fixed)"},
    {"", "touch", TEXT, "whether a timed replay writes into its blocks: none, first or all"},
    {"", "release", TEXT, "when free pages are given back to the system"},
    {"", "threads", WHOLE("threads"), "how many threads replayed"},
    {"", "pass", TEXT, "what was measured"},
    {"", "seed", WHOLE(""), "of the layout that repetitions vary"},
    {"", "rep", WHOLE("index"), "repetition, from 0"},
    {"", "reason", TEXT, "why the sample was taken: grid, end, peak-live or peak-footprint"},
    {"", "policy_spec", TEXT, "the policy with every parameter"},
    {"", "bits", WHOLE("bits"), "of a pointer, for which the policy is compiled"},
    {"", "workload_spec", TEXT, "the workload with every parameter"},
    {"", "workload_digest", TEXT, "xxHash64 of the events replayed, 16 hexadecimal digits"},
    {"", "meter", TEXT, "how the memory in the row is known; two meters do not compare"},
    {"", "status", TEXT,
     "ok, oom, crash, timeout, memory-limit, corrupt, violation, unavailable or error"},
    {"", "detail", TEXT, "one line for a person, if there is something to say"},
};

#undef TEXT
#undef WHOLE
#undef REAL

static bool find_metric(const char *name, struct column_info *out)
{
    static const char *const types[] = {
        [METRIC_COUNT] = "integer", [METRIC_REAL] = "number", [METRIC_KIND] = "string"};
    enum metric_id id = metric_find(name);
    if (id == METRICS) {
        return false;
    }
    const struct metric_info *m = &metric_table[id];
    *out = (struct column_info){types[m->type], m->unit, metric_nature_name(m->nature), m->passes,
                                m->meaning};
    return true;
}

static bool find_in(const char *file, const char *name, struct column_info *out)
{
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
        const struct named_column *c = &columns[i];
        if (!strcmp(c->file, file) && !strcmp(c->name, name)) {
            *out = (struct column_info){c->type, c->unit, NULL, NULL, c->meaning};
            return true;
        }
    }
    return false;
}

bool column_find(const char *file, const char *name, struct column_info *out)
{
    return find_in(file, name, out) || find_in("", name, out) || find_metric(name, out);
}

/* A metric is not in this list: all of them are taken for later ones. */
static const struct {
    const char *file, *name; /* file as in columns */
} later[] = {{"", "release"},           {"", "threads"},           {"", "bits"},
             {"heapmap.csv", "thread"}, {"ratios.csv", "own_low"}, {"ratios.csv", "own_high"}};

size_t columns_later(const char *file, const char *name[COLUMNS_LATER_MOST])
{
    static_assert(METRICS + sizeof later / sizeof *later <= COLUMNS_LATER_MOST, "room for all");
    size_t count = 0;
    for (size_t i = 0; i < sizeof later / sizeof *later; i++) {
        if (!*later[i].file || !strcmp(later[i].file, file)) {
            name[count++] = later[i].name;
        }
    }
    for (size_t i = 0; !strcmp(file, "summary.csv") && i < METRICS; i++) {
        name[count++] = metric_table[i].name;
    }
    return count;
}
