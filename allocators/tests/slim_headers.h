/* SPDX-License-Identifier: MIT */
/* slim_headers.h - the headers of slim-fit and their sizes, as its tests expect them. */
#ifndef FITLAB_SLIM_HEADERS_H
#define FITLAB_SLIM_HEADERS_H

#include "test_heap.h"

static const struct {
    const char *name;
    size_t bytes, least;
} headers[] = {{"tag8", 8, 32}, {"tag4", 4, 16}, {"bitmap", 0, 16}};

enum { HEADERS = 3, TAG8 = 0, TAG4 = 1, BITMAP = 2 };

static uint64_t random_state = 1;

static inline unsigned draw(unsigned below)
{
    random_state = random_state * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(random_state >> 33) % below;
}

static inline struct test_heap open_with(size_t header, const char *more, size_t bytes, bool fixed)
{
    char spec[96];
    snprintf(spec, sizeof spec, "slim-fit:header=%s%s", headers[header].name, more);
    return test_heap_open(spec, bytes, fixed);
}

#endif
