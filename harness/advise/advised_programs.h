/* advised_programs.h - the workloads that advice is for, as trace files: whole, their beginnings,
 * and as they might have been. Files that are made on the way lie in a temporary folder. */
#ifndef FITLAB_ADVISED_PROGRAMS_H
#define FITLAB_ADVISED_PROGRAMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "spec/workload_spec.h"
#include "workloads/problem.h"

enum { PROGRAMS_MOST = 16 };

struct programs {
    char folder[4096]; /* temporary; "": there is none */
    struct workload_spec *whole;
    char (*path)[4096]; /* of the trace files */
    uint64_t *events;   /* before the drain */
    size_t count;
    bool together; /* there are several, in one heap at the same time: the only whole is all of them
                    */
    char (*part)[4096]; /* then: the traces of each */
    size_t parts;
};

/* Workloads as on the command line. together: they run at the same time in one heap, so that they
 * count as one. Prepared for use even if it fails. */
bool programs_open(struct programs *, const char *const *words, size_t n, bool together,
                   struct problem *);

uint64_t programs_events(const struct programs *);

/* Writes the first `share` (0..1) of each to temporary files, and their specs to out[count]. */
bool programs_begin(struct programs *, double share, struct workload_spec *out, struct problem *);

/* What is done to a workload to have another one like it. */
enum likeness { LIKE_EVENT, LIKE_SIZE, LIKE_PHASES, LIKE_TURNS, LIKENESSES };

/* For people: "other order and sizes", ... */
extern const char *const likeness_names[LIKENESSES];

/* Another workload like number `which`. The same number `draw`, from 1, draws the same one. For
 * LIKE_TURNS there must be several together. */
bool programs_like(struct programs *, size_t which, enum likeness, unsigned draw,
                   struct workload_spec *out, struct problem *);

/* Removes the temporary files. */
void programs_close(struct programs *);

#endif
