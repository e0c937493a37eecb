/* row_file_packed.c - a row file that is kept compressed, as NAME.csv.zst.
 *
 * While the store is open, the text lies in a temporary file without a name, and whoever reads rows
 * reads that one: it need not know that the file is compressed. Whoever is about to change rows
 * first writes the text back to NAME.csv, since a compressed file cannot be appended to. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/packed_csv.h"
#include "base/regular_file.h"
#include "base/temporary.h"
#include "base/write_whole.h"
#include "results/row_file.h"

enum { NAME_SIZE = 128, MADE_SIZE = NAME_SIZE + 8 };

static bool failed(const struct row_file *f, const char *name, struct problem *problem)
{
    return problem_set(problem, "%s/%s: %s", f->path, name, packed_csv_error(errno));
}

static void packed_name(const struct row_file *f, char name[NAME_SIZE])
{
    snprintf(name, NAME_SIZE, "%s" PACKED_CSV_SUFFIX, f->name);
}

static int create(const struct row_file *f, const char *name)
{
    unlinkat(f->folder, name, 0);
    return openat(f->folder, name, O_RDWR | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0666);
}

/* Closes a file that was written under the name `made`, and gives it the name `name`. */
static bool put(const struct row_file *f, int fd, bool written, const char *made, const char *name,
                struct problem *problem)
{
    written = written && fdatasync(fd) == 0 && renameat(f->folder, made, f->folder, name) == 0 &&
              fsync(f->folder) == 0;
    if (!written) {
        failed(f, name, problem);
        unlinkat(f->folder, made, 0);
    }
    return written;
}

static bool unpack(struct row_file *f, int from, const char *name, struct problem *problem)
{
    char path[4400];
    struct stat st;
    snprintf(path, sizeof path, "%s/%s", f->path, name);
    if (!regular_file_check(from, path, problem)) {
        return false;
    }
    FILE *text = temporary_stream(problem);
    if (!text) {
        return false;
    }
    f->fd = fcntl(fileno(text), F_DUPFD_CLOEXEC, 0);
    fclose(text);
    if (f->fd < 0 || !packed_csv_unpack(from, f->fd) || fstat(f->fd, &st)) {
        return failed(f, name, problem);
    }
    f->length = st.st_size;
    f->packed = true;
    return true;
}

bool row_file_open_packed(struct row_file *f, struct problem *problem)
{
    char name[NAME_SIZE];
    packed_name(f, name);
    if (faccessat(f->folder, f->name, F_OK, 0) == 0) {
        return true;
    }
    int from = openat(f->folder, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (from < 0) {
        return errno == ENOENT || failed(f, name, problem);
    }
    bool done = unpack(f, from, name, problem);
    close(from);
    return done;
}

static bool copy(int from, off_t length, int to)
{
    for (off_t at = 0; at < length;) {
        ssize_t copied = copy_file_range(from, &at, to, NULL, (size_t)(length - at), 0);
        if (copied > 0) {
            continue;
        }
        char block[1 << 16]; /* the two are on different file systems */
        ssize_t got = pread(from, block, sizeof block, at);
        if (got <= 0 || !write_whole(to, block, (size_t)got)) {
            return false;
        }
        at += got;
    }
    return true;
}

bool row_file_unpack(struct row_file *f, struct problem *problem)
{
    char name[NAME_SIZE], made[MADE_SIZE];
    if (!f->packed) {
        return true;
    }
    packed_name(f, name);
    snprintf(made, sizeof made, ".%s.new", f->name);
    int fd = create(f, made);
    if (fd < 0) {
        return failed(f, f->name, problem);
    }
    if (!put(f, fd, copy(f->fd, f->length, fd), made, f->name, problem)) {
        close(fd);
        return false;
    }
    row_file_close(f);
    f->fd = fd;
    f->packed = false;
    /* From here on NAME.csv counts: it does no harm if the other one stays. */
    unlinkat(f->folder, name, 0);
    return true;
}

bool row_file_pack(struct row_file *f, struct problem *problem)
{
    char name[NAME_SIZE], made[MADE_SIZE];
    if (f->packed || (size_t)f->length <= strlen(f->header) + 1) {
        return true; /* a table without rows is as small as it can be */
    }
    packed_name(f, name);
    snprintf(made, sizeof made, ".%s.new", name);
    int fd = create(f, made);
    if (fd < 0) {
        return failed(f, name, problem);
    }
    bool done = put(f, fd, packed_csv_write(f->fd, (size_t)f->length, fd), made, name, problem);
    close(fd);
    /* The descriptor still has the text, which nobody can find by name any more. */
    f->packed = done && (unlinkat(f->folder, f->name, 0) == 0 || failed(f, f->name, problem));
    return f->packed;
}
