/* rows_parts.h - the parts that rows.c is made of; internal to this room. */
#ifndef FITLAB_ROWS_PARTS_H
#define FITLAB_ROWS_PARTS_H

#include <stdio.h>

#include "base/table.h"
#include "cell/cell.h"

struct heap_map;
struct heap_map_moment;
struct thread_sample;

/* By enum sample_reason. */
extern const char *const rows_reason_names[];

/* A row begun with the columns that all tables share. */
struct csv_row rows_begin(FILE *, const struct cell *, const char *key);

/* The rows of one moment of a heap map. */
void rows_write_moment(FILE *, const struct cell *, const char *key, const struct heap_map *,
                       const struct heap_map_moment *);

/* The rows of one division of a footprint by thread. */
void rows_write_threads(FILE *, const struct cell *, const char *key, const struct thread_sample *);

#endif
