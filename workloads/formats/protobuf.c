/* protobuf.c - allocation traces as one proto2 message (.trace, often gzip-compressed).
 *
 * The file is a sequence of fields: 1 (length-delimited) is a line, 2 (varint) the most objects
 * live at once. A line holds one message, whose fields are varints; absence has a meaning:
 *   1 malloc  {1 result, 2 size, 3 alignment}        2 free   {1 input, ...}
 *   3 realloc {1 result, 2 input, 3 size}            4 calloc {1 result, 2 count, 3 size}
 * Objects are numbered, the lowest free number first; a realloc gives its input's number back
 * before it takes one for its result.
 */
#include <inttypes.h>

#include "workloads/formats/exporter.h"
#include "workloads/formats/importer.h"
#include "workloads/trace/bytes.h"

enum { LINE = 1, MOST_LIVE = 2 };
enum { MALLOC = 1, FREE, REALLOC, CALLOC };
enum { VARINT = 0, FIXED64 = 1, DELIMITED = 2, FIXED32 = 5 };
enum { FIELDS = 4 };

struct reader {
    struct source *in;
    struct sink *out;
    struct problem *problem;
    uint64_t start; /* offset of the line being read */
    uint64_t peak, said_peak;
};

/* The fields of one operation. */
struct operation {
    unsigned kind;
    bool has[FIELDS];
    uint64_t value[FIELDS];
};

static bool bad(const struct reader *r, uint64_t offset, const char *what)
{
    return source_failed(r->in, r->problem)
               ? false
               : source_bad_byte(r->in, r->problem, offset, "%s", what);
}

/* Reads a varint of which no byte is at `end` or beyond. */
static bool varint(struct reader *r, uint64_t end, uint64_t *n)
{
    uint64_t start = source_offset(r->in);
    *n = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
        if (source_offset(r->in) >= end) {
            return bad(r, start, "a number runs past its message");
        }
        int byte = source_byte(r->in);
        if (byte < 0) {
            return bad(r, start, "the file ends inside a number: it was cut short");
        }
        if (shift == 63 && byte > 1) {
            break;
        }
        *n |= (uint64_t)(byte & 0x7f) << shift;
        if (byte < 0x80) {
            return true;
        }
    }
    return bad(r, start, "a number has more than 64 bits");
}

static bool skip_bytes(struct reader *r, uint64_t n, uint64_t end)
{
    uint64_t start = source_offset(r->in);
    if (n > end - start) {
        return bad(r, start, "a field runs past its message");
    }
    for (; n > 0; n--) {
        if (source_byte(r->in) < 0) {
            return bad(r, start, "the file ends inside a field: it was cut short");
        }
    }
    return true;
}

static bool skip_field(struct reader *r, uint64_t tag, uint64_t end)
{
    uint64_t n;
    switch (tag & 7) {
    case VARINT:
        return varint(r, end, &n);
    case FIXED64:
        return skip_bytes(r, 8, end);
    case FIXED32:
        return skip_bytes(r, 4, end);
    case DELIMITED:
        return varint(r, end, &n) && skip_bytes(r, n, end);
    default:
        return bad(r, source_offset(r->in) - 1,
                   "a field of no known wire type: this is no such trace");
    }
}

/* Reads a length, and checks that so many bytes fit before `end`. */
static bool length(struct reader *r, uint64_t *end)
{
    uint64_t n;
    if (!varint(r, *end, &n)) {
        return false;
    }
    if (n > *end - source_offset(r->in)) {
        return bad(r, source_offset(r->in), "a message runs past the one around it");
    }
    *end = source_offset(r->in) + n;
    return true;
}

static bool read_operation(struct reader *r, uint64_t end, struct operation *op)
{
    while (source_offset(r->in) < end) {
        uint64_t tag;
        if (!varint(r, end, &tag)) {
            return false;
        }
        uint64_t field = tag >> 3;
        if (field == 0 || field >= FIELDS || (tag & 7) != VARINT) {
            if (!skip_field(r, tag, end)) {
                return false;
            }
        } else if (varint(r, end, &op->value[field])) {
            op->has[field] = true;
        } else {
            return false;
        }
    }
    return true;
}

static bool read_line(struct reader *r, struct operation *op)
{
    uint64_t end = UINT64_MAX, tag;
    if (!length(r, &end)) {
        return false;
    }
    while (source_offset(r->in) < end) {
        uint64_t inner = end;
        if (!varint(r, end, &tag)) {
            return false;
        }
        if ((tag & 7) != DELIMITED || tag >> 3 < MALLOC || tag >> 3 > CALLOC) {
            if (!skip_field(r, tag, end)) {
                return false;
            }
            continue;
        }
        *op = (struct operation){.kind = (unsigned)(tag >> 3)};
        if (!length(r, &inner) || !read_operation(r, inner, op)) {
            return false;
        }
    }
    return true;
}

static bool allocate(struct reader *r, enum event_kind kind, uint64_t id, uint64_t size,
                     uint64_t align)
{
    if (id == UINT64_MAX || sink_has(r->out, id)) {
        return bad(r, r->start, "an object gets the number of one that is live");
    }
    if (align & (align - 1)) {
        return bad(r, r->start, "an alignment is no power of two");
    }
    bool plain = align <= 16;
    return sink_allocate(r->out, plain ? kind : EVENT_ALIGNED, id, size,
                         plain ? 0 : (unsigned)__builtin_ctzll(align), r->problem);
}

/* An operation without a result failed, or had nothing to do. */
static bool apply_malloc(struct reader *r, const struct operation *op)
{
    enum { RESULT = 1, SIZE, ALIGNMENT };
    return !op->has[RESULT] || allocate(r, EVENT_MALLOC, op->value[RESULT], op->value[SIZE],
                                        op->has[ALIGNMENT] ? op->value[ALIGNMENT] : 0);
}

static bool apply_calloc(struct reader *r, const struct operation *op)
{
    enum { RESULT = 1, COUNT, SIZE };
    uint64_t size;
    if (__builtin_mul_overflow(op->value[COUNT], op->value[SIZE], &size)) {
        return !op->has[RESULT] ||
               bad(r, r->start, "a calloc of more than 2^64 bytes has a result");
    }
    return !op->has[RESULT] || allocate(r, EVENT_CALLOC, op->value[RESULT], size, 0);
}

static bool apply_free(struct reader *r, const struct operation *op)
{
    enum { INPUT = 1 };
    if (!op->has[INPUT]) {
        return true;
    }
    return sink_has(r->out, op->value[INPUT])
               ? sink_free(r->out, op->value[INPUT], r->problem)
               : bad(r, r->start, "an object is freed that is not live");
}

static bool apply_realloc(struct reader *r, const struct operation *op)
{
    enum { RESULT = 1, INPUT, SIZE };
    uint64_t from = op->value[INPUT], to = op->value[RESULT];
    if (!op->has[INPUT]) {
        return !op->has[RESULT] || allocate(r, EVENT_MALLOC, to, op->value[SIZE], 0);
    }
    if (!sink_has(r->out, from)) {
        return bad(r, r->start, "an object is resized that is not live");
    }
    if (!op->has[RESULT]) {
        return op->value[SIZE] > 0 || sink_free(r->out, from, r->problem);
    }
    if (to == UINT64_MAX || (to != from && sink_has(r->out, to))) {
        return bad(r, r->start, "an object gets the number of one that is live");
    }
    return sink_resize(r->out, from, to, op->value[SIZE], r->problem);
}

static bool apply(struct reader *r, const struct operation *op)
{
    switch (op->kind) {
    case MALLOC:
        return apply_malloc(r, op);
    case FREE:
        return apply_free(r, op);
    case REALLOC:
        return apply_realloc(r, op);
    case CALLOC:
        return apply_calloc(r, op);
    default:
        return true; /* a line with nothing that is known */
    }
}

static bool read_field(struct reader *r)
{
    uint64_t tag;
    struct operation op = {0};
    r->start = source_offset(r->in);
    if (!varint(r, UINT64_MAX, &tag)) {
        return false;
    }
    if (tag == (MOST_LIVE << 3 | VARINT)) {
        return varint(r, UINT64_MAX, &r->said_peak);
    }
    if (tag != (LINE << 3 | DELIMITED)) {
        return skip_field(r, tag, UINT64_MAX);
    }
    if (!read_line(r, &op) || !apply(r, &op)) {
        return false;
    }
    uint64_t live = r->out->map.bindings;
    r->peak = live > r->peak ? live : r->peak;
    return true;
}

static bool protobuf_import(struct source *in, struct sink *out, struct problem *problem)
{
    struct reader r = {.in = in, .out = out, .problem = problem};
    while (source_peek(in) >= 0) {
        if (!read_field(&r)) {
            return false;
        }
    }
    if (source_failed(in, problem)) {
        return false;
    }
    if (r.said_peak && r.said_peak != r.peak) {
        sink_warn(out,
                  "%s: offset %" PRIu64 ": it says that at most %" PRIu64
                  " objects are live, and there are %" PRIu64 ": was it cut short?",
                  in->name, source_offset(in), r.said_peak, r.peak);
    }
    return sink_flush(out, problem) && sink_mark_trailing_frees(out);
}

/* A line of at least one known operation, both lengths in one byte. */
static bool protobuf_recognise(const unsigned char *head, size_t bytes, bool all)
{
    (void)all;
    return bytes >= 4 && head[0] == (LINE << 3 | DELIMITED) && head[1] >= 2 && head[1] < 0x80 &&
           head[2] >= (MALLOC << 3 | DELIMITED) && head[2] <= (CALLOC << 3 | DELIMITED) &&
           (head[2] & 7) == DELIMITED && head[3] == head[1] - 2;
}

const struct importer import_protobuf = {
    .name = "protobuf",
    .summary = "allocation traces as a protocol buffer (.trace)",
    .lost = "threads, times",
    .recognise = protobuf_recognise,
    .import = protobuf_import,
};

/* A field of an operation; the sizes here keep every length below one byte's. */
static unsigned char *put_field(unsigned char *to, unsigned field, uint64_t value)
{
    *to++ = (unsigned char)(field << 3 | VARINT);
    return put_varint(to, value);
}

/* The slot is the number: both are dense, the lowest first. */
static size_t encode(const struct event *e, unsigned char *line)
{
    static const unsigned kinds[EVENT_KINDS] = {MALLOC, CALLOC, MALLOC, REALLOC, FREE};
    unsigned char *body = line + 4, *at = put_field(body, 1, e->slot);
    switch (e->kind) {
    case EVENT_MALLOC:
        at = put_field(at, 2, e->size);
        break;
    case EVENT_ALIGNED:
        at = put_field(put_field(at, 2, e->size), 3, UINT64_C(1) << e->align_log2);
        break;
    case EVENT_CALLOC:
        at = put_field(put_field(at, 2, 1), 3, e->size);
        break;
    case EVENT_REALLOC:
        at = put_field(put_field(at, 2, e->slot), 3, e->size);
        break;
    default:
        break;
    }
    line[0] = LINE << 3 | DELIMITED;
    line[1] = (unsigned char)(at - body + 2);
    line[2] = (unsigned char)(kinds[e->kind] << 3 | DELIMITED);
    line[3] = (unsigned char)(at - body);
    return (size_t)(at - line);
}

static bool protobuf_export(struct export_source *in, FILE *out, struct problem *problem)
{
    unsigned char line[64];
    const struct event *e;
    for (uint64_t gap; (e = export_next(in, &gap, problem));) {
        fwrite(line, 1, encode(e, line), out);
    }
    fwrite(line, 1, (size_t)(put_field(line, MOST_LIVE, in->totals.peak_live_blocks) - line), out);
    return !problem->text[0];
}

const struct exporter export_protobuf = {
    .name = "protobuf",
    .summary = "allocation traces as a protocol buffer (.trace)",
    .lost = "threads, times",
    .write = protobuf_export,
};
