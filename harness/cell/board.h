/* board.h - what a cell's process shares with its parent; internal to this room. */
#ifndef FITLAB_BOARD_H
#define FITLAB_BOARD_H

#include <stdatomic.h>

#include "cell.h"

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
    struct latency *latency; /* NULL but in the latency pass */
    struct heap_map *map;    /* NULL but in the map pass */
    struct sample sample[];
};

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
