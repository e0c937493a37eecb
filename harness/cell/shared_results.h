/* board.h - what a cell's process shares with its parent; internal to this room. */
#ifndef FITLAB_BOARD_H
#define FITLAB_BOARD_H

#include <stdatomic.h>

#include "cell/cell.h"

struct cell_board {
    size_t bytes; /* of the mapping */
    int fd;       /* of the memory: a program started by the child maps it again */
    _Atomic uint64_t progress;
    _Atomic bool done; /* the result below is final */
    double canary_ns;  /* the quickest canary here; 0: none sang */
    enum cell_status status;
    char detail[CELL_DETAIL_SIZE];
    uint64_t digest;
    struct metrics metrics;
    size_t sample_count, sample_most;
    size_t hole_moments, curve_points;
    size_t extra_at; /* offset of what the pass has beside samples; see board_extra */
    struct sample sample[];
};

/* The latency pass: a struct latency. The map pass: a struct heap_map. The memory pass: struct
 * hole_moments. The minheap pass: struct curve_points. The board is mapped by two programs, each
 * at an address of its own: so it holds no pointer. */
static inline void *board_extra(const struct cell_board *b)
{
    return (char *)(uintptr_t)b + b->extra_at;
}

/* NULL and a problem if the machine refuses. */
struct cell_board *board_open(const struct cell *, struct problem *);

/* Maps the board of the same cell that another program opened. */
struct cell_board *board_take(const struct cell *, int fd, struct problem *);

/* Runs the cell in this process, which is its own, and ends it. In process.c. */
_Noreturn void cell_run(const struct cell *, struct cell_board *);

/* Forgets what was measured, for another try. */
void board_reset(struct cell_board *);

void board_close(struct cell_board *);

static inline void board_progress(struct cell_board *b, uint64_t events)
{
    atomic_store_explicit(&b->progress, events, memory_order_relaxed);
}

#endif
