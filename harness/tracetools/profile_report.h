/* profile_report.h - a profile for people and for programs. */
#ifndef FITLAB_PROFILE_REPORT_H
#define FITLAB_PROFILE_REPORT_H

#include <stdio.h>

#include "tracetools/profile.h"

/* Tables for a terminal. */
void profile_print(const struct profile *, FILE *);

/* Tidy rows `workload,section,key,measure,value`, with a header row:
 *
 *   section      key                         measures
 *   totals       -                           events, drain_events, requested_bytes, ...
 *   kinds        malloc, calloc, ...         events
 *   threads      number                      events
 *   size         upper end in bytes, 2^k     blocks
 *   sizes        size in bytes               blocks: the most frequent 100
 *   survivors    size in bytes               blocks: of those live at the end
 *   life_events  upper end, 2^k              blocks: lifetimes in events
 *   life_bytes   upper end, 2^k              blocks: lifetimes in bytes allocated meanwhile
 *   resizing     -                           grows, shrinks, same
 *   growth       upper end in pct, 2^k       resizes: new size, of the old one
 *   live         event                       bytes, blocks
 *   phases       last event                  plateau, ramp, ...: live bytes then */
void profile_write_csv(const struct profile *, const char *workload, FILE *);

#endif
