#include "workloads/formats/address_log.h"

#include <inttypes.h>

static bool forget_unseen_free(struct address_log *l, uint64_t address)
{
    if (!sink_has(l->out, address)) {
        return true;
    }
    sink_warn(l->out,
              "%s: line %" PRIu64 ": 0x%" PRIx64 " is given out while it is live: taken to have "
              "been freed before",
              l->in->name, l->line, address);
    return sink_free(l->out, address, l->problem);
}

bool address_allocate(struct address_log *l, enum event_kind kind, uint64_t address, uint64_t size,
                      uint64_t align)
{
    if (address == 0) {
        return true; /* it failed */
    }
    if (address == UINT64_MAX) {
        return source_bad_line(l->in, l->problem, l->line, "no block is at 0x%" PRIx64, address);
    }
    if (align & (align - 1)) {
        return source_bad_line(l->in, l->problem, l->line,
                               "an alignment of %" PRIu64 " is no power of two", align);
    }
    bool plain = align <= 16;
    return forget_unseen_free(l, address) &&
           sink_allocate(l->out, plain ? kind : EVENT_ALIGNED, address, size,
                         plain ? 0 : (unsigned)__builtin_ctzll(align), l->problem);
}

bool address_free(struct address_log *l, uint64_t address)
{
    if (address == 0) {
        return true;
    }
    if (!sink_has(l->out, address)) {
        sink_warn(l->out, "%s: line %" PRIu64 ": 0x%" PRIx64 " is freed, but is not live: skipped",
                  l->in->name, l->line, address);
        return true;
    }
    return sink_free(l->out, address, l->problem);
}

bool address_resize(struct address_log *l, uint64_t old, uint64_t address, uint64_t size)
{
    if (old == 0) {
        return address_allocate(l, EVENT_MALLOC, address, size, 0);
    }
    if (address == 0) {
        return size > 0 || address_free(l, old); /* it failed, or was a free */
    }
    if (!sink_has(l->out, old) || address == UINT64_MAX) {
        sink_warn(l->out,
                  "%s: line %" PRIu64 ": 0x%" PRIx64 " is resized, but is not live: taken for an "
                  "allocation",
                  l->in->name, l->line, old);
        return address_allocate(l, EVENT_MALLOC, address, size, 0);
    }
    if (address != old && !forget_unseen_free(l, address)) {
        return false;
    }
    return sink_resize(l->out, old, address, size, l->problem);
}
