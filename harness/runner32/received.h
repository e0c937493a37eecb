/* received.h - where fitlab-cell32 has its events from. */
#ifndef FITLAB_RECEIVED_H
#define FITLAB_RECEIVED_H

#include "replay/packed.h"

/* The file that packed_open reads, and what the workload in it asks for. False: it is none. */
bool sent_events_open(int fd, struct workload_facts *);

#endif
