#define _GNU_SOURCE
#include "spec/imported.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/temporary.h"
#include "workloads/formats/import_file.h"
#include "workloads/trace/trace.h"

/* The environment variable with the path at which child processes find what this one read from
 * standard input. */
#define INPUT_VARIABLE "FITLAB_STANDARD_INPUT"

enum { IMPORTS_MOST = 256 };

/* What has been imported already. A file that was changed since then is imported again. */
static struct import {
    char *path;
    struct stat seen;
    int fd;
} imports[IMPORTS_MOST];
static size_t import_count;

static void path_of(int fd, char *out, size_t size)
{
    snprintf(out, size, "/proc/%ld/fd/%d", (long)getpid(), fd);
}

static bool is_trace(const char *path)
{
    char head[TRACE_MAGIC_BYTES] = "";
    FILE *file = fopen(path, "re");
    if (file) {
        (void)!fread(head, 1, sizeof head, file);
        fclose(file);
    }
    return !memcmp(head, TRACE_MAGIC, sizeof head);
}

static bool same_file(const struct stat *a, const struct stat *b)
{
    return a->st_dev == b->st_dev && a->st_ino == b->st_ino && a->st_size == b->st_size &&
           a->st_mtim.tv_sec == b->st_mtim.tv_sec && a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

/* Imports into a temporary file whose name is removed at once. -1 and a problem if it cannot. */
static int import_unnamed(const char *path, struct problem *problem)
{
    char trace[PATH_MAX];
    struct import_result unused;
    int fd = temporary_file("import", trace, problem);
    if (fd < 0) {
        return -1;
    }
    close(fd);
    const struct import_file job = {
        .in = path, .format = "auto", .out = trace, .program = "fitlab"};
    bool done = import_file(&job, &unused, problem);
    fd = done ? open(trace, O_RDONLY | O_CLOEXEC) : -1;
    if (done && fd < 0) {
        problem_set(problem, "%s: %s", trace, strerror(errno));
    }
    unlink(trace);
    return fd;
}

/* Copies standard input, which can be read once only, into such a file. */
static int copy_input(struct problem *problem)
{
    char path[PATH_MAX], bytes[65536];
    int fd = temporary_file("input", path, problem);
    if (fd < 0) {
        return -1;
    }
    unlink(path);
    for (ssize_t n; (n = read(STDIN_FILENO, bytes, sizeof bytes)) != 0;) {
        if (n < 0 || write(fd, bytes, (size_t)n) != n) {
            problem_set(problem, "standard input cannot be read or kept: %s", strerror(errno));
            close(fd);
            return -1;
        }
    }
    return fd;
}

/* The path of what standard input held. */
static bool input_path(char *out, size_t size, struct problem *problem)
{
    const char *known = getenv(INPUT_VARIABLE);
    if (known && access(known, R_OK) == 0) {
        snprintf(out, size, "%s", known);
        return true;
    }
    int fd = copy_input(problem);
    if (fd < 0) {
        return false;
    }
    path_of(fd, out, size);
    setenv(INPUT_VARIABLE, out, 1);
    return true;
}

static bool remember(const char *path, const struct stat *seen, int fd, struct problem *problem)
{
    if (import_count == IMPORTS_MOST || !(imports[import_count].path = strdup(path))) {
        close(fd);
        return problem_set(problem,
                           "%s: more than %d files to import: import them first, with "
                           "'fitlab import'",
                           path, IMPORTS_MOST);
    }
    imports[import_count].seen = *seen;
    imports[import_count++].fd = fd;
    return true;
}

bool imported_path(const char *path, char *out, size_t size, struct problem *problem)
{
    char input[64];
    struct stat seen;
    if (!strcmp(path, "-")) {
        if (!input_path(input, sizeof input, problem)) {
            return false;
        }
        path = input;
    }
    snprintf(out, size, "%s", path);
    if (stat(path, &seen) || !S_ISREG(seen.st_mode) || is_trace(path) ||
        !import_file_is_known(path)) {
        return true; /* the reader reports what is wrong with it */
    }
    for (size_t i = 0; i < import_count; i++) {
        if (!strcmp(imports[i].path, path) && same_file(&imports[i].seen, &seen)) {
            path_of(imports[i].fd, out, size);
            return true;
        }
    }
    int fd = import_unnamed(path, problem);
    if (fd < 0 || !remember(path, &seen, fd, problem)) {
        return false;
    }
    path_of(fd, out, size);
    return true;
}
