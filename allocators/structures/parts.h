/* SPDX-License-Identifier: MIT */
/* parts.h - naming the parts of a span, one after the other: what the policies' explain entries
 * share. */
#ifndef FITLAB_PARTS_H
#define FITLAB_PARTS_H

#include <string.h>

#include "policy.h"

struct parts {
    part_visitor *visit;
    void *ctx;
    bool more; /* the visitor wants to see more */
};

static inline struct parts parts_begin(part_visitor *visit, void *ctx)
{
    return (struct parts){visit, ctx, true};
}

/* Visits a part, unless it is empty. */
static inline void parts_add(struct parts *p, const void *addr, size_t bytes, enum part_kind kind,
                             const char *name, const void *target, uint64_t value)
{
    if (p->more && bytes > 0) {
        p->more = p->visit(&(struct part){addr, bytes, kind, name, target, value}, p->ctx);
    }
}

/* What lies between two addresses. */
static inline void parts_between(struct parts *p, const void *from, const void *to,
                                 enum part_kind kind, const char *name)
{
    parts_add(p, from, (size_t)((const char *)to - (const char *)from), kind, name, NULL, 0);
}

/* A header or footer that says the size of its block. */
static inline void parts_tag(struct parts *p, const void *addr, size_t bytes, enum part_kind kind,
                             const char *name, size_t block_bytes)
{
    parts_add(p, addr, bytes, kind, name, NULL, block_bytes);
}

static inline void parts_link(struct parts *p, const void *addr, size_t bytes, const char *name,
                              const void *target)
{
    parts_add(p, addr, bytes, PART_LINK, name, target, 0);
}

/* The beginning of a list or tree; least: the bytes of the smallest that may be in it, or 0. */
static inline void parts_head(struct parts *p, const void *addr, size_t bytes, const char *name,
                              const void *target, size_t least)
{
    parts_add(p, addr, bytes, PART_HEAD, name, target, least);
}

/* A number of 4 or 8 bytes. */
static inline void parts_number(struct parts *p, const void *addr, size_t bytes, const char *name)
{
    uint64_t value = 0;
    if (bytes == sizeof(uint64_t)) {
        memcpy(&value, addr, sizeof value);
    } else if (bytes == sizeof(uint32_t)) {
        uint32_t number;
        memcpy(&number, addr, sizeof number);
        value = number;
    }
    parts_add(p, addr, bytes, PART_FIELD, name, NULL, value);
}

static inline void parts_bitmap(struct parts *p, const void *addr, size_t bytes, const char *name)
{
    uint64_t value = 0;
    memcpy(&value, addr, bytes < sizeof value ? bytes : sizeof value);
    parts_add(p, addr, bytes, PART_BITMAP, name, NULL, value);
}

/* The payload of a block up to the end of its span. */
static inline void parts_payload(struct parts *p, const struct span *s, size_t usable)
{
    const char *payload = s->payload;
    parts_add(p, payload, usable, PART_PAYLOAD, "payload", NULL, usable);
    parts_between(p, payload + usable, s->addr + s->bytes, PART_PADDING, "padding");
}

#endif
