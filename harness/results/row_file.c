#include "results/row_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "workloads/array.h"

enum { KEY_DIGITS = 16 };

static bool failed(const struct sheet *sheet, struct problem *problem)
{
    const char *remedy = errno == ENOSPC || errno == EDQUOT ? "make room"
                         : errno == EFBIG                   ? "raise the limit (ulimit -f)"
                                                            : NULL;
    return problem_set(problem, "%s/%s: %s%s%s%s", sheet->path, sheet->name, strerror(errno),
                       remedy ? "; " : "", remedy ? remedy : "",
                       remedy ? " and give the same command again: it goes on from here" : "");
}

bool sheet_key(const char *text, uint64_t *key)
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

static bool write_all(int fd, const char *bytes, size_t n)
{
    while (n > 0) {
        ssize_t wrote = write(fd, bytes, n);
        if (wrote < 0 && errno != EINTR) {
            return false;
        }
        if (wrote > 0) {
            bytes += wrote;
            n -= (size_t)wrote;
        }
    }
    return true;
}

bool sheet_sync(const struct sheet *sheet, struct problem *problem)
{
    return !fdatasync(sheet->fd) || failed(sheet, problem);
}

void sheet_cut(struct sheet *sheet, off_t length, struct problem *problem)
{
    if (ftruncate(sheet->fd, length)) {
        problem_prefix(problem, "a torn row stays behind, to be cut off next time");
    }
    sheet->length = length;
}

bool sheet_append(struct sheet *sheet, const char *rows, size_t bytes, struct problem *problem)
{
    if (!write_all(sheet->fd, rows, bytes)) {
        failed(sheet, problem);
        sheet_cut(sheet, sheet->length, problem);
        return false;
    }
    sheet->length += (off_t)bytes;
    return true;
}

static bool start(struct sheet *sheet, struct problem *problem)
{
    if (ftruncate(sheet->fd, 0)) {
        return failed(sheet, problem);
    }
    sheet->length = 0;
    return sheet_append(sheet, sheet->header, strlen(sheet->header), problem) &&
           sheet_append(sheet, "\n", 1, problem) && sheet_sync(sheet, problem);
}

/* What can be read of the header line is the beginning of ours, and the line has an end. */
static bool check_header(struct sheet *sheet, struct problem *problem)
{
    size_t length = strlen(sheet->header);
    char *line = calloc(1, length + 2);
    ssize_t got = line ? pread(sheet->fd, line, length + 1, 0) : -1;
    if (got < 0) {
        free(line);
        return failed(sheet, problem);
    }
    bool same = !strncmp(line, sheet->header, (size_t)got < length ? (size_t)got : length);
    bool whole = same && (size_t)got > length && line[length] == '\n';
    bool torn = same && (size_t)got <= length;
    free(line);
    if (whole) {
        return true;
    }
    if (torn) {
        return start(sheet, problem);
    }
    return problem_set(problem,
                       "%s/%s: its columns are not those of this fitlab: choose another folder",
                       sheet->path, sheet->name);
}

bool sheet_open(struct sheet *sheet, struct problem *problem)
{
    sheet->fd = openat(sheet->folder, sheet->name, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    if (sheet->fd < 0) {
        return failed(sheet, problem);
    }
    struct stat st;
    if (fstat(sheet->fd, &st)) {
        return failed(sheet, problem);
    }
    sheet->length = st.st_size;
    return check_header(sheet, problem);
}

void sheet_close(struct sheet *sheet)
{
    if (sheet->fd >= 0) {
        close(sheet->fd);
        sheet->fd = -1;
    }
}

/* As many cells as the header has, and no byte that no row holds: blocks that a machine lost
 * before they reached the disk read as zeroes. */
static bool is_row(const char *line, size_t length, size_t commas, uint64_t *key)
{
    if (length <= KEY_DIGITS || line[KEY_DIGITS] != ',' || !sheet_key(line, key)) {
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

static bool add_row(struct sheet_scan *scan, size_t *room, uint64_t key, size_t at, size_t bytes)
{
    struct sheet_run *last = scan->runs ? &scan->run[scan->runs - 1] : NULL;
    if (last && last->key == key && last->at + last->bytes == at) {
        last->bytes += bytes;
        return true;
    }
    struct sheet_run *grown = array_reserve(scan->run, room, scan->runs + 1, sizeof *grown);
    if (!grown) {
        return false;
    }
    scan->run = grown;
    scan->run[scan->runs++] = (struct sheet_run){key, at, bytes};
    return true;
}

static bool scan_lines(const struct sheet *sheet, const char *text, struct sheet_scan *scan)
{
    size_t commas = 0, room = 0, length = (size_t)sheet->length;
    for (const char *c = sheet->header; *c; c++) {
        commas += *c == ',';
    }
    for (size_t at = strlen(sheet->header) + 1; at < length;) {
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

bool sheet_scan(const struct sheet *sheet, struct sheet_scan *scan, struct problem *problem)
{
    *scan = (struct sheet_scan){0};
    size_t length = (size_t)sheet->length;
    char *text = mmap(NULL, length, PROT_READ, MAP_SHARED, sheet->fd, 0);
    if (text == MAP_FAILED) {
        return failed(sheet, problem);
    }
    bool scanned = scan_lines(sheet, text, scan);
    munmap(text, length);
    if (!scanned) {
        free(scan->run);
        return failed(sheet, problem);
    }
    return true;
}

bool sheet_print(const struct sheet *sheet, const struct sheet_run *run, FILE *out)
{
    char block[65536];
    for (size_t done = 0; done < run->bytes;) {
        size_t most = run->bytes - done < sizeof block ? run->bytes - done : sizeof block;
        ssize_t got = pread(sheet->fd, block, most, (off_t)(run->at + done));
        if (got <= 0 || fwrite(block, 1, (size_t)got, out) < (size_t)got) {
            return false;
        }
        done += (size_t)got;
    }
    return true;
}

bool sheet_copy(const struct sheet *from, const struct sheet_run *run, size_t runs,
                struct sheet *to, struct problem *problem)
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
        copied = sheet_append(to, text + run[first].at, bytes, problem);
    }
    munmap(text, length);
    return copied;
}

bool sheet_rewrite(struct sheet *sheet, const struct sheet_run *run, size_t runs,
                   struct problem *problem)
{
    char fresh_name[128];
    snprintf(fresh_name, sizeof fresh_name, ".%s.new", sheet->name);
    unlinkat(sheet->folder, fresh_name, 0);
    struct sheet fresh = *sheet;
    fresh.name = fresh_name;
    bool done = sheet_open(&fresh, problem) && sheet_copy(sheet, run, runs, &fresh, problem) &&
                sheet_sync(&fresh, problem) &&
                (!renameat(sheet->folder, fresh_name, sheet->folder, sheet->name) ||
                 failed(sheet, problem));
    if (!done) {
        sheet_close(&fresh);
        unlinkat(sheet->folder, fresh_name, 0);
        return false;
    }
    sheet_close(sheet);
    sheet->fd = fresh.fd;
    sheet->length = fresh.length;
    return !fsync(sheet->folder) || failed(sheet, problem);
}
