#include "theory/prove/shared_area.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "region/system_page.h"

static int open_file(const char *folder, const char *name)
{
    char path[PATH_MAX];
    if (*name) {
        snprintf(path, sizeof path, "%s/%s", folder, name);
        return open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    }
    snprintf(path, sizeof path, "%s/unnamed-XXXXXX", folder);
    int file = mkstemp(path);
    if (file >= 0) {
        unlink(path);
    }
    return file;
}

bool shared_area_open(struct shared_area *a, size_t reserved, const char *folder, const char *name,
                      struct problem *problem)
{
    *a = (struct shared_area){.reserved = reserved, .file = -1};
    if (folder && (a->file = open_file(folder, name)) < 0) {
        return problem_set(problem, "%s: cannot keep states there: %s", folder, strerror(errno));
    }
    int flags = MAP_SHARED | MAP_NORESERVE | (folder ? 0 : MAP_ANONYMOUS);
    void *map = mmap(NULL, reserved, PROT_READ | PROT_WRITE, flags, a->file, 0);
    if (map == MAP_FAILED) {
        problem_set(problem, "cannot reserve %zu bytes for states: %s", reserved, strerror(errno));
        shared_area_close(a);
        return false;
    }
    a->base = map;
    return true;
}

void shared_area_close(struct shared_area *a)
{
    if (a->base) {
        munmap(a->base, a->reserved);
    }
    if (a->file >= 0) {
        close(a->file);
    }
    *a = (struct shared_area){.file = -1};
}

/* A mapped file that is too short, or a disk that is full, would end the process where it writes.
 */
bool shared_area_take(struct shared_area *a, size_t bytes)
{
    if (bytes <= a->taken) {
        return true;
    }
    if (bytes > a->reserved || (a->file >= 0 && posix_fallocate(a->file, 0, (off_t)bytes) != 0)) {
        return false;
    }
    a->taken = bytes;
    return true;
}

void shared_area_drop(const struct shared_area *a, size_t from, size_t to)
{
    size_t page = system_page_bytes();
    from = (from + page - 1) / page * page;
    to = to / page * page;
    if (from < to && madvise(a->base + from, to - from, MADV_REMOVE) != 0) {
        memset(a->base + from, 0, to - from); /* the file system cannot */
    }
}
