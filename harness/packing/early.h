/* early.h - few blocks that are packed before all others, and where they leave room. */
#ifndef FITLAB_EARLY_H
#define FITLAB_EARLY_H

#include "packing/packing.h"
#include "packing/time_tree.h"

struct early {
    uint64_t *among; /* a bit a block */
    size_t blocks, count;
    uint32_t *moment; /* sections in which one of them is born or dies, from 0, ascending */
    uint32_t moments;
    struct time_tree tree; /* of the times between these */
};

/* None of so many blocks. False: not enough memory. */
bool early_make(struct early *, size_t blocks);
void early_release(struct early *);

bool early_has(const struct early *, uint32_t block);
void early_add(struct early *, uint32_t block);
void early_clear(struct early *);

/* Packs them, the largest first. */
bool early_pack(struct early *, const struct packing *, uint64_t *offset);

/* The lowest offset, at least `from`, at which a block overlaps none of them. */
uint64_t early_room(const struct early *, const struct packing_block *, uint64_t from);

#endif
