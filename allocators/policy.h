/* policy.h - the contract between a placement policy and whatever drives it.
 *
 * A policy manages one region (region.h): a span of reserved address space
 * whose break moves like sbrk's. All of its state lives inside the region,
 * struct heap included, so that overhead is counted honestly, copying the bytes
 * [base, brk) copies the heap, and the same source runs in the harness, as a
 * plug-in and under a real program. A policy never calls malloc or the
 * operating system, never prints, exits or sets errno, keeps no static mutable
 * data, and is single-threaded: layers above it add locks.
 *
 * This header, region.h and param.h are the plug-in SDK. They need libc's
 * headers only.
 */
#ifndef FITLAB_POLICY_H
#define FITLAB_POLICY_H

#include <stddef.h>
#include <stdint.h>

#include "param.h"
#include "region.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Changes whenever a struct below changes; checked when a plug-in is loaded. */
#define FITLAB_POLICY_ABI 1u

/* Every payload is aligned to this many bytes. */
#define FITLAB_ALIGN ((size_t)16)

/* Requests above this fail at once: no sum of a request and a header overflows. */
#define FITLAB_MAX_REQUEST ((size_t)PTRDIFF_MAX - 65536)

/* The deterministic cost of a policy: bit-identical on every machine, always
 * counted. X(name, what one count means). The names are CSV columns as well. */
#define FITLAB_COUNTERS(X)                                                                         \
    X(probes, "holes, list heads, bitmap words or tree nodes examined in a search")                \
    X(insert_probes, "holes or tree nodes passed to find a freed block's place in an order")       \
    X(splits, "blocks divided, with both parts kept")                                              \
    X(merges, "pairs of neighbouring free blocks joined")                                          \
    X(grows, "times the break moved up")                                                           \
    X(trims, "times the break moved down")                                                         \
    X(moved_bytes, "payload bytes copied by realloc")

struct counters {
#define X(name, help) uint64_t name;
    FITLAB_COUNTERS(X)
#undef X
};

struct policy;

/* The head of every policy's own state; the first thing a policy places in its
 * region, embedded as the first member of its larger struct. */
struct heap {
    const struct policy *policy;
    struct region *region;
    struct counters count;
};

/* What a stretch of the region is. Spans tile [base, brk). */
enum span_kind {
    SPAN_META,  /* the policy's own data: struct heap, tables, page headers, padding */
    SPAN_FREE,  /* a hole: free for any request that fits */
    SPAN_SLACK, /* free, but kept for one size class: free objects of a slab, its tail and colour */
    SPAN_USED   /* a live block, its header included */
};

struct span {
    const char *addr;    /* first byte of the block, header included */
    size_t bytes;        /* length; the next span starts at addr + bytes */
    const void *payload; /* SPAN_USED: the pointer that alloc returned; otherwise NULL */
    enum span_kind kind;
};

/* Called for each span in address order. Return false to end the walk early. */
typedef bool span_visitor(const struct span *, void *ctx);

/* Where a policy may differ from the contract below, and says so. Most have none. */
enum policy_trait {
    POLICY_NO_REUSE = 1u << 0, /* free forgets a block, its memory is never handed out again */
    POLICY_ALIGN_8 = 1u << 1,  /* payloads are aligned to 8 bytes only */
    POLICY_COARSE = 1u << 2,   /* memory is kept for few or for many sizes: there are requests
                                  with which a full region is less than half live */
    POLICY_OPAQUE = 1u << 3,   /* somebody else's allocator behind an adapter: it counts nothing,
                                  and keeps state outside the region, so one heap at a time */
    POLICY_ELSEWHERE = 1u << 4 /* its memory is not the region's at all */
};

struct policy {
    uint32_t abi;               /* FITLAB_POLICY_ABI */
    uint32_t traits;            /* of enum policy_trait; 0: none */
    const char *name;           /* as on the command line, words joined by '-' */
    const char *summary;        /* one line for `fitlab list` */
    const struct param *params; /* ends with PARAM_END; NULL: none */

    /* Builds a heap at region->base. arg has one value per row of params, in range. The heap's
     * own policy is this one or a special form of it, of the same name, whose entries suit the
     * arguments: so drivers call through heap->policy.
     * NULL if the region is too small; the region is then as it was. The heap's own `policy`
     * may be another vtable of the same name, where parameters choose between two ways:
     * whoever has a heap calls heap->policy. */
    struct heap *(*open)(const struct policy *, struct region *, const long *arg);

    /* A block of at least n bytes, aligned to FITLAB_ALIGN, not overlapping any live
     * one. n may be 0: a distinct pointer that can be freed. NULL: out of memory, and
     * the heap is unharmed. The content is unspecified. */
    void *(*alloc)(struct heap *, size_t n);

    /* p came from alloc, realloc or memalign of this heap and is live; never NULL. */
    void (*free)(struct heap *, void *p);

    /* Bytes that the requester may use at p, a live block: at least what was asked for. NULL
     * where nobody knows; realloc must then be there. */
    size_t (*usable)(const struct heap *, const void *p);

    /* The walk law: the spans visited tile [base, brk) exactly, in address order, and
     * the SPAN_USED ones are the live blocks, one to one. NULL where the inside cannot be
     * known (a reference malloc); everything derived from it is then unknown, not zero. */
    void (*walk)(const struct heap *, span_visitor *, void *ctx);

    /* The rest is optional; NULL selects the generic one in heap.h.
     *
     * realloc: p live, n may be 0 (a minimal block; p is never just freed). Keeps the first
     * min(old usable, n) bytes. NULL: out of memory, and p is untouched and still live. */
    void *(*realloc)(struct heap *, void *p, size_t n);

    /* align is a power of two above FITLAB_ALIGN. NULL: out of memory. */
    void *(*memalign)(struct heap *, size_t align, size_t n);

    /* NULL if every invariant of the policy's own structures holds, else a sentence that
     * says what is broken. Must terminate and must not crash on a damaged heap. */
    const char *(*check)(const struct heap *);
};

#ifdef __cplusplus
}
#endif

#endif
