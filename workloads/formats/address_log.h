/* address_log.h - what importers of logs that name blocks by address share.
 *
 * Such logs miss things: frees inside the C library, other threads' lines out of order. An
 * address that is given out again was freed unseen; a free of an address never seen is
 * skipped. Both are warnings that name the line.
 */
#ifndef FITLAB_ADDRESS_LOG_H
#define FITLAB_ADDRESS_LOG_H

#include "workloads/formats/importer.h"

struct address_log {
    struct source *in;
    struct sink *out;
    struct problem *problem;
    uint64_t line; /* of the call being read */
};

bool address_allocate(struct address_log *, enum event_kind, uint64_t address, uint64_t size,
                      uint64_t align);
bool address_free(struct address_log *, uint64_t address);
bool address_resize(struct address_log *, uint64_t old, uint64_t address, uint64_t size);

#endif
