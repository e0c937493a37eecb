#define _GNU_SOURCE
#include "base/regular_file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

bool regular_file_check(int fd, const char *path, struct problem *problem)
{
    struct stat st;
    if (fstat(fd, &st)) {
        return problem_set(problem, "%s: %s", path, strerror(errno));
    }
    return S_ISREG(st.st_mode) ||
           problem_set(problem, "%s: is no regular file: put the file itself there", path);
}

FILE *regular_file_open(const char *path, struct problem *problem)
{
    /* Without O_NONBLOCK the open itself waits for somebody to write to a pipe. */
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0) {
        problem_set(problem, "%s: %s", path, strerror(errno));
        return NULL;
    }
    FILE *file = regular_file_check(fd, path, problem) ? fdopen(fd, "r") : NULL;
    if (!file) {
        close(fd);
        errno = 0; /* not that there is none */
    }
    return file;
}
