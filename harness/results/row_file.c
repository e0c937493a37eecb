#include "results/row_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/regular_file.h"
#include "base/write_whole.h"
#include "workloads/array.h"

enum { KEY_DIGITS = 16 };

const char row_file_other_columns[] = "its columns are not those of this fitlab: choose another "
                                      "folder (plot, report and compare read this one as it is)";

static bool failed(const struct row_file *row_file, struct problem *problem)
{
    const char *remedy = errno == ENOSPC || errno == EDQUOT ? "make room"
                         : errno == EFBIG                   ? "raise the limit (ulimit -f)"
                                                            : NULL;
    return problem_set(problem, "%s/%s: %s%s%s%s", row_file->path, row_file->name, strerror(errno),
                       remedy ? "; " : "", remedy ? remedy : "",
                       remedy ? " and give the same command again: it goes on from here" : "");
}

bool row_file_key(const char *text, uint64_t *key)
{
    *key = 0;
    for (int i = 0; i < KEY_DIGITS; i++) {
        char c = text[i];
        if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) {
            return false;
        }
        *key = *key << 4 | (uint64_t)(c <= '9' ? c - '0' : c - 'a' + 10);
    }
    return true;
}

bool row_file_sync(const struct row_file *row_file, struct problem *problem)
{
    return !fdatasync(row_file->fd) || failed(row_file, problem);
}

void row_file_cut(struct row_file *row_file, off_t length, struct problem *problem)
{
    if (ftruncate(row_file->fd, length)) {
        problem_prefix(problem, "a torn row stays behind, to be cut off next time");
    }
    row_file->length = length;
}

bool row_file_append(struct row_file *row_file, const char *rows, size_t bytes,
                     struct problem *problem)
{
    if (!row_file_unpack(row_file, problem)) {
        return false;
    }
    if (!write_whole(row_file->fd, rows, bytes)) {
        failed(row_file, problem);
        row_file_cut(row_file, row_file->length, problem);
        return false;
    }
    row_file->length += (off_t)bytes;
    return true;
}

static bool start(struct row_file *row_file, struct problem *problem)
{
    if (ftruncate(row_file->fd, 0)) {
        return failed(row_file, problem);
    }
    row_file->length = 0;
    return row_file_append(row_file, row_file->header, strlen(row_file->header), problem) &&
           row_file_append(row_file, "\n", 1, problem) && row_file_sync(row_file, problem);
}

/* Whether the header line, as far as it is there, is the beginning of ours, and the line has an
 * end. */
static bool check_header(struct row_file *row_file, struct problem *problem)
{
    size_t length = strlen(row_file->header);
    char *line = calloc(1, length + 2);
    ssize_t got = line ? pread(row_file->fd, line, length + 1, 0) : -1;
    if (got < 0) {
        free(line);
        return failed(row_file, problem);
    }
    bool same = !strncmp(line, row_file->header, (size_t)got < length ? (size_t)got : length);
    bool whole = same && (size_t)got > length && line[length] == '\n';
    bool torn = same && (size_t)got <= length;
    free(line);
    if (whole) {
        return true;
    }
    if (torn) {
        return start(row_file, problem);
    }
    return problem_set(problem, "%s/%s: %s", row_file->path, row_file->name,
                       row_file_other_columns);
}

bool row_file_open(struct row_file *row_file, struct problem *problem)
{
    row_file->packed = false;
    if (!row_file_open_packed(row_file, problem)) {
        return false;
    }
    if (row_file->packed) {
        return check_header(row_file, problem);
    }
    row_file->fd = openat(row_file->folder, row_file->name,
                          O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NONBLOCK, 0666);
    if (row_file->fd < 0) {
        return failed(row_file, problem);
    }
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", row_file->path, row_file->name);
    if (!regular_file_check(row_file->fd, path, problem)) {
        return false;
    }
    struct stat st;
    if (fstat(row_file->fd, &st)) {
        return failed(row_file, problem);
    }
    row_file->length = st.st_size;
    return check_header(row_file, problem);
}

void row_file_close(struct row_file *row_file)
{
    if (row_file->fd >= 0) {
        close(row_file->fd);
        row_file->fd = -1;
    }
}

/* Whether a line has as many cells as the header and no byte that no row holds. Blocks of a file
 * that were lost in a crash of the machine read as zeroes. */
static bool is_row(const char *line, size_t length, size_t commas, uint64_t *key)
{
    if (length <= KEY_DIGITS || line[KEY_DIGITS] != ',' || !row_file_key(line, key)) {
        return false;
    }
    bool quoted = false;
    size_t seen = 0;
    for (size_t i = 0; i < length; i++) {
        quoted ^= line[i] == '"';
        seen += !quoted && line[i] == ',';
        if (!line[i]) {
            return false;
        }
    }
    return !quoted && seen == commas;
}

static bool add_row(struct row_file_scan *scan, size_t *room, uint64_t key, size_t at, size_t bytes)
{
    struct row_file_run *last = scan->runs ? &scan->run[scan->runs - 1] : NULL;
    if (last && last->key == key && last->at + last->bytes == at) {
        last->bytes += bytes;
        return true;
    }
    struct row_file_run *grown = array_reserve(scan->run, room, scan->runs + 1, sizeof *grown);
    if (!grown) {
        return false;
    }
    scan->run = grown;
    scan->run[scan->runs++] = (struct row_file_run){key, at, bytes};
    return true;
}

static bool scan_lines(const struct row_file *row_file, const char *text,
                       struct row_file_scan *scan)
{
    size_t commas = 0, room = 0, length = (size_t)row_file->length;
    for (const char *c = row_file->header; *c; c++) {
        commas += *c == ',';
    }
    for (size_t at = strlen(row_file->header) + 1; at < length;) {
        const char *end = memchr(text + at, '\n', length - at);
        size_t bytes = end ? (size_t)(end - (text + at)) : length - at;
        uint64_t key;
        if (!end || !is_row(text + at, bytes, commas, &key)) {
            scan->damaged = true;
        } else if (!add_row(scan, &room, key, at, bytes + 1)) {
            return false;
        }
        at += bytes + 1;
    }
    return true;
}

bool row_file_scan(const struct row_file *row_file, struct row_file_scan *scan,
                   struct problem *problem)
{
    *scan = (struct row_file_scan){0};
    size_t length = (size_t)row_file->length;
    char *text = mmap(NULL, length, PROT_READ, MAP_SHARED, row_file->fd, 0);
    if (text == MAP_FAILED) {
        return failed(row_file, problem);
    }
    bool scanned = scan_lines(row_file, text, scan);
    munmap(text, length);
    if (!scanned) {
        free(scan->run);
        return failed(row_file, problem);
    }
    return true;
}

bool row_file_each(const struct row_file *row_file, row_file_visitor *visit, void *ctx,
                   struct problem *problem)
{
    struct row_file_scan scan;
    if (!row_file_scan(row_file, &scan, problem)) {
        return false;
    }
    size_t length = (size_t)row_file->length;
    char *text = mmap(NULL, length, PROT_READ, MAP_SHARED, row_file->fd, 0);
    if (text == MAP_FAILED) {
        free(scan.run);
        return failed(row_file, problem);
    }
    for (size_t i = 0; i < scan.runs; i++) {
        visit(scan.run[i].key, text + scan.run[i].at, scan.run[i].bytes, ctx);
    }
    munmap(text, length);
    free(scan.run);
    return true;
}

bool row_file_print(const struct row_file *row_file, const struct row_file_run *run, FILE *out)
{
    char block[65536];
    for (size_t done = 0; done < run->bytes;) {
        size_t most = run->bytes - done < sizeof block ? run->bytes - done : sizeof block;
        ssize_t got = pread(row_file->fd, block, most, (off_t)(run->at + done));
        if (got <= 0 || fwrite(block, 1, (size_t)got, out) < (size_t)got) {
            return false;
        }
        done += (size_t)got;
    }
    return true;
}

bool row_file_copy(const struct row_file *from, const struct row_file_run *run, size_t runs,
                   struct row_file *to, struct problem *problem)
{
    size_t length = (size_t)from->length;
    char *text = mmap(NULL, length, PROT_READ, MAP_SHARED, from->fd, 0);
    if (text == MAP_FAILED) {
        return failed(from, problem);
    }
    bool copied = true;
    for (size_t i = 0; copied && i < runs;) {
        size_t first = i++, bytes = run[first].bytes;
        while (i < runs && run[i].at == run[first].at + bytes) {
            bytes += run[i++].bytes;
        }
        copied = row_file_append(to, text + run[first].at, bytes, problem);
    }
    munmap(text, length);
    return copied;
}

bool row_file_rewrite(struct row_file *row_file, const struct row_file_run *run, size_t runs,
                      struct problem *problem)
{
    char fresh_name[128];
    snprintf(fresh_name, sizeof fresh_name, ".%s.new", row_file->name);
    unlinkat(row_file->folder, fresh_name, 0);
    struct row_file fresh = *row_file;
    fresh.name = fresh_name;
    if (!row_file_unpack(row_file, problem)) {
        return false;
    }
    bool done = row_file_open(&fresh, problem) &&
                row_file_copy(row_file, run, runs, &fresh, problem) &&
                row_file_sync(&fresh, problem) &&
                (!renameat(row_file->folder, fresh_name, row_file->folder, row_file->name) ||
                 failed(row_file, problem));
    if (!done) {
        row_file_close(&fresh);
        unlinkat(row_file->folder, fresh_name, 0);
        return false;
    }
    row_file_close(row_file);
    row_file->fd = fresh.fd;
    row_file->length = fresh.length;
    return !fsync(row_file->folder) || failed(row_file, problem);
}
