/* SPDX-License-Identifier: MIT */
/* param.h - parameter tables: the parameters of a policy or a workload, as data.
 *
 * A table is an array of struct param that ends with an entry whose name is
 * NULL. The harness parses "name:key=value,...", suggests the nearest key,
 * prints the table in help and writes the canonical form into every row; a
 * policy never sees a string. Values arrive as an array of long, one entry a
 * table row, in table order.
 *
 * A row is one of:
 *   a choice    choices is a NULL-terminated list of names; the value is the index
 *   a switch    min 0, max 1, no choices and no unit
 *   a number    min <= value <= max; sizes may be written with K, M or G (powers of 1024)
 *   a text      text is true (workloads only, such as a trace's path); see workload.h
 */
#ifndef FITLAB_PARAM_H
#define FITLAB_PARAM_H

#include <stdbool.h>

struct param {
    const char *name;
    const char *help; /* one line, no full stop */
    const char *unit; /* "bytes", "pct", "events", ...; NULL: a pure number or a choice */
    long init, min, max;
    const char *const *choices;
    bool text;
};

#define PARAM_END                                                                                  \
    {                                                                                              \
        .name = (const char *)0                                                                    \
    }

#endif
