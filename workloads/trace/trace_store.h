/* trace_store.h - a whole workload into a trace. */
#ifndef FITLAB_TRACE_STORE_H
#define FITLAB_TRACE_STORE_H

#include "workloads/trace/trace_writer.h"
#include "workloads/workload.h"

/* Appends all events of an open workload, and marks its drain. The writer stays open. */
bool trace_store(struct trace_writer *, struct workload *, struct problem *);

#endif
