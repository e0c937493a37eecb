/* tar.h - writes an archive NAME.tar.zst: POSIX ustar, compressed with zstd.
 *
 * Owner, mode and time are left out, so the same files in the same order give the same bytes. */
#ifndef FITLAB_TAR_H
#define FITLAB_TAR_H

#include <stdbool.h>
#include <stddef.h>

#include "workloads/problem.h"

enum { TAR_LONGEST_NAME = 255 };

struct tar;

/* Begins an archive under a temporary name beside the path. NULL and a problem if it cannot be
 * created. */
struct tar *tar_create(const char *path, struct problem *);

/* Adds a file of this name, with a '/' between folders: of some text, or of the file at a path. */
bool tar_add_text(struct tar *, const char *name, const char *text, size_t bytes, struct problem *);
bool tar_add_file(struct tar *, const char *name, const char *from, struct problem *);

/* Ends the archive, which then has its own name. If it is not well, or cannot be ended, nothing is
 * left behind. */
bool tar_close(struct tar *, bool well, struct problem *);

#endif
