/* source.h - the bytes of a file to import, plain or gzip, in constant memory. */
#ifndef FITLAB_SOURCE_H
#define FITLAB_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "workloads/problem.h"

enum { SOURCE_BUFFER = 65536, SOURCE_LINE = 4096 };

struct source {
    const char *name; /* the path, for messages; borrowed */
    void *file;       /* gzFile; NULL: bytes in memory */
    const unsigned char *at, *end;
    uint64_t offset; /* of end, after decompression */
    uint64_t line;   /* lines that ended so far + 1: where `at` is */
    bool over;       /* there is nothing behind end */
    unsigned char *buffer;
    struct problem failure; /* its text is not empty once reading has failed */
    char text[SOURCE_LINE];
};

/* Opens a file ("-": standard input). False and a problem; close it in either case. */
bool source_open(struct source *, const char *path, struct problem *);

/* The same over bytes that stay where they are. */
void source_open_bytes(struct source *, const char *name, const void *bytes, size_t n);
void source_close(struct source *);

/* What the file starts with: up to SOURCE_BUFFER bytes, before anything else is read. */
size_t source_head(struct source *, const unsigned char **);

/* The next byte, or -1: the end, or a failure (source_failed). */
int source_byte(struct source *);

/* The next byte, which stays there. */
int source_peek(struct source *);

/* The offset of the next byte. */
uint64_t source_offset(const struct source *);

/* The next line without its newline, in s->text; longer ones are cut there. NULL: the end. */
const char *source_line(struct source *);

/* The next word between white space, in s->text; NULL: the end. Cut as lines are. */
const char *source_word(struct source *);

/* True, and the problem, if the end came from a failure to read or decompress. */
bool source_failed(const struct source *, struct problem *);

/* "NAME: line N: ..." and "NAME: offset N: ..."; both return false. */
bool source_bad_line(const struct source *, struct problem *, uint64_t line, const char *format,
                     ...) __attribute__((format(printf, 4, 5)));
bool source_bad_byte(const struct source *, struct problem *, uint64_t offset, const char *format,
                     ...) __attribute__((format(printf, 4, 5)));

#endif
