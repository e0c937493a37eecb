/* SPDX-License-Identifier: MIT */
/* policy.h - the contract between a placement policy and whatever drives it.
 *
 * A policy manages one region (region.h): a span of reserved address space
 * whose break moves like sbrk's. All of its state lives inside the region,
 * struct heap included, so that overhead is counted honestly, copying the bytes
 * [base, brk) copies the heap, and the same source runs in the harness, as a
 * plug-in and under a real program. A policy never calls malloc or the
 * operating system, never prints, exits or sets errno, keeps no static mutable
 * data, and is single-threaded: layers (layers/layer.h) add locks and divide the region.
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

/* Changes whenever a struct below or struct region changes. A plug-in that was built for another
 * version is refused when it is loaded; compiling it again with today's headers is the remedy.
 * Version 2 added region->thread and region->threads, SPAN_ABSENT, and the entries spare, explain
 * and inner. */
#define FITLAB_POLICY_ABI 2u

/* Every payload is aligned to this many bytes: as C asks, which is 16 where pointers have 64 bits and
 * 8 where they have 32. -DFITLAB_ALIGN_BYTES=8 or 16 chooses. All policies of a program, plug-ins
 * included, must be compiled with the same value. */
#ifndef FITLAB_ALIGN_BYTES
#if UINTPTR_MAX > 0xffffffff
#define FITLAB_ALIGN_BYTES 16
#else
#define FITLAB_ALIGN_BYTES 8
#endif
#endif
#if FITLAB_ALIGN_BYTES != 8 && FITLAB_ALIGN_BYTES != 16
#error "FITLAB_ALIGN_BYTES is 8 or 16"
#endif
#define FITLAB_ALIGN ((size_t)FITLAB_ALIGN_BYTES)

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
 * region, embedded as the first member of its larger struct. Which thread acts is
 * region->thread; heap_set_thread in heap.h sets it. */
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
    SPAN_USED,  /* a live block, its header included */
    SPAN_ABSENT /* address space that is not taken from the system: neither free nor in the
                   footprint. All such spans together are region->absent bytes: see region.h */
};

struct span {
    const char *addr;    /* first byte of the block, header included */
    size_t bytes;        /* length; the next span starts at addr + bytes */
    const void *payload; /* SPAN_USED: the pointer that alloc returned; otherwise NULL */
    enum span_kind kind;
};

/* Called for each span in address order. Return false to end the walk early. */
typedef bool span_visitor(const struct span *, void *ctx);

/* Called for each range of spare memory in address order: see `spare` below. Return false to end.
 */
typedef bool spare_visitor(const char *addr, size_t bytes, void *ctx);

/* What a part of a span is, for people who look at the bytes of a heap. `value` is a number that
 * goes with the part; `target` an address that its bytes mean. */
enum part_kind {
    PART_HEADER, /* before a block: its size and state; value: the size that it says, in bytes */
    PART_FOOTER, /* at the end of a block, the same */
    PART_LINK,   /* of a member of a list or tree of free memory: target; its name says which way:
                    "next", "previous", "left", "right", "child", "sibling", "parent" */
    PART_HEAD,   /* in the policy's data, leads to the first member of a list or the root of a tree:
                    target; value: the least size in bytes of what is kept there, 0 if it is any */
    PART_BITMAP, /* a bit or a mark for each of something; value: its first 8 bytes */
    PART_FIELD,  /* other data of the policy's; value: its content if that is a number */
    PART_PAYLOAD, /* what the requester may use; value: its bytes */
    PART_PADDING, /* lost to rounding or alignment */
    PART_FREE     /* free memory without content */
};

struct part {
    const char *addr; /* inside the span */
    size_t bytes;     /* above 0; the part does not reach past the end of the span */
    enum part_kind kind;
    const char *name;   /* a literal of a few words: "header", "next", "bin", "free list" */
    const void *target; /* links and heads: an address in [base, brk) that lies in the span it leads
                           to, or in a head where a list returns to it; NULL: it leads nowhere */
    uint64_t value;
};

/* Called for each part in address order. Return false to end. */
typedef bool part_visitor(const struct part *, void *ctx);

/* Where a policy may differ from the contract below, and says so. Most have none. */
enum policy_trait {
    POLICY_NO_REUSE = 1u << 0, /* free forgets a block, its memory is never handed out again */
    POLICY_ALIGN_8 = 1u << 1,  /* payloads are aligned to 8 bytes only */
    POLICY_ALIGN_4 = 1u << 5,  /* to 4 only */
    POLICY_ALIGN_1 = 1u << 6,  /* not at all. Where the arguments decide how payloads are aligned,
                                  the heap's own policy has the trait: see open and heap_align */
    POLICY_COARSE = 1u << 2,   /* memory is kept for few or for many sizes: there are requests
                                  with which a full region is less than half live */
    POLICY_OPAQUE = 1u << 3,   /* somebody else's allocator behind an adapter: it counts nothing,
                                  and keeps state outside the region, so one heap at a time */
    POLICY_ELSEWHERE = 1u << 4, /* its memory is not the region's at all */
    POLICY_KEEPS = 1u << 9,     /* some freed blocks stay as they are, also when all others are free,
                                   so that the holes beside them cannot join */
    POLICY_LAYER = 1u << 7,     /* a layer without the policy that it needs below it: a struct layer
                                   (layers/layer.h), which cannot be opened as it is */
    POLICY_STACK = 1u << 8      /* made of a layer and a policy below it: a struct stack */
};

struct policy {
    uint32_t abi;               /* FITLAB_POLICY_ABI */
    uint32_t traits;            /* of enum policy_trait; 0: none */
    const char *name;           /* as on the command line, words joined by '-' */
    const char *summary;        /* one line for `fitlab list` */
    const struct param *params; /* ends with PARAM_END; NULL: none */

    /* Builds a heap at region->base. arg has one value per row of params, in range. NULL if the
     * region is too small; the region is then as it was. The heap's own `policy` is this table or
     * another one of the same name, whose entries suit the arguments, or, where the arguments of a
     * layer leave it nothing to do, that of the policy below: so drivers call through
     * heap->policy. */
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

    /* Spare memory: ranges inside SPAN_FREE and SPAN_SLACK whose content the policy does not need.
     * Anyone may overwrite them, or give their whole pages back to the system, which leaves zeroes:
     * the heap then goes on exactly as if nothing had happened, and may use the memory at any time.
     * Links, tags and footers in free memory are not spare. In address order, without overlap, none
     * empty; they hold until the next call that may change the heap. NULL: unknown. Only what lies
     * above the break, or is absent, can then be given back, as a hole may hold anything. */
    void (*spare)(const struct heap *, spare_visitor *, void *ctx);

    /* The parts of one span that walk has just shown, in address order and without overlap; bytes
     * between them have no meaning worth a name. A used span has one PART_PAYLOAD, from the payload
     * on, of as many bytes as are usable. Every list or tree of free memory begins at a PART_HEAD
     * of a SPAN_META and goes on through the PART_LINKs of the spans that their targets lie in, so
     * that a reader can follow it in its order by the parts alone. NULL: heap_explain in heap.h
     * says what the walk knows. */
    void (*explain)(const struct heap *, const struct span *, part_visitor *, void *ctx);

    /* The heap number i, from 0, of a policy made of others (a layer); NULL: there are no more. Its
     * region is a part of this heap's region, or the same. NULL: the policy is not made of others.
     */
    const struct heap *(*inner)(const struct heap *, unsigned i);
};

#ifdef __cplusplus
}
#endif

#endif
