/* heap_picture.h - a heap at one moment, as offsets from its region's base: what lies where, and
 * whose it is. */
#ifndef FITLAB_HEAP_PICTURE_H
#define FITLAB_HEAP_PICTURE_H

#include "allocators/policy.h"
#include "replay/ledger.h"
#include "workloads/problem.h"

/* The offset of what is not there. */
#define NOWHERE UINT64_MAX

/* No slot: the walk shows a used block that was never handed out. */
#define PICTURE_NO_SLOT UINT32_MAX

/* A part of a span, as the policy explains it: see enum part_kind of policy.h. */
struct picture_part {
    uint64_t at, bytes;
    uint64_t target; /* of links and heads: the address that they lead to, or NOWHERE */
    uint64_t value;
    const char *name;
    enum part_kind kind;
};

struct picture_span {
    uint64_t at, bytes;
    uint64_t payload; /* SPAN_USED: what alloc returned; else NOWHERE */
    uint64_t asked;   /* SPAN_USED: bytes that were requested */
    uint64_t born;    /* SPAN_USED: the event that allocated it, counted from 1 */
    uint32_t slot;    /* SPAN_USED: its slot, or PICTURE_NO_SLOT */
    enum span_kind kind;
    bool
        unknown; /* of a picture without a walk: not in a live block, and nobody knows what it is */
    size_t part, parts; /* its parts: picture.part[part] and so on, in address order */
};

/* Of a policy without a walk only the live blocks are known; what lies between them is `unknown`,
 * and nothing is known of holes, slack and parts. */
struct picture {
    bool walked;
    uint64_t step; /* events played before */
    struct picture_span *span;
    size_t spans, room;
    struct picture_part *part;
    size_t parts, part_room;
    uint64_t break_at; /* where the walk ends */
    uint64_t footprint_bytes, live_bytes, live_blocks;
    uint64_t holes, holes_bytes, largest_hole_bytes, slack_bytes;
    struct counters count;
    const char *broken; /* NULL, or how the walk breaks the walk law; the spans up to there */
};

/* Replaces what the picture holds. False and a problem: no memory. */
bool picture_take(struct picture *, const struct heap *, const struct ledger *, struct problem *);

/* Makes the first a copy of the second. False and a problem: no memory. */
bool picture_copy(struct picture *, const struct picture *, struct problem *);

void picture_release(struct picture *);

/* The span that holds the byte at an offset, or NULL beyond the break. */
const struct picture_span *picture_find(const struct picture *, uint64_t at);

/* How scattered the free memory is: 100 * (1 - largest hole / all holes); 0 without holes. */
double picture_external_pct(const struct picture *);

#endif
