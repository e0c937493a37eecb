#include "present/figures/pdf_plain.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

enum { MOST_OBJECTS = 100000, MOST_INFLATED = 1 << 24 };

struct text {
    char *at;
    size_t length;
};

/* Where an object is: in the file at `where`, or in object stream `where` as number `index`. */
struct location {
    enum { NOWHERE = 0, IN_FILE = 1, IN_STREAM = 2 } kind;
    size_t where, index;
};

struct document {
    const char *pdf;
    size_t length, table;      /* of the file; where its table of offsets begins */
    struct location *location; /* of each object */
    long objects, root, info;
};

/* The number after a key in the dictionary that begins at `from`, or -1. */
static long value_of(const struct document *d, size_t from, const char *key)
{
    const char *start = d->pdf + from;
    const char *end = memmem(start, d->length - from, ">>", 2);
    const char *found = end ? memmem(start, (size_t)(end - start), key, strlen(key)) : NULL;
    return found ? strtol(found + strlen(key), NULL, 10) : -1;
}

/* Decompresses the stream of the object at `from`; the text is NULL if it cannot. */
static struct text inflate_stream(const struct document *d, size_t from)
{
    struct text none = {NULL, 0}, out = {malloc(MOST_INFLATED), 0};
    const char *start = memmem(d->pdf + from, d->length - from, "stream\n", 7);
    z_stream z = {.avail_in = 0};
    if (!start || !out.at || inflateInit(&z) != Z_OK) {
        free(out.at);
        return none;
    }
    start += strlen("stream\n");
    z.next_in = (unsigned char *)(uintptr_t)start;
    z.avail_in = (unsigned)(d->pdf + d->length - start);
    z.next_out = (unsigned char *)out.at;
    z.avail_out = MOST_INFLATED - 1;
    bool whole = inflate(&z, Z_FINISH) == Z_STREAM_END;
    out.length = z.total_out;
    inflateEnd(&z);
    if (!whole) {
        free(out.at);
        return none;
    }
    out.at[out.length] = '\0';
    return out;
}

static size_t big_endian(const char *at, long width)
{
    size_t value = 0;
    for (long i = 0; i < width; i++) {
        value = value << 8 | (unsigned char)at[i];
    }
    return value;
}

/* Reads the table of offsets, which is a stream too: three numbers an object. */
static bool read_table(struct document *d)
{
    static const char last_word[] = "startxref\n";
    const char *tail = NULL, *end = d->pdf + d->length;
    for (const char *at = d->pdf; (at = memmem(at, (size_t)(end - at), last_word, 10)); at++) {
        tail = at;
    }
    d->table = tail ? strtoul(tail + strlen(last_word), NULL, 10) : d->length;
    if (d->table >= d->length || value_of(d, d->table, "/Type /XRef") < 0) {
        return false;
    }
    const char *widths = memmem(d->pdf + d->table, d->length - d->table, "/W [", 4);
    long w[3] = {0};
    d->objects = value_of(d, d->table, "/Size ");
    d->root = value_of(d, d->table, "/Root ");
    d->info = value_of(d, d->table, "/Info ");
    if (!widths || sscanf(widths, "/W [%ld %ld %ld]", &w[0], &w[1], &w[2]) != 3 || w[0] != 1 ||
        w[1] < 1 || w[1] > 8 || w[2] < 0 || w[2] > 8 || d->objects < 1 ||
        d->objects > MOST_OBJECTS || d->root < 0 || d->info < 0) {
        return false;
    }
    struct text table = inflate_stream(d, d->table);
    long width = w[0] + w[1] + w[2];
    d->location = calloc((size_t)d->objects, sizeof *d->location);
    bool read = table.at && d->location && table.length >= (size_t)(width * d->objects);
    for (long i = 0; read && i < d->objects; i++) {
        const char *row = table.at + i * width;
        d->location[i].kind = *row == 1 ? IN_FILE : *row == 2 ? IN_STREAM : NOWHERE;
        d->location[i].where = big_endian(row + 1, w[1]);
        d->location[i].index = big_endian(row + 1 + w[1], w[2]);
        read = d->location[i].kind != IN_FILE || d->location[i].where < d->length;
    }
    free(table.at);
    return read;
}

/* Objects follow each other: one ends where the next begins. */
static size_t end_of(const struct document *d, size_t where)
{
    size_t end = where < d->table ? d->table : d->length;
    for (long i = 0; i < d->objects; i++) {
        size_t other = d->location[i].where;
        end = d->location[i].kind == IN_FILE && other > where && other < end ? other : end;
    }
    return end;
}

/* What only holds other objects, or tells where they are, has no place in a plain file. */
static bool is_container(const struct document *d, size_t where)
{
    return value_of(d, where, "/Type /ObjStm") >= 0 || value_of(d, where, "/Type /XRef") >= 0;
}

/* Writes an object that is in a stream: at its head are number and offset of each. */
static bool write_packed(const struct document *d, long number, FILE *out)
{
    const struct location *p = &d->location[number];
    if (p->where >= (size_t)d->objects || d->location[p->where].kind != IN_FILE) {
        return false;
    }
    size_t stream = d->location[p->where].where;
    long first = value_of(d, stream, "/First "), count = value_of(d, stream, "/N ");
    struct text in = inflate_stream(d, stream);
    bool found = in.at && first >= 0 && (size_t)first <= in.length && p->index < (size_t)count;
    char *at = in.at;
    size_t from = 0, to = found ? in.length - (size_t)first : 0;
    for (size_t i = 0; found && i <= p->index + 1 && i < (size_t)count; i++) {
        strtol(at, &at, 10);
        size_t offset = strtoul(at, &at, 10);
        from = i == p->index ? offset : from;
        to = i == p->index + 1 ? offset : to;
    }
    found = found && from <= to && to <= in.length - (size_t)first;
    if (found) {
        fprintf(out, "%ld 0 obj\n", number);
        fwrite(in.at + first + from, 1, to - from, out);
        fputs("endobj\n", out);
    }
    free(in.at);
    return found;
}

/* Writes every object, and then where each is. */
static bool write_plain(const struct document *d, FILE *out)
{
    long *offset = calloc((size_t)d->objects, sizeof *offset);
    size_t head = d->length;
    for (long i = 0; i < d->objects; i++) {
        head = d->location[i].kind == IN_FILE && d->location[i].where < head ? d->location[i].where
                                                                             : head;
    }
    bool written = offset != NULL;
    fwrite(d->pdf, 1, head, out);
    for (long i = 0; written && i < d->objects; i++) {
        const struct location *p = &d->location[i];
        if (p->kind == NOWHERE || (p->kind == IN_FILE && is_container(d, p->where))) {
            continue;
        }
        offset[i] = ftell(out);
        if (p->kind == IN_FILE) {
            fwrite(d->pdf + p->where, 1, end_of(d, p->where) - p->where, out);
        } else {
            written = write_packed(d, i, out);
        }
    }
    long table = ftell(out);
    fprintf(out, "xref\n0 %ld\n", d->objects);
    for (long i = 0; written && i < d->objects; i++) {
        fprintf(out, offset[i] ? "%010ld 00000 n \n" : "%010ld 65535 f \n", offset[i]);
    }
    fprintf(out,
            "trailer\n<< /Size %ld\n   /Root %ld 0 R\n   /Info %ld 0 R\n>>\nstartxref\n%ld\n"
            "%%%%EOF\n",
            d->objects, d->root, d->info, table);
    free(offset);
    return written;
}

char *pdf_plain(const char *pdf, size_t length, size_t *plain_length)
{
    struct document d = {.pdf = pdf, .length = length};
    char *plain = NULL;
    FILE *out = read_table(&d) ? open_memstream(&plain, plain_length) : NULL;
    bool written = out && write_plain(&d, out);
    if (out && (fclose(out) || !written)) {
        free(plain);
        plain = NULL;
    }
    free(d.location);
    return plain;
}
