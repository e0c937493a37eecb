#include "workloads/formats/source.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

static void start(struct source *s, const char *name)
{
    s->name = name;
    s->file = NULL;
    s->at = s->end = s->buffer = NULL;
    s->offset = 0;
    s->line = 1;
    s->over = false;
    s->failure.text[0] = '\0';
}

bool source_open(struct source *s, const char *path, struct problem *problem)
{
    start(s, strcmp(path, "-") ? path : "standard input");
    s->buffer = malloc(SOURCE_BUFFER);
    if (!s->buffer) {
        return problem_set(problem, "%s: no memory to read it", s->name);
    }
    errno = 0;
    s->file = strcmp(path, "-") ? gzopen(path, "rb") : gzdopen(dup(STDIN_FILENO), "rb");
    return s->file || problem_set(problem, "%s: cannot open it: %s", s->name,
                                  errno ? strerror(errno) : "no memory");
}

void source_open_bytes(struct source *s, const char *name, const void *bytes, size_t n)
{
    start(s, name);
    s->at = bytes;
    s->end = s->at + n;
    s->offset = n;
    s->over = true;
}

void source_close(struct source *s)
{
    if (s->file) {
        gzclose(s->file);
    }
    free(s->buffer);
}

static void note_failure(struct source *s)
{
    int code;
    const char *what = gzerror(s->file, &code);
    problem_set(&s->failure, "%s: offset %" PRIu64 ": cannot read on: %s", s->name, s->offset,
                code == Z_ERRNO ? strerror(errno) : what);
}

/* Makes at least one byte available. False: there is none. */
static bool fill(struct source *s)
{
    if (s->at < s->end) {
        return true;
    }
    if (s->over) {
        return false;
    }
    int n = gzread(s->file, s->buffer, SOURCE_BUFFER);
    if (n <= 0) {
        s->over = true;
        int code;
        gzerror(s->file, &code);
        if (n < 0 || code != Z_OK) {
            note_failure(s);
        }
        return false;
    }
    s->at = s->buffer;
    s->end = s->buffer + n;
    s->offset += (uint64_t)n;
    return true;
}

size_t source_head(struct source *s, const unsigned char **head)
{
    size_t n = fill(s) ? (size_t)(s->end - s->at) : 0;
    *head = s->at;
    return n;
}

int source_peek(struct source *s)
{
    return fill(s) ? *s->at : -1;
}

int source_byte(struct source *s)
{
    if (!fill(s)) {
        return -1;
    }
    s->line += *s->at == '\n';
    return *s->at++;
}

uint64_t source_offset(const struct source *s)
{
    return s->offset - (uint64_t)(s->end - s->at);
}

const char *source_line(struct source *s)
{
    size_t n = 0;
    int c = source_byte(s);
    if (c < 0) {
        return NULL;
    }
    for (; c >= 0 && c != '\n'; c = source_byte(s)) {
        if (n < SOURCE_LINE - 1) {
            s->text[n++] = (char)c;
        }
    }
    n -= n > 0 && s->text[n - 1] == '\r';
    s->text[n] = '\0';
    return s->text;
}

static bool is_space(int c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

const char *source_word(struct source *s)
{
    size_t n = 0;
    while (is_space(source_peek(s))) {
        source_byte(s);
    }
    for (int c = source_peek(s); c >= 0 && !is_space(c); c = source_peek(s)) {
        source_byte(s);
        if (n < SOURCE_LINE - 1) {
            s->text[n++] = (char)c;
        }
    }
    s->text[n] = '\0';
    return n ? s->text : NULL;
}

bool source_failed(const struct source *s, struct problem *problem)
{
    if (s->failure.text[0]) {
        *problem = s->failure;
        return true;
    }
    return false;
}

bool source_bad_line(const struct source *s, struct problem *problem, uint64_t line,
                     const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(problem->text, sizeof problem->text, format, args);
    va_end(args);
    return problem_prefix(problem, "%s: line %" PRIu64, s->name, line);
}

bool source_bad_byte(const struct source *s, struct problem *problem, uint64_t offset,
                     const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(problem->text, sizeof problem->text, format, args);
    va_end(args);
    return problem_prefix(problem, "%s: offset %" PRIu64, s->name, offset);
}
