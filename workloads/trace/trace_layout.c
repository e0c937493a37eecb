#include "workloads/trace/trace_layout.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "workloads/event.h"
#include "workloads/trace/bytes.h"
#include "workloads/trace/trace_codec.h"

enum { FOOTER_HASHED_BYTES = TRACE_FOOTER_BYTES - 8 };

bool trace_layout_read(const struct trace_layout *l, uint64_t offset, void *to, size_t n,
                       struct problem *problem)
{
    for (size_t done = 0; done < n;) {
        ssize_t got = pread(l->fd, (char *)to + done, n - done, (off_t)(offset + done));
        if (got < 0 && errno != EINTR) {
            return problem_set(problem, "%s: offset %" PRIu64 ": cannot read: %s", l->path,
                               offset + done, strerror(errno));
        }
        if (got == 0) {
            return problem_set(problem,
                               "%s: offset %" PRIu64 ": the file ends here, in the middle of "
                               "something: " TRACE_REMEDY,
                               l->path, offset + done, l->path);
        }
        done += got > 0 ? (size_t)got : 0;
    }
    return true;
}

static bool open_file(struct trace_layout *l, struct problem *problem)
{
    struct stat st;
    l->fd = open(l->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK); /* a pipe would wait for a writer */
    if (l->fd < 0 || fstat(l->fd, &st) != 0) {
        return problem_set(problem, "%s: cannot open it: %s", l->path, strerror(errno));
    }
    if (!S_ISREG(st.st_mode)) {
        return problem_set(problem, "%s: a trace is read from a regular file: save it to one first",
                           l->path);
    }
    l->file_bytes = (uint64_t)st.st_size;
    return true;
}

static bool check_head(struct trace_layout *l, const unsigned char *head, struct problem *problem)
{
    uint32_t version = get_u32(head + 8), bytes = get_u32(head + 16);
    if (version == 0 || version > TRACE_VERSION) {
        return problem_set(problem,
                           "%s: offset 8: trace version %" PRIu32 ", and this fitlab reads up to "
                           "%d: use a newer fitlab",
                           l->path, version, TRACE_VERSION);
    }
    l->columns = get_u32(head + 12);
    if (l->columns & ~(unsigned)(TRACE_TIMES | TRACE_SITES) || bytes >= PROVENANCE_MOST) {
        return problem_set(problem, "%s: offset 12: its head is damaged: copy or record it again",
                           l->path);
    }
    if (!trace_layout_read(l, TRACE_HEADER_BYTES, l->provenance.text, bytes, problem)) {
        return false;
    }
    if (trace_hash(head, TRACE_HASHED_BYTES, l->provenance.text, bytes) !=
            get_u64(head + TRACE_HASHED_BYTES) ||
        strlen(l->provenance.text) != bytes) {
        return problem_set(problem, "%s: offset %d: its head is damaged: copy or record it again",
                           l->path, TRACE_HASHED_BYTES);
    }
    l->frames_start = TRACE_HEADER_BYTES + bytes;
    l->frames_end = l->file_bytes;
    return true;
}

bool trace_layout_open(struct trace_layout *l, const char *path, struct problem *problem)
{
    unsigned char head[TRACE_HEADER_BYTES];
    *l = (struct trace_layout){.fd = -1, .path = path};
    if (!open_file(l, problem)) {
        return false;
    }
    if (l->file_bytes < sizeof head) {
        return problem_set(problem,
                           "%s: offset %" PRIu64 ": too short for a trace: import other formats "
                           "with 'fitlab import auto'",
                           path, l->file_bytes);
    }
    if (!trace_layout_read(l, 0, head, sizeof head, problem)) {
        return false;
    }
    if (memcmp(head, TRACE_MAGIC, TRACE_MAGIC_BYTES) != 0) {
        return problem_set(problem,
                           "%s: offset 0: this is no fitlab trace: import other formats with "
                           "'fitlab import auto'",
                           path);
    }
    return check_head(l, head, problem);
}

static bool no_footer(const struct trace_layout *l, struct problem *problem)
{
    return problem_set(problem,
                       "%s: offset %" PRIu64 ": the file ends without a whole footer, so it was "
                       "cut short: " TRACE_REMEDY,
                       l->path, l->file_bytes, l->path);
}

static bool bad_footer(const struct trace_layout *l, struct problem *problem)
{
    return problem_set(problem, "%s: offset %" PRIu64 ": its footer is damaged: " TRACE_REMEDY,
                       l->path, l->frames_end, l->path);
}

/* Checks counts: one too large for the file would make a reader ask for far too much memory. */
static bool totals_make_sense(const struct trace_layout *l)
{
    const struct trace_totals *t = &l->totals;
    return t->events <= (uint64_t)l->frames * EVENT_CHUNK && t->events >= l->frames &&
           t->drain <= t->events && t->slots <= t->events && t->slots < UINT32_MAX &&
           t->peak_live_blocks <= t->slots;
}

static bool read_index(struct trace_layout *l, const unsigned char *foot, struct problem *problem)
{
    size_t bytes = l->frames * sizeof *l->index;
    l->index = malloc(bytes ? bytes : 1);
    if (!l->index) {
        return problem_set(problem, "%s: no memory for its index", l->path);
    }
    if (!trace_layout_read(l, l->frames_end + TRACE_FOOTER_BYTES, l->index, bytes, problem)) {
        return false;
    }
    uint64_t hash = trace_hash(foot, FOOTER_HASHED_BYTES, l->index, bytes);
    for (size_t i = 0; i < l->frames; i++) {
        l->index[i] = le64toh(l->index[i]);
    }
    return hash == get_u64(foot + FOOTER_HASHED_BYTES) || bad_footer(l, problem);
}

static bool read_footer(struct trace_layout *l, struct problem *problem)
{
    unsigned char foot[TRACE_FOOTER_BYTES];
    if (!trace_layout_read(l, l->frames_end, foot, sizeof foot, problem)) {
        return false;
    }
    l->frames = get_u32(foot + 4);
    uint64_t end = l->frames_end + TRACE_FOOTER_BYTES + 8 * (uint64_t)l->frames;
    if (get_u32(foot) != TRACE_FOOTER_MAGIC || end + TRACE_TRAILER_BYTES != l->file_bytes) {
        return bad_footer(l, problem);
    }
    l->totals = (struct trace_totals){
        .events = get_u64(foot + 8),
        .drain = get_u64(foot + 16),
        .peak_live_bytes = get_u64(foot + 24),
        .peak_live_blocks = get_u64(foot + 32),
        .slots = get_u64(foot + 40),
        .requested_bytes = get_u64(foot + 48),
        .digest = get_u64(foot + 56),
    };
    return read_index(l, foot, problem) && (totals_make_sense(l) || bad_footer(l, problem));
}

bool trace_layout_footer(struct trace_layout *l, struct problem *problem)
{
    unsigned char trailer[TRACE_TRAILER_BYTES];
    uint64_t least = l->frames_start + TRACE_FOOTER_BYTES + TRACE_TRAILER_BYTES;
    if (l->file_bytes < least) {
        return no_footer(l, problem);
    }
    if (!trace_layout_read(l, l->file_bytes - sizeof trailer, trailer, sizeof trailer, problem)) {
        return false;
    }
    uint64_t footer = get_u64(trailer);
    if (memcmp(trailer + 8, TRACE_END_MAGIC, TRACE_MAGIC_BYTES) != 0) {
        return no_footer(l, problem);
    }
    if (footer < l->frames_start || footer > l->file_bytes - TRACE_FOOTER_BYTES - sizeof trailer) {
        return bad_footer(l, problem);
    }
    l->frames_end = footer;
    if (!read_footer(l, problem)) {
        l->frames_end = l->file_bytes;
        return false;
    }
    return true;
}

void trace_layout_close(struct trace_layout *l)
{
    if (l->fd >= 0) {
        close(l->fd);
    }
    free(l->index);
}
