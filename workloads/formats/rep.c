/* rep.c - the .rep traces of the malloc lab of "Computer Systems: A Programmer's Perspective".
 *
 * White-space-separated words; newlines mean nothing. The header is 2 or 4 integers (the
 * classic `heap_size ids ops weight`, and the newer `weight ids ops data_bytes`; or `ids ops`),
 * then come `a ID SIZE`, `r ID SIZE` and `f ID`. A resized block keeps its id; one never
 * allocated is realloc(NULL). `r ID 0` frees. The id -1 is NULL.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "workloads/formats/exporter.h"
#include "workloads/formats/importer.h"

struct rep {
    struct source *in;
    struct sink *out;
    struct problem *problem;
    uint64_t line; /* of the operation being read */
    uint64_t ids, ops, said_ids, said_ops;
    uint64_t ids_line, ops_line; /* the line with the first one too many */
};

static bool is_operation(const char *word)
{
    return (word[0] == 'a' || word[0] == 'r' || word[0] == 'f') && !word[1];
}

/* Reads a word as a number of at least `least`. */
static bool read_number(struct rep *r, const char *what, int64_t least, int64_t *number)
{
    const char *word = source_word(r->in), *digits = word;
    uint64_t n;
    if (!word) {
        return source_failed(r->in, r->problem)
                   ? false
                   : source_bad_line(r->in, r->problem, r->line,
                                     "the file ends where %s is due: it was cut short", what);
    }
    if (is_operation(word)) {
        return source_bad_line(r->in, r->problem, r->line,
                               "the operation has no %s: '%s' is the next operation", what, word);
    }
    bool minus = *word == '-';
    digits += minus;
    if (*digits == '+' || !import_number(&digits, "", &n) || n > INT64_MAX ||
        (minus ? -(int64_t)n : (int64_t)n) < least) {
        return source_bad_line(r->in, r->problem, r->line, "'%.40s' is no %s", word, what);
    }
    *number = minus ? -(int64_t)n : (int64_t)n;
    return true;
}

/* Reads the integers before the first operation; the operation's word stays in in->text. */
static const char *read_header(struct rep *r)
{
    uint64_t numbers[4];
    size_t n = 0;
    const char *word;
    for (; (word = source_word(r->in)) && !is_operation(word); n++) {
        const char *digits = word;
        if (n == 4 || !import_number(&digits, "", &numbers[n])) {
            source_bad_line(r->in, r->problem, r->in->line,
                            "'%.40s' is no number of a .rep header (2 or 4 integers)", word);
            return NULL;
        }
    }
    if (n != 2 && n != 4) {
        if (!source_failed(r->in, r->problem)) {
            source_bad_line(r->in, r->problem, r->in->line,
                            "a .rep header has 2 or 4 integers, and here are %zu", n);
        }
        return NULL;
    }
    r->said_ids = numbers[n == 4];
    r->said_ops = numbers[n == 4 ? 2 : 1];
    return word ? word : "";
}

static bool allocate(struct rep *r, int64_t id, int64_t size)
{
    if (sink_has(r->out, (uint64_t)id)) {
        sink_warn(r->out,
                  "%s: line %" PRIu64 ": id %" PRId64 " is allocated again while it is live: the "
                  "earlier block leaks",
                  r->in->name, r->line, id);
        sink_leak(r->out, (uint64_t)id);
    }
    return sink_allocate(r->out, EVENT_MALLOC, (uint64_t)id, (uint64_t)size, 0, r->problem);
}

static bool release(struct rep *r, int64_t id)
{
    if (id == -1) {
        return true;
    }
    if (!sink_has(r->out, (uint64_t)id)) {
        sink_warn(r->out, "%s: line %" PRIu64 ": id %" PRId64 " is freed, but is not live: skipped",
                  r->in->name, r->line, id);
        return true;
    }
    return sink_free(r->out, (uint64_t)id, r->problem);
}

static bool resize(struct rep *r, int64_t id, int64_t size)
{
    bool live = sink_has(r->out, (uint64_t)id);
    if (size == 0) {
        return live ? sink_free(r->out, (uint64_t)id, r->problem) : true;
    }
    return live ? sink_resize(r->out, (uint64_t)id, (uint64_t)id, (uint64_t)size, r->problem)
                : allocate(r, id, size);
}

static bool read_operation(struct rep *r, char kind)
{
    int64_t id, size = 0;
    r->line = r->in->line;
    if (!read_number(r, "id", kind == 'f' ? -1 : 0, &id) ||
        (kind != 'f' && !read_number(r, "size", 0, &size))) {
        return false;
    }
    if (++r->ops > r->said_ops && !r->ops_line) {
        r->ops_line = r->line;
    }
    if (id >= (int64_t)r->ids) {
        r->ids = (uint64_t)id + 1;
        r->ids_line = r->ids > r->said_ids && !r->ids_line ? r->line : r->ids_line;
    }
    bool ok = kind == 'a'   ? allocate(r, id, size)
              : kind == 'f' ? release(r, id)
                            : resize(r, id, size);
    return ok || problem_prefix(r->problem, "%s: line %" PRIu64, r->in->name, r->line);
}

/* The lab's driver would stop here or refuse the file: the warning says where header and operations
 * contradict each other. */
static void compare_with_header(struct rep *r)
{
    if (r->ops != r->said_ops) {
        sink_warn(r->out,
                  "%s: line %" PRIu64 ": the header says %" PRIu64
                  " operations, and there are %" PRIu64 ": all were read",
                  r->in->name, r->ops_line ? r->ops_line : r->in->line, r->said_ops, r->ops);
    }
    if (r->ids != r->said_ids) {
        sink_warn(r->out,
                  "%s: line %" PRIu64 ": the header says %" PRIu64 " ids, and there are %" PRIu64
                  ": all were read",
                  r->in->name, r->ids_line ? r->ids_line : r->in->line, r->said_ids, r->ids);
    }
}

static bool rep_import(struct source *in, struct sink *out, struct problem *problem)
{
    struct rep r = {.in = in, .out = out, .problem = problem};
    const char *word = read_header(&r);
    if (!word) {
        return false;
    }
    for (; word && *word; word = source_word(in)) {
        if (!is_operation(word)) {
            return source_bad_line(in, problem, in->line, "'%.40s' is no operation (a, r or f)",
                                   word);
        }
        if (!read_operation(&r, *word)) {
            return false;
        }
    }
    if (source_failed(in, problem)) {
        return false;
    }
    compare_with_header(&r);
    return sink_flush(out, problem);
}

/* Two or four integers, then an operation. */
static bool rep_recognise(const unsigned char *head, size_t bytes, bool all)
{
    size_t numbers = 0, i = 0;
    while (i < bytes && i < 256) {
        size_t start = i;
        while (i < bytes && head[i] >= '0' && head[i] <= '9') {
            i++;
        }
        numbers += i > start;
        if (i < bytes && strchr("arf", head[i]) && head[i]) {
            return i == start && (numbers == 2 || numbers == 4) && i + 1 < bytes &&
                   strchr(" \t", head[i + 1]);
        }
        size_t space = i;
        while (i < bytes && (head[i] == ' ' || (head[i] >= '\t' && head[i] <= '\r'))) {
            i++;
        }
        if (i == space && i < bytes) {
            return false;
        }
    }
    return all && (numbers == 2 || numbers == 4) && i == bytes;
}

const struct importer import_rep = {
    .name = "rep",
    .summary = "CS:APP malloc lab traces (.rep), with either header",
    .lost = "threads, times, alignments",
    .recognise = rep_recognise,
    .import = rep_import,
};

/* The slot is the id. The classic header; its heap size is only a suggestion. */
static bool rep_export(struct export_source *in, FILE *out, struct problem *problem)
{
    const struct event *e;
    fprintf(out, "%" PRIu64 "\n%" PRIu64 "\n%" PRIu64 "\n1\n", in->totals.peak_live_bytes,
            in->totals.slots, in->totals.events);
    for (uint64_t gap; (e = export_next(in, &gap, problem));) {
        if (e->kind == EVENT_FREE) {
            fprintf(out, "f %" PRIu32 "\n", e->slot);
        } else {
            bool resize = e->kind == EVENT_REALLOC;
            uint64_t size = resize && e->size == 0 ? 1 : e->size; /* 0 would free */
            fprintf(out, "%c %" PRIu32 " %" PRIu64 "\n", resize ? 'r' : 'a', e->slot, size);
        }
    }
    return !problem->text[0];
}

const struct exporter export_rep = {
    .name = "rep",
    .summary = "CS:APP malloc lab traces (.rep)",
    .lost = "threads, times, alignments, whether calloc",
    .write = rep_export,
};
