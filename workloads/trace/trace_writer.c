#include "workloads/trace/trace_writer.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zstd.h>

#include "workloads/tally.h"
#include "workloads/trace/bytes.h"

enum { DEFAULT_LEVEL = 3, MOST_UNFINISHED = 8 };

/* The temporary files of writers that are open; a signal handler reads it. */
static char *volatile unfinished[MOST_UNFINISHED];

static void exchange_unfinished(const char *there, char *instead)
{
    size_t i = 0;
    while (i < MOST_UNFINISHED && unfinished[i] != there) {
        i++;
    }
    if (i < MOST_UNFINISHED) {
        unfinished[i] = instead;
    }
}

void trace_remove_unfinished(void)
{
    for (size_t i = 0; i < MOST_UNFINISHED; i++) {
        if (unfinished[i]) {
            unlink(unfinished[i]);
        }
    }
}

struct trace_writer {
    char *path, *part; /* part: the temporary name; NULL: written in place */
    FILE *file;
    uint64_t offset; /* bytes written */
    unsigned columns;
    int level;
    struct tally tally;
    struct trace_encoder *encoder;
    ZSTD_CCtx *zstd;
    unsigned char *packed;
    size_t packed_room;
    uint64_t drain;  /* UINT64_MAX: none was marked */
    uint64_t framed; /* events in frames that are written */
    uint64_t *index;
    size_t frames, index_room;
    bool keeps;     /* the temporary file, whatever happens */
    size_t pending; /* events below wait for their frame to be full */
    struct event events[EVENT_CHUNK];
    uint64_t *times;
    uint32_t *sites;
};

static bool cannot_write(const struct trace_writer *w, struct problem *problem)
{
    return problem_set(problem, "%s: cannot write: %s", w->path, strerror(errno));
}

static bool put(struct trace_writer *w, const void *bytes, size_t n, struct problem *problem)
{
    w->offset += n;
    return fwrite(bytes, 1, n, w->file) == n || cannot_write(w, problem);
}

/* Without O_NONBLOCK the open itself would wait for a pipe's reader. */
static bool open_special(struct trace_writer *w, struct problem *problem)
{
    int fd = open(w->path, O_WRONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0 && errno == ENXIO) {
        return problem_set(problem,
                           "%s: cannot write: nobody reads from this pipe: start the reader first",
                           w->path);
    }
    if (fd < 0 || fcntl(fd, F_SETFL, O_WRONLY) || !(w->file = fdopen(fd, "wb"))) {
        cannot_write(w, problem);
        if (fd >= 0) {
            close(fd);
        }
        return false;
    }
    return true;
}

static bool open_file(struct trace_writer *w, struct problem *problem)
{
    if (!strcmp(w->path, "-")) {
        w->file = stdout;
        return !isatty(STDOUT_FILENO) ||
               problem_set(problem, "a trace is no text: send standard output to a file or a pipe");
    }
    struct stat st;
    if (stat(w->path, &st) == 0 && !S_ISREG(st.st_mode)) { /* a device or a pipe stays one */
        return open_special(w, problem);
    }
    size_t bytes = strlen(w->path) + sizeof ".part";
    w->part = malloc(bytes);
    if (!w->part) {
        return problem_set(problem, "%s: no memory to write a trace", w->path);
    }
    snprintf(w->part, bytes, "%s.part", w->path);
    w->file = fopen(w->part, "wb");
    exchange_unfinished(NULL, w->part);
    return w->file || problem_set(problem, "%s: cannot create it: %s", w->path, strerror(errno));
}

static bool write_head(struct trace_writer *w, const struct provenance *p, struct problem *problem)
{
    unsigned char head[TRACE_HEADER_BYTES] = {0};
    size_t n = strlen(p->text);
    memcpy(head, TRACE_MAGIC, TRACE_MAGIC_BYTES);
    put_u32(head + 8, TRACE_VERSION);
    put_u32(head + 12, w->columns);
    put_u32(head + 16, (uint32_t)n);
    put_u64(head + TRACE_HASHED_BYTES, trace_hash(head, TRACE_HASHED_BYTES, p->text, n));
    return put(w, head, sizeof head, problem) && put(w, p->text, n, problem);
}

static bool get_memory(struct trace_writer *w)
{
    bool times = w->columns & TRACE_TIMES, sites = w->columns & TRACE_SITES;
    w->packed_room = ZSTD_compressBound(CODEC_RAW_MOST);
    w->encoder = trace_encoder_open();
    w->zstd = ZSTD_createCCtx();
    w->packed = malloc(w->packed_room);
    w->times = times ? malloc(EVENT_CHUNK * sizeof *w->times) : NULL;
    w->sites = sites ? malloc(EVENT_CHUNK * sizeof *w->sites) : NULL;
    return w->encoder && w->zstd && w->packed && (w->times || !times) && (w->sites || !sites);
}

struct trace_writer *trace_create(const char *path, const struct provenance *provenance,
                                  unsigned columns, struct problem *problem)
{
    struct trace_writer *w = malloc(sizeof *w);
    if (!w) {
        problem_set(problem, "%s: no memory to write a trace", path);
        return NULL;
    }
    memset(w, 0, offsetof(struct trace_writer, events));
    w->times = NULL;
    w->sites = NULL;
    w->columns = columns;
    w->level = DEFAULT_LEVEL;
    w->drain = UINT64_MAX;
    w->path = strdup(path);
    if (!tally_open(&w->tally) || !w->path || !get_memory(w)) {
        problem_set(problem, "%s: no memory to write a trace", path);
    } else if (open_file(w, problem) && write_head(w, provenance, problem)) {
        return w;
    }
    trace_abort(w);
    return NULL;
}

void trace_set_level(struct trace_writer *w, int level)
{
    w->level = level;
}

void trace_keep_unfinished(struct trace_writer *w)
{
    w->keeps = true;
    exchange_unfinished(w->part, NULL);
}

void trace_mark_drain(struct trace_writer *w)
{
    w->drain = w->tally.totals.events;
}

void trace_mark_trailing_frees(struct trace_writer *w)
{
    if (w->tally.live_blocks == 0 && w->tally.last_ask < w->tally.totals.events) {
        w->drain = w->tally.last_ask;
    }
}

static bool note_frame(struct trace_writer *w, struct problem *problem)
{
    if (w->frames == w->index_room) {
        size_t room = w->index_room ? 2 * w->index_room : 64;
        uint64_t *index = realloc(w->index, room * sizeof *index);
        if (!index) {
            return problem_set(problem, "%s: no memory for its index", w->path);
        }
        w->index = index;
        w->index_room = room;
    }
    w->index[w->frames++] = htole64(w->offset);
    return true;
}

static bool write_frame(struct trace_writer *w, struct problem *problem)
{
    struct trace_run run = {w->events, w->times, w->sites, w->pending};
    size_t raw_bytes;
    const unsigned char *raw = trace_encode(w->encoder, &run, &raw_bytes);
    if (!raw) {
        return problem_set(problem, "%s: no memory to write a frame", w->path);
    }
    size_t packed = ZSTD_compressCCtx(w->zstd, w->packed, w->packed_room, raw, raw_bytes, w->level);
    if (ZSTD_isError(packed)) {
        return problem_set(problem, "%s: zstd: %s", w->path, ZSTD_getErrorName(packed));
    }
    unsigned char head[TRACE_FRAME_BYTES];
    put_u32(head, TRACE_FRAME_MAGIC);
    put_u32(head + 4, (uint32_t)w->pending);
    put_u32(head + 8, (uint32_t)raw_bytes);
    put_u32(head + 12, (uint32_t)packed);
    put_u64(head + 16, w->framed);
    put_u64(head + TRACE_HASHED_BYTES, trace_hash(head, TRACE_HASHED_BYTES, w->packed, packed));
    w->framed += w->pending;
    w->pending = 0;
    return note_frame(w, problem) && put(w, head, sizeof head, problem) &&
           put(w, w->packed, packed, problem);
}

bool trace_append(struct trace_writer *w, const struct trace_run *run, struct problem *problem)
{
    for (size_t done = 0; done < run->count;) {
        size_t n = EVENT_CHUNK - w->pending;
        n = n < run->count - done ? n : run->count - done;
        if (!tally_add(&w->tally, run->events + done, n, problem)) {
            return false;
        }
        memcpy(w->events + w->pending, run->events + done, n * sizeof *w->events);
        if (w->times) {
            memcpy(w->times + w->pending, run->times + done, n * sizeof *w->times);
        }
        if (w->sites) {
            memcpy(w->sites + w->pending, run->sites + done, n * sizeof *w->sites);
        }
        w->pending += n;
        done += n;
        if (w->pending == EVENT_CHUNK && !write_frame(w, problem)) {
            return false;
        }
    }
    return true;
}

static bool write_footer(struct trace_writer *w, struct problem *problem)
{
    const struct trace_totals *t = &w->tally.totals;
    const uint64_t numbers[] = {t->events,          w->drain < t->events ? w->drain : t->events,
                                t->peak_live_bytes, t->peak_live_blocks,
                                t->slots,           t->requested_bytes,
                                t->digest,          w->offset};
    unsigned char foot[TRACE_FOOTER_BYTES], trailer[TRACE_TRAILER_BYTES];
    size_t index_bytes = w->frames * sizeof *w->index;
    put_u32(foot, TRACE_FOOTER_MAGIC);
    put_u32(foot + 4, (uint32_t)w->frames);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        put_u64(foot + 8 + 8 * i, numbers[i]);
    }
    put_u64(foot + 72, trace_hash(foot, 72, w->index, index_bytes));
    put_u64(trailer, w->offset);
    memcpy(trailer + 8, TRACE_END_MAGIC, TRACE_MAGIC_BYTES);
    return put(w, foot, sizeof foot, problem) &&
           (index_bytes == 0 || put(w, w->index, index_bytes, problem)) &&
           put(w, trailer, sizeof trailer, problem);
}

static bool close_file(struct trace_writer *w, struct problem *problem)
{
    FILE *file = w->file;
    w->file = NULL;
    bool whole = file == stdout ? fflush(file) == 0 : fclose(file) == 0;
    if (!whole || (w->part && rename(w->part, w->path) != 0)) {
        return cannot_write(w, problem);
    }
    exchange_unfinished(w->part, NULL);
    free(w->part);
    w->part = NULL;
    return true;
}

bool trace_finish(struct trace_writer *w, struct trace_totals *totals, struct problem *problem)
{
    bool ok = (w->pending == 0 || write_frame(w, problem)) && write_footer(w, problem) &&
              close_file(w, problem);
    if (ok && totals) {
        *totals = w->tally.totals;
        totals->drain = w->drain < totals->events ? w->drain : totals->events;
    }
    trace_abort(w); /* nothing is left to remove if all went well */
    return ok;
}

void trace_abort(struct trace_writer *w)
{
    if (!w) {
        return;
    }
    if (w->file && w->file != stdout) {
        fclose(w->file);
    }
    if (w->part && !(w->keeps && w->frames)) {
        unlink(w->part);
    }
    if (w->part) {
        exchange_unfinished(w->part, NULL);
    }
    tally_close(&w->tally);
    trace_encoder_close(w->encoder);
    ZSTD_freeCCtx(w->zstd);
    free(w->packed);
    free(w->index);
    free(w->times);
    free(w->sites);
    free(w->part);
    free(w->path);
    free(w);
}
