#define _GNU_SOURCE /* mkostemp */
#include "base/temporary.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool template_for(const char *word, char path[PATH_MAX], struct problem *problem)
{
    const char *folder = getenv("TMPDIR");
    int n =
        snprintf(path, PATH_MAX, "%s/fitlab-%s-XXXXXX", folder && *folder ? folder : "/tmp", word);
    return n < PATH_MAX || problem_set(problem, "TMPDIR is longer than a path may be");
}

static bool cannot_make(const char *path, struct problem *problem)
{
    return problem_set(problem, "%s: %s: set TMPDIR to a folder for temporary files", path,
                       strerror(errno));
}

int temporary_file(const char *word, char path[PATH_MAX], struct problem *problem)
{
    if (!template_for(word, path, problem)) {
        return -1;
    }
    int fd = mkostemp(path, O_CLOEXEC);
    if (fd < 0) {
        cannot_make(path, problem);
    }
    return fd;
}

bool temporary_folder(const char *word, char path[PATH_MAX], struct problem *problem)
{
    return template_for(word, path, problem) && (mkdtemp(path) || cannot_make(path, problem));
}

FILE *temporary_stream(struct problem *problem)
{
    char path[PATH_MAX];
    int fd = temporary_file("stream", path, problem);
    if (fd < 0) {
        return NULL;
    }
    unlink(path);
    FILE *file = fdopen(fd, "w+");
    if (!file) {
        close(fd);
        cannot_make(path, problem);
    }
    return file;
}
