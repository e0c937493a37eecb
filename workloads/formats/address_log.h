/* address_log.h - shared by the importers of logs that name blocks by address.
 *
 * Such logs are incomplete: frees inside the C library are missing, and lines of several threads
 * are out of order. If an address is returned again, a free was missed; a free of an unknown
 * address is skipped. Both are warnings that name the line. */
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
