/* mtrace.c - the log of glibc's mtrace (MALLOC_TRACE).
 *
 * Lines `@ CALLER OP ...`, of which CALLER may be missing and may contain anything:
 *   + 0xADDRESS 0xSIZE   allocated        - 0xADDRESS          freed
 *   < 0xOLD              resized: the block before, and on the next line
 *   > 0xNEW 0xSIZE       ... the block after      ! 0xADDRESS 0xSIZE   could not be resized
 * Other lines (`= Start`, `= End`) mean nothing.
 */
#include <inttypes.h>
#include <string.h>

#include "workloads/formats/address_log.h"

struct entry {
    char op;
    uint64_t address, size;
    bool has_size;
};

/* Reads "OP 0xADDRESS[ 0xSIZE]", all of a line's end. */
static bool read_entry(const char *text, struct entry *e)
{
    const char *at = text + 2;
    *e = (struct entry){.op = *text};
    if (!strchr("+-<>!", *text) || text[1] != ' ' || strncmp(at, "0x", 2) != 0 ||
        !import_number(&at, " ", &e->address)) {
        return false;
    }
    if (!*at) {
        return e->op == '-' || e->op == '<';
    }
    at++;
    e->has_size = import_number(&at, "", &e->size);
    return e->has_size && e->op != '-' && e->op != '<';
}

/* The operation is what ends the line; a caller's name may look like one. */
static bool find_entry(const char *line, struct entry *e)
{
    for (const char *at = line + strlen(line); at-- > line;) {
        if ((at == line || at[-1] == ' ') && *at && read_entry(at, e)) {
            return true;
        }
    }
    return false;
}

struct resize {
    uint64_t old; /* 0: none is under way */
    uint64_t line;
};

static bool apply(struct address_log *l, struct resize *r, const struct entry *e)
{
    uint64_t old = r->old;
    if (e->op != '>' && old) {
        sink_warn(l->out, "%s: line %" PRIu64 ": a '<' without its '>': skipped", l->in->name,
                  r->line);
    }
    r->old = 0;
    switch (e->op) {
    case '+':
        return address_allocate(l, EVENT_MALLOC, e->address, e->size, 0);
    case '-':
        return address_free(l, e->address);
    case '<':
        *r = (struct resize){e->address, l->line};
        return true;
    case '>':
        return address_resize(l, old, e->address, e->size);
    default:
        return true;
    }
}

static bool mtrace_import(struct source *in, struct sink *out, struct problem *problem)
{
    struct address_log l = {.in = in, .out = out, .problem = problem};
    struct resize resize = {0};
    struct entry e;
    uint64_t entries = 0;
    const char *line;
    for (; l.line = in->line, (line = source_line(in));) {
        if (!find_entry(line, &e)) {
            if (*line == '@' && !strstr(line, "(nil)")) {
                return source_bad_line(in, problem, l.line,
                                       "'%.60s' has no operation such as '+ 0x4052a0 0x64'", line);
            }
            continue;
        }
        entries++;
        if (!apply(&l, &resize, &e)) {
            return problem_prefix(problem, "%s: line %" PRIu64, in->name, l.line);
        }
    }
    if (source_failed(in, problem)) {
        return false;
    }
    if (entries == 0) {
        return problem_set(problem, "%s: there is no line such as '@ prog + 0x4052a0 0x64'",
                           in->name);
    }
    return sink_flush(out, problem);
}

static bool mtrace_recognise(const unsigned char *head, size_t bytes, bool all)
{
    (void)all;
    return (bytes >= 7 && !memcmp(head, "= Start", 7)) || (bytes >= 3 && !memcmp(head, "@ ", 2)) ||
           (bytes >= 4 && strchr("+-<>", head[0]) && !memcmp(head + 1, " 0x", 3));
}

const struct importer import_mtrace = {
    .name = "mtrace",
    .summary = "the log of glibc's mtrace (MALLOC_TRACE)",
    .lost = "threads, times, alignments, whether calloc",
    .recognise = mtrace_recognise,
    .import = mtrace_import,
};
