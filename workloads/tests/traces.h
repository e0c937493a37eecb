/* traces.h - random traces for tests: made, and written to a file. */
#ifndef FITLAB_TEST_TRACES_H
#define FITLAB_TEST_TRACES_H

#include "workloads/trace/trace_reader.h"
#include "workloads/trace/trace_writer.h"

/* Sound events of every kind, with times and sites; slots are reused in no particular order. */
struct trace_run random_run(size_t n, uint32_t most_live, uint64_t seed);
void free_run(struct trace_run *);

struct provenance provenance_here(void);

/* The file that traces are written to, named after the process. */
const char *trace_path(void);

/* Writes events there in portions of the given size. */
struct trace_totals write_trace(const struct trace_run *, unsigned columns, size_t portion);

/* cmocka's: removes the file. */
int remove_trace(void **state);

#endif
