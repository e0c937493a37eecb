/* threaded_latency.h - the times of single operations where several threads replay. */
#ifndef FITLAB_THREADED_LATENCY_H
#define FITLAB_THREADED_LATENCY_H

#include "cell/pass.h"

/* Fills the chained and the null distribution of a cell with several threads, all threads together;
 * what a thread waits for others is not in them. *elapsed_ns is the time of the policy's replays.
 * False after pass_fail. */
bool threaded_latency(struct pass *, struct latency *, double *elapsed_ns);

/* The band of sizes in which a request of so many bytes is. */
uint8_t latency_band_of(uint64_t size);

#endif
