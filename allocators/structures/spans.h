/* SPDX-License-Identifier: MIT */
/* spans.h - visiting a span that is made for the visit: the parts of a walk. */
#ifndef FITLAB_SPANS_H
#define FITLAB_SPANS_H

#include "policy.h"

static inline bool spans_visit(span_visitor *visit, void *ctx, const char *addr, size_t bytes,
                               const void *payload, enum span_kind kind)
{
    /* It has a name because emitted heaps are C++ too, where an unnamed one has no address. */
    const struct span s = {addr, bytes, payload, kind};
    return visit(&s, ctx);
}

#endif
