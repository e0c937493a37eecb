#include "base/tar.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zstd.h>

#include "base/regular_file.h"

enum { BLOCK = 512, LEVEL = 12, PREFIX = 155, SHORT_NAME = 100 };

struct tar {
    char *path, part[PATH_MAX + 8];
    FILE *out;
    ZSTD_CCtx *zstd;
};

/* The header of a member, as POSIX.1-1988 has it. All numbers are octal texts. */
struct header {
    char name[SHORT_NAME], mode[8], uid[8], gid[8], size[12], time[12], sum[8], type;
    char link[SHORT_NAME], magic[6], version[2], user[32], group[32], major[8], minor[8];
    char prefix[PREFIX], rest[12];
};
_Static_assert(sizeof(struct header) == BLOCK, "a header is a block");

static bool failed(const struct tar *tar, struct problem *problem)
{
    return problem_set(problem, "%s: cannot be written: %s", tar->path, strerror(errno));
}

struct tar *tar_create(const char *path, struct problem *problem)
{
    struct tar *tar = calloc(1, sizeof *tar);
    if (!tar) {
        abort();
    }
    tar->path = strdup(path);
    int n = snprintf(tar->part, sizeof tar->part, "%s.part", path);
    tar->out = n < (int)sizeof tar->part ? fopen(tar->part, "we") : NULL;
    tar->zstd = ZSTD_createCCtx();
    if (!tar->path || !tar->zstd) {
        abort();
    }
    ZSTD_CCtx_setParameter(tar->zstd, ZSTD_c_compressionLevel, LEVEL);
    ZSTD_CCtx_setParameter(tar->zstd, ZSTD_c_checksumFlag, 1);
    if (!tar->out) {
        problem_set(problem, "%s: cannot be created: %s", path, strerror(errno));
        ZSTD_freeCCtx(tar->zstd);
        free(tar->path);
        free(tar);
        return NULL;
    }
    return tar;
}

static bool put(struct tar *tar, const void *bytes, size_t n, ZSTD_EndDirective mode,
                struct problem *problem)
{
    char block[1 << 16];
    ZSTD_inBuffer in = {bytes, n, 0};
    size_t left;
    do {
        ZSTD_outBuffer out = {block, sizeof block, 0};
        left = ZSTD_compressStream2(tar->zstd, &out, &in, mode);
        if (ZSTD_isError(left) || fwrite(block, 1, out.pos, tar->out) < out.pos) {
            return failed(tar, problem);
        }
    } while (mode == ZSTD_e_end ? left > 0 : in.pos < in.size);
    return true;
}

static bool pad(struct tar *tar, size_t bytes, struct problem *problem)
{
    static const char zeroes[BLOCK];
    size_t over = bytes % BLOCK;
    return over == 0 || put(tar, zeroes, BLOCK - over, ZSTD_e_continue, problem);
}

/* A long name is divided at a '/' into a prefix and the rest. */
static bool set_name(struct header *h, const char *name)
{
    size_t length = strlen(name);
    if (length <= SHORT_NAME) {
        memcpy(h->name, name, length);
        return true;
    }
    for (const char *slash = strchr(name, '/'); slash; slash = strchr(slash + 1, '/')) {
        size_t before = (size_t)(slash - name), after = length - before - 1;
        if (before <= PREFIX && after <= SHORT_NAME) {
            memcpy(h->prefix, name, before);
            memcpy(h->name, slash + 1, after);
            return true;
        }
    }
    return false;
}

static bool put_header(struct tar *tar, const char *name, size_t bytes, struct problem *problem)
{
    struct header h = {.type = '0', .magic = "ustar", .version = {'0', '0'}};
    if (!set_name(&h, name) || bytes >= (size_t)1 << 33) {
        return problem_set(problem,
                           "%s: '%s' is too long a name or too large a file for an archive",
                           tar->path, name);
    }
    snprintf(h.mode, sizeof h.mode, "%07o", 0644u);
    snprintf(h.uid, sizeof h.uid, "%07o", 0u);
    snprintf(h.gid, sizeof h.gid, "%07o", 0u);
    snprintf(h.size, sizeof h.size, "%011lo", (unsigned long)bytes);
    snprintf(h.time, sizeof h.time, "%011o", 0u);
    memset(h.sum, ' ', sizeof h.sum); /* as which the sum itself is added */
    unsigned sum = 0;
    for (size_t i = 0; i < sizeof h; i++) {
        sum += ((const unsigned char *)&h)[i];
    }
    snprintf(h.sum, sizeof h.sum, "%06o", sum);
    return put(tar, &h, sizeof h, ZSTD_e_continue, problem);
}

bool tar_add_text(struct tar *tar, const char *name, const char *text, size_t bytes,
                  struct problem *problem)
{
    return put_header(tar, name, bytes, problem) &&
           put(tar, text, bytes, ZSTD_e_continue, problem) && pad(tar, bytes, problem);
}

static bool put_stream(struct tar *tar, FILE *in, size_t bytes, const char *from,
                       struct problem *problem)
{
    char block[1 << 16];
    size_t left = bytes, got = 0;
    while (left > 0 && (got = fread(block, 1, left < sizeof block ? left : sizeof block, in)) > 0) {
        if (!put(tar, block, got, ZSTD_e_continue, problem)) {
            return false;
        }
        left -= got;
    }
    return left == 0 ? pad(tar, bytes, problem)
                     : problem_set(problem,
                                   "%s: cannot be read as a whole: does another program "
                                   "change it?",
                                   from);
}

bool tar_add_file(struct tar *tar, const char *name, const char *from, struct problem *problem)
{
    struct stat st;
    FILE *in = regular_file_open(from, problem);
    if (!in) {
        return false;
    }
    bool done =
        (fstat(fileno(in), &st) == 0 || problem_set(problem, "%s: %s", from, strerror(errno))) &&
        put_header(tar, name, (size_t)st.st_size, problem) &&
        put_stream(tar, in, (size_t)st.st_size, from, problem);
    fclose(in);
    return done;
}

bool tar_close(struct tar *tar, bool well, struct problem *problem)
{
    static const char end[2 * BLOCK];
    well = well && put(tar, end, sizeof end, ZSTD_e_end, problem);
    bool closed = fclose(tar->out) == 0;
    well = well && ((closed && rename(tar->part, tar->path) == 0) || failed(tar, problem));
    if (!well) {
        unlink(tar->part);
    }
    ZSTD_freeCCtx(tar->zstd);
    free(tar->path);
    free(tar);
    return well;
}
