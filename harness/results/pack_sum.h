/* pack_sum.h - the digest of a file in an archive: XXH128, as xxh128sum prints it. */
#ifndef FITLAB_PACK_SUM_H
#define FITLAB_PACK_SUM_H

#include <stdbool.h>
#include <stddef.h>

#include "workloads/problem.h"

enum { PACK_SUM_SIZE = 33 };

void pack_sum_text(const char *text, size_t bytes, char sum[PACK_SUM_SIZE]);

/* False and a problem if the file cannot be read; errno is ENOENT where there is none. */
bool pack_sum_file(const char *path, char sum[PACK_SUM_SIZE], struct problem *);

#endif
