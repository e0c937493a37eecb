/* regular_file.h - files opened for reading that are files: a pipe would wait for a writer. */
#ifndef FITLAB_REGULAR_FILE_H
#define FITLAB_REGULAR_FILE_H

#include <stdio.h>

#include "workloads/problem.h"

/* A stream, or NULL and a problem that names the path; errno is ENOENT where there is no file. */
FILE *regular_file_open(const char *path, struct problem *);

/* Whether an open descriptor is of a regular file; else a problem that names the path. */
bool regular_file_check(int fd, const char *path, struct problem *);

#endif
