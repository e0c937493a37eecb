/* shared_area.h - memory that the processes of a proof share, and that can lie in a file.
 *
 * The address space is reserved once, before any process is forked, so that all of them see what is
 * taken later. Memory that is not taken costs nothing.
 */
#ifndef FITLAB_SHARED_AREA_H
#define FITLAB_SHARED_AREA_H

#include <stdbool.h>
#include <stddef.h>

#include "workloads/problem.h"

/* Processes that a proof can have. */
enum { PROVE_JOBS_MOST = 64 };

struct shared_area {
    char *base;
    size_t reserved; /* bytes of address space */
    size_t taken;    /* bytes that may be used, from the base */
    int file;        /* -1: the area is in memory */
};

/* Without a folder the area lies in memory. Else it is the file of that name there, which is
 * opened as it is or made; with an empty name it is a file that nobody else sees, and that
 * is gone at the end. False and a problem if it is not to be had. */
bool shared_area_open(struct shared_area *, size_t reserved, const char *folder, const char *name,
                      struct problem *);
void shared_area_close(struct shared_area *);

/* Makes [0, bytes) usable. False: there is no room on the disk, or bytes is above `reserved`. */
bool shared_area_take(struct shared_area *, size_t bytes);

/* Gives the whole pages of [from, to) back; they are zero when they are taken again. */
void shared_area_drop(const struct shared_area *, size_t from, size_t to);

#endif
