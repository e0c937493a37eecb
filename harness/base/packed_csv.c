#define _GNU_SOURCE /* fopencookie */
#include "base/packed_csv.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zstd.h>

#include "base/regular_file.h"
#include "base/write_whole.h"

enum { LEVEL = 6, PATH_SIZE = 4400 };

/* ---- reading ---- */

struct reading {
    FILE *file;
    ZSTD_DStream *stream;
    ZSTD_inBuffer in;
    size_t wanted; /* by zstd, to end the frame that it is in; 0: it is between two */
    char block[1 << 16];
};

/* Takes the next piece of the file where all of the last one is used. False: the file ends here. */
static bool refill(struct reading *r)
{
    if (r->in.pos == r->in.size) {
        r->in = (ZSTD_inBuffer){r->block, fread(r->block, 1, sizeof r->block, r->file), 0};
    }
    return r->in.size > 0;
}

static ssize_t read_some(void *ctx, char *out, size_t size)
{
    struct reading *r = ctx;
    ZSTD_outBuffer to = {out, size, 0};
    while (to.pos == 0 && size > 0) {
        if (!refill(r)) {
            if (ferror(r->file)) {
                return -1;
            }
            errno = EBADMSG; /* the file ends inside a frame */
            return r->wanted ? -1 : 0;
        }
        r->wanted = ZSTD_decompressStream(r->stream, &to, &r->in);
        if (ZSTD_isError(r->wanted)) {
            errno = EBADMSG;
            return -1;
        }
    }
    return (ssize_t)to.pos;
}

static int close_reading(void *ctx)
{
    struct reading *r = ctx;
    ZSTD_freeDStream(r->stream);
    int status = fclose(r->file);
    free(r);
    return status;
}

/* A stream of what a compressed file holds, which closes the file with itself. */
static FILE *uncompressed(FILE *file)
{
    static const cookie_io_functions_t functions = {.read = read_some, .close = close_reading};
    struct reading *r = calloc(1, sizeof *r);
    if (!r) {
        fclose(file);
        return NULL;
    }
    r->file = file;
    r->stream = ZSTD_createDStream();
    FILE *out = r->stream ? fopencookie(r, "r", functions) : NULL;
    if (!out) {
        close_reading(r);
    }
    return out;
}

static bool packed_path(const char *path, char packed[PATH_SIZE])
{
    return snprintf(packed, PATH_SIZE, "%s" PACKED_CSV_SUFFIX, path) < PATH_SIZE;
}

FILE *packed_csv_open(const char *path, struct problem *problem)
{
    char packed[PATH_SIZE];
    FILE *file = regular_file_open(path, problem);
    if (file || errno != ENOENT || !packed_path(path, packed) || access(packed, F_OK) != 0) {
        return file;
    }
    file = regular_file_open(packed, problem);
    if (!file) {
        return NULL;
    }
    file = uncompressed(file);
    if (!file) {
        problem_set(problem, "%s: out of memory", packed);
        errno = ENOMEM;
    }
    return file;
}

bool packed_csv_exists(const char *path)
{
    char packed[PATH_SIZE];
    return access(path, F_OK) == 0 || (packed_path(path, packed) && access(packed, F_OK) == 0);
}

const char *packed_csv_error(int error)
{
    return error == EBADMSG ? "its compressed data is damaged, or ends too early" : strerror(error);
}

/* ---- whole files ---- */

/* Compresses one piece, or with last set what is left. */
static bool compress_piece(ZSTD_CCtx *stream, ZSTD_inBuffer in, bool last, int to)
{
    char out[1 << 16];
    for (size_t left = 1; left || in.pos < in.size;) {
        ZSTD_outBuffer some = {out, sizeof out, 0};
        left = ZSTD_compressStream2(stream, &some, &in, last ? ZSTD_e_end : ZSTD_e_continue);
        if (ZSTD_isError(left)) {
            errno = EIO;
            return false;
        }
        if (!write_whole(to, out, some.pos)) {
            return false;
        }
        left = last ? left : 0;
    }
    return true;
}

bool packed_csv_write(int from, size_t bytes, int to)
{
    char in[1 << 16];
    ZSTD_CCtx *stream = ZSTD_createCCtx();
    bool done = stream &&
                !ZSTD_isError(ZSTD_CCtx_setParameter(stream, ZSTD_c_compressionLevel, LEVEL)) &&
                !ZSTD_isError(ZSTD_CCtx_setParameter(stream, ZSTD_c_checksumFlag, 1));
    for (size_t at = 0; done && at < bytes;) {
        size_t most = bytes - at < sizeof in ? bytes - at : sizeof in;
        ssize_t got = pread(from, in, most, (off_t)at);
        at += got > 0 ? (size_t)got : 0;
        errno = got ? errno : EIO; /* the file is shorter than it was said to be */
        done = got > 0 && compress_piece(stream, (ZSTD_inBuffer){in, (size_t)got, 0}, false, to);
    }
    done = done && compress_piece(stream, (ZSTD_inBuffer){in, 0, 0}, true, to);
    ZSTD_freeCCtx(stream);
    return done;
}

bool packed_csv_unpack(int from, int to)
{
    char block[1 << 16];
    size_t got;
    int copy = dup(from);
    FILE *file = copy < 0 ? NULL : fdopen(copy, "r");
    FILE *text = file ? uncompressed(file) : NULL;
    if (!text) {
        if (copy >= 0 && !file) {
            close(copy);
        }
        return false;
    }
    bool done = true;
    while (done && (got = fread(block, 1, sizeof block, text)) > 0) {
        done = write_whole(to, block, got);
    }
    int error = errno;
    done = done && !ferror(text);
    fclose(text);
    errno = error;
    return done;
}
