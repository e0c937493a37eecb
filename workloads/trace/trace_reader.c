#include "workloads/trace/trace_reader.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>
#include <zstd.h>

#include "workloads/array.h"
#include "workloads/tally.h"
#include "workloads/trace/bytes.h"
#include "workloads/trace/trace_layout.h"

struct trace_reader {
    struct trace_layout layout;
    char *path;
    bool torn;
    struct problem why; /* torn: what is wrong with the file */
    bool end_checked;   /* the totals that the footer gives are to be compared at the end */

    uint64_t offset; /* of the next frame */
    uint64_t events; /* decoded so far */
    struct trace_weight weight;
    struct trace_codec codec;
    XXH64_state_t *digest;
    ZSTD_DCtx *zstd;
    unsigned char *packed, *raw; /* grown as frames need */
    size_t packed_room, raw_room;

    /* A frame that was decoded here because the caller asked for less. */
    struct event *events_held;
    uint64_t *times;
    uint32_t *sites;
    size_t held, given;
};

static bool damaged(const struct trace_reader *r, const char *what, struct problem *problem)
{
    return problem_set(problem, "%s: offset %" PRIu64 ": frame %zu is damaged: %s: " TRACE_REMEDY,
                       r->path, r->offset, r->weight.frames, what, r->path);
}

struct frame {
    uint32_t events, raw, packed;
};

static bool read_frame_head(struct trace_reader *r, unsigned char *head, struct frame *f,
                            struct problem *problem)
{
    if (r->layout.frames_end - r->offset < TRACE_FRAME_BYTES) {
        return damaged(r, "it is cut short", problem);
    }
    if (!trace_layout_read(&r->layout, r->offset, head, TRACE_FRAME_BYTES, problem)) {
        return false;
    }
    *f = (struct frame){get_u32(head + 4), get_u32(head + 8), get_u32(head + 12)};
    if (get_u32(head) != TRACE_FRAME_MAGIC) {
        return damaged(r, "there is no frame here", problem);
    }
    if (f->events == 0 || f->events > EVENT_CHUNK || f->raw > CODEC_RAW_MOST ||
        f->packed > ZSTD_compressBound(CODEC_RAW_MOST) || get_u64(head + 16) != r->events) {
        return damaged(r, "its head is absurd", problem);
    }
    if (r->layout.frames_end - r->offset - TRACE_FRAME_BYTES < f->packed) {
        return damaged(r, "it is cut short", problem);
    }
    if (r->layout.index &&
        (r->weight.frames >= r->layout.frames || r->layout.index[r->weight.frames] != r->offset)) {
        return damaged(r, "the index has another place for it", problem);
    }
    return true;
}

static bool make_room(struct trace_reader *r, const struct frame *f, struct problem *problem)
{
    unsigned char *packed = array_reserve(r->packed, &r->packed_room, f->packed + 1u, 1);
    unsigned char *raw = array_reserve(r->raw, &r->raw_room, f->raw + 1u, 1);
    r->packed = packed ? packed : r->packed;
    r->raw = raw ? raw : r->raw;
    return (r->packed && r->raw && r->packed_room >= f->packed && r->raw_room >= f->raw) ||
           problem_set(problem, "%s: no memory for a frame", r->path);
}

static bool read_raw(struct trace_reader *r, const unsigned char *head, const struct frame *f,
                     struct problem *problem)
{
    if (!make_room(r, f, problem) || !trace_layout_read(&r->layout, r->offset + TRACE_FRAME_BYTES,
                                                        r->packed, f->packed, problem)) {
        return false;
    }
    if (trace_hash(head, TRACE_HASHED_BYTES, r->packed, f->packed) !=
        get_u64(head + TRACE_HASHED_BYTES)) {
        return damaged(r, "its hash does not match", problem);
    }
    size_t n = ZSTD_decompressDCtx(r->zstd, r->raw, f->raw, r->packed, f->packed);
    return n == f->raw || damaged(r, "it does not decompress", problem);
}

/* Decodes the next frame into run's arrays, which have room for EVENT_CHUNK each. */
static bool read_frame(struct trace_reader *r, struct trace_run *run, struct problem *problem)
{
    unsigned char head[TRACE_FRAME_BYTES];
    struct frame f = {0};
    struct problem inner;
    if (!read_frame_head(r, head, &f, problem) || !read_raw(r, head, &f, problem)) {
        return false;
    }
    struct trace_run own = *run;
    own.times = !(r->layout.columns & TRACE_TIMES) ? NULL : own.times ? own.times : r->times;
    own.sites = !(r->layout.columns & TRACE_SITES) ? NULL : own.sites ? own.sites : r->sites;
    own.count = f.events;
    if (!trace_decode(&r->codec, r->raw, f.raw, (uint32_t)r->layout.totals.slots, &own, r->digest,
                      &inner)) {
        return damaged(r, inner.text, problem);
    }
    run->count = f.events;
    r->events += f.events;
    r->offset += TRACE_FRAME_BYTES + f.packed;
    r->weight.frames++;
    r->weight.raw_bytes += f.raw;
    r->weight.packed_bytes += f.packed;
    return true;
}

/* At the end of the frames, checks that the footer was right. */
static bool check_end(struct trace_reader *r, struct problem *problem)
{
    const struct trace_totals *t = &r->layout.totals;
    if (r->end_checked && (r->events != t->events || XXH64_digest(r->digest) != t->digest)) {
        return problem_set(problem,
                           "%s: offset %" PRIu64 ": the events are not those that the footer "
                           "tells of: copy or record it again",
                           r->path, r->layout.frames_end);
    }
    return true;
}

static void zero_missing(const struct trace_reader *r, struct trace_run *run)
{
    if (run->times && !(r->layout.columns & TRACE_TIMES)) {
        memset(run->times, 0, run->count * sizeof *run->times);
    }
    if (run->sites && !(r->layout.columns & TRACE_SITES)) {
        memset(run->sites, 0, run->count * sizeof *run->sites);
    }
}

static void give_held(struct trace_reader *r, struct trace_run *run)
{
    size_t left = r->held - r->given;
    run->count = run->count < left ? run->count : left;
    memcpy(run->events, r->events_held + r->given, run->count * sizeof *run->events);
    if (run->times && r->times) {
        memcpy(run->times, r->times + r->given, run->count * sizeof *run->times);
    }
    if (run->sites && r->sites) {
        memcpy(run->sites, r->sites + r->given, run->count * sizeof *run->sites);
    }
    r->given += run->count;
}

bool trace_read(struct trace_reader *r, struct trace_run *run, struct problem *problem)
{
    if (r->given == r->held) {
        if (r->offset == r->layout.frames_end) {
            run->count = 0;
            return check_end(r, problem);
        }
        if (run->count >= EVENT_CHUNK) {
            bool ok = read_frame(r, run, problem);
            zero_missing(r, run);
            return ok;
        }
        struct trace_run own = {r->events_held, r->times, r->sites, EVENT_CHUNK};
        if (!read_frame(r, &own, problem)) {
            return false;
        }
        r->held = own.count;
        r->given = 0;
    }
    give_held(r, run);
    zero_missing(r, run);
    return true;
}

/* After the head was read: it says which columns there are. */
static bool get_memory(struct trace_reader *r)
{
    bool times = r->layout.columns & TRACE_TIMES, sites = r->layout.columns & TRACE_SITES;
    r->digest = XXH64_createState();
    r->zstd = ZSTD_createDCtx();
    r->events_held = malloc(EVENT_CHUNK * sizeof *r->events_held);
    r->times = times ? malloc(EVENT_CHUNK * sizeof *r->times) : NULL;
    r->sites = sites ? malloc(EVENT_CHUNK * sizeof *r->sites) : NULL;
    return r->digest && r->zstd && r->events_held && (r->times || !times) && (r->sites || !sites);
}

static void rewind_frames(struct trace_reader *r)
{
    trace_codec_close(&r->codec);
    trace_codec_open(&r->codec);
    XXH64_reset(r->digest, 0);
    r->offset = r->layout.frames_start;
    r->events = 0;
    r->weight = (struct trace_weight){.file_bytes = r->layout.file_bytes};
}

/* Reads all undamaged frames once: their sums are the totals, and the last one is the end. */
static bool find_good_part(struct trace_reader *r, struct problem *problem)
{
    struct tally tally;
    bool ok = tally_open(&tally);
    struct trace_run run = {r->events_held, NULL, NULL, EVENT_CHUNK};
    r->layout.totals.slots = UINT32_MAX;
    while (ok && r->offset < r->layout.frames_end && read_frame(r, &run, &r->why)) {
        ok = tally_add(&tally, run.events, run.count, problem);
    }
    r->layout.frames_end = r->offset;
    r->layout.totals = tally.totals;
    tally_close(&tally);
    rewind_frames(r);
    return ok || problem_prefix(problem, "%s: cannot find its undamaged part", r->path);
}

static bool open_reader(struct trace_reader *r, enum trace_torn torn, struct problem *problem)
{
    if (!trace_layout_open(&r->layout, r->path, problem)) {
        return false;
    }
    if (!get_memory(r)) {
        return problem_set(problem, "%s: no memory to read a trace", r->path);
    }
    rewind_frames(r);
    bool whole = trace_layout_footer(&r->layout, &r->why);
    if (torn == TORN_REFUSE) {
        r->end_checked = true;
        *problem = whole ? *problem : r->why;
        return whole;
    }
    struct trace_totals said = r->layout.totals;
    if (!find_good_part(r, problem)) {
        return false;
    }
    if (r->layout.totals.events == said.events) {
        r->layout.totals.drain = said.drain;
    }
    r->torn = r->why.text[0] != '\0';
    return true;
}

struct trace_reader *trace_open(const char *path, enum trace_torn torn, struct problem *problem)
{
    struct trace_reader *r = calloc(1, sizeof *r);
    if (!r) {
        problem_set(problem, "%s: no memory to read a trace", path);
        return NULL;
    }
    r->layout.fd = -1;
    r->path = strdup(path);
    if (!r->path) {
        problem_set(problem, "%s: no memory to read a trace", path);
    } else if (open_reader(r, torn, problem)) {
        return r;
    }
    trace_close(r);
    return NULL;
}

void trace_close(struct trace_reader *r)
{
    if (!r) {
        return;
    }
    trace_layout_close(&r->layout);
    trace_codec_close(&r->codec);
    XXH64_freeState(r->digest);
    ZSTD_freeDCtx(r->zstd);
    free(r->packed);
    free(r->raw);
    free(r->events_held);
    free(r->times);
    free(r->sites);
    free(r->path);
    free(r);
}

const struct trace_totals *trace_totals(const struct trace_reader *r)
{
    return &r->layout.totals;
}

const struct provenance *trace_provenance(const struct trace_reader *r)
{
    return &r->layout.provenance;
}

unsigned trace_columns(const struct trace_reader *r)
{
    return r->layout.columns;
}

const char *trace_torn_why(const struct trace_reader *r)
{
    return r->torn ? r->why.text : NULL;
}

struct trace_weight trace_weigh(const struct trace_reader *r)
{
    return r->weight;
}
