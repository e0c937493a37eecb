/* kinds.h - opening a kind of workload in a test: by name, with some parameters set. */
#ifndef FITLAB_TEST_KINDS_H
#define FITLAB_TEST_KINDS_H

#include "workloads/tally.h"
#include "workloads/workload.h"

struct setting {
    const char *name;
    long value;
};

/* Opens a kind with the inits of its table but for the settings (the last has no name). Fails
 * the test if there is no such kind or parameter; NULL and a problem as open says. */
struct workload *open_kind(const char *name, const struct setting *, struct problem *);

/* The same, with a value for each parameter that is a text; it may be NULL. */
struct workload *open_kind_of(const char *name, const char *path, const struct setting *,
                              struct problem *);

/* The same of the kind `trace`. */
struct workload *open_trace(const char *path, const struct setting *, struct problem *);

const struct workload_kind *find_kind(const char *name);

/* All events of a workload, taken `most` at a time, malloc'd; closes it. Fails the test if the
 * workload ends in a problem. */
struct event *take_all(struct workload *, size_t most, size_t *count);

/* All events of a generator with these settings, malloc'd. */
struct event *generator_events(const char *name, const struct setting *, size_t *count);

/* The tally of events; fails the test if they make no sense. Close it. */
struct tally generator_tally(const struct event *, size_t n);

#endif
