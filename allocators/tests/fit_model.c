/* SPDX-License-Identifier: MIT */
#include "fit_model.h"

#include <string.h>

enum { STEP = 65536 };

static void model_put(struct model *m, size_t index, struct model_hole hole)
{
    memmove(&m->hole[index + 1], &m->hole[index], (m->holes - index) * sizeof *m->hole);
    m->hole[index] = hole;
    m->holes++;
    /* at the end of a fifo list, the rover waits for the next hole */
    m->rover += index < m->rover || (index == m->rover && m->order != MODEL_FIFO);
}

static void model_drop(struct model *m, size_t index)
{
    m->holes--;
    memmove(&m->hole[index], &m->hole[index + 1], (m->holes - index) * sizeof *m->hole);
    m->rover -= index < m->rover;
}

static bool model_precedes(const struct model *m, struct model_hole a, struct model_hole b)
{
    if (m->order == MODEL_ADDRESS) {
        return a.at < b.at;
    }
    return m->fit == MODEL_WORST ? a.bytes > b.bytes : a.bytes < b.bytes;
}

static void model_insert(struct model *m, struct model_hole hole)
{
    size_t index = 0;
    if (m->order == MODEL_FIFO) {
        index = m->holes;
    } else if (m->order != MODEL_LIFO) {
        while (index < m->holes && model_precedes(m, m->hole[index], hole)) {
            index++;
        }
    }
    model_put(m, index, hole);
}

/* The hole at index becomes another one: in its place, unless its size decides its place. */
static void model_change(struct model *m, size_t index, struct model_hole hole)
{
    if (m->order == MODEL_SIZE) {
        model_drop(m, index);
        model_insert(m, hole);
    } else {
        m->hole[index] = hole;
    }
}

void model_init(struct model *m, size_t end, size_t limit)
{
    m->end = end;
    m->limit = limit;
    m->holes = 0;
    m->rover = 0;
    m->rover_at = 0;
    if (end > 0) {
        m->hole[m->holes++] = (struct model_hole){0, end};
    }
}

/* ---- the four rules ---- */

static size_t model_first_from(const struct model *m, size_t from, size_t to, size_t bytes)
{
    for (size_t i = from; i < to; i++) {
        if (m->hole[i].bytes >= bytes) {
            return i;
        }
    }
    return MODEL_NONE;
}

static size_t model_extreme(const struct model *m, size_t bytes)
{
    size_t found = MODEL_NONE;
    for (size_t i = 0; i < m->holes; i++) {
        size_t size = m->hole[i].bytes, held = found == MODEL_NONE ? 0 : m->hole[found].bytes;
        bool better = m->fit == MODEL_BEST ? size < held : size > held;
        if (size >= bytes && (found == MODEL_NONE || better)) {
            found = i;
        }
    }
    return found;
}

static size_t model_find(struct model *m, size_t bytes)
{
    if (m->fit == MODEL_BEST || m->fit == MODEL_WORST) {
        return model_extreme(m, bytes);
    }
    if (m->fit == MODEL_FIRST) {
        return model_first_from(m, 0, m->holes, bytes);
    }
    if (m->order == MODEL_ADDRESS) {
        for (m->rover = 0; m->rover < m->holes && m->hole[m->rover].at < m->rover_at;) {
            m->rover++;
        }
    }
    size_t found = model_first_from(m, m->rover, m->holes, bytes);
    return found != MODEL_NONE ? found : model_first_from(m, 0, m->rover, bytes);
}

/* ---- coalescing ---- */

static size_t model_index_at(const struct model *m, size_t at)
{
    for (size_t i = 0; i < m->holes; i++) {
        if (m->hole[i].at == at) {
            return i;
        }
    }
    return MODEL_NONE;
}

static size_t model_index_ending(const struct model *m, size_t end)
{
    for (size_t i = 0; i < m->holes; i++) {
        if (m->hole[i].at + m->hole[i].bytes == end) {
            return i;
        }
    }
    return MODEL_NONE;
}

static void model_draw_rover(struct model *m, struct model_hole hole)
{
    if (hole.at < m->rover_at && m->rover_at < hole.at + hole.bytes) {
        m->rover_at = hole.at;
    }
}

/* Every run of adjacent holes becomes one, lowest run first, in the place of its lowest. */
static void model_coalesce_all(struct model *m)
{
    size_t from = 0;
    for (;;) {
        size_t low = MODEL_NONE;
        for (size_t i = 0; i < m->holes; i++) {
            bool next =
                m->hole[i].at >= from && (low == MODEL_NONE || m->hole[i].at < m->hole[low].at);
            low = next ? i : low;
        }
        if (low == MODEL_NONE) {
            return;
        }
        struct model_hole run = m->hole[low];
        size_t other = model_index_at(m, run.at + run.bytes);
        bool joined = other != MODEL_NONE;
        while (other != MODEL_NONE) {
            run.bytes += m->hole[other].bytes;
            model_drop(m, other);
            other = model_index_at(m, run.at + run.bytes);
        }
        if (joined) {
            model_change(m, model_index_at(m, run.at), run);
            model_draw_rover(m, run);
        }
        from = run.at + run.bytes;
    }
}

/* ---- alloc and free ---- */

static size_t model_take(struct model *m, size_t index, size_t bytes, size_t *granted)
{
    struct model_hole hole = m->hole[index];
    m->rover = index;
    if (hole.bytes - bytes >= m->split_min) {
        model_change(m, index, (struct model_hole){hole.at + bytes, hole.bytes - bytes});
        *granted = bytes;
    } else {
        model_drop(m, index);
        *granted = hole.bytes;
    }
    m->rover_at = hole.at + *granted;
    return hole.at;
}

static size_t model_grow_step(struct model *m, size_t bytes, size_t *granted)
{
    size_t top = model_index_ending(m, m->end);
    size_t have = top == MODEL_NONE ? 0 : m->hole[top].bytes;
    size_t more = (bytes - have + STEP - 1) / STEP * STEP;
    more = more < m->limit - m->end ? more : m->limit - m->end;
    if (have + more < bytes) {
        return MODEL_NONE;
    }
    struct model_hole hole = {m->end - have, have + more};
    m->end += more;
    if (top == MODEL_NONE) {
        model_insert(m, hole);
    } else {
        model_change(m, top, hole);
    }
    return model_take(m, model_index_at(m, hole.at), bytes, granted);
}

size_t model_alloc(struct model *m, size_t bytes, size_t *granted)
{
    size_t index = model_find(m, bytes);
    if (index == MODEL_NONE && m->coalesce == MODEL_DEFERRED) {
        model_coalesce_all(m);
        index = model_find(m, bytes);
    }
    if (index != MODEL_NONE) {
        return model_take(m, index, bytes, granted);
    }
    if (m->grow == MODEL_STEP) {
        return model_grow_step(m, bytes, granted);
    }
    if (m->grow == MODEL_FIXED || m->limit - m->end < bytes) {
        return MODEL_NONE;
    }
    m->end += bytes;
    m->rover_at = m->end;
    *granted = bytes;
    return m->end - bytes;
}

void model_free(struct model *m, size_t at, size_t bytes)
{
    struct model_hole hole = {at, bytes};
    if (m->coalesce == MODEL_IMMEDIATE) {
        size_t after = model_index_at(m, at + bytes);
        if (after != MODEL_NONE) {
            hole.bytes += m->hole[after].bytes;
            model_drop(m, after);
        }
        size_t before = model_index_ending(m, at);
        if (before != MODEL_NONE) {
            hole.at = m->hole[before].at;
            hole.bytes += m->hole[before].bytes;
            model_drop(m, before);
        }
    }
    if (m->grow == MODEL_EXACT && hole.at + hole.bytes == m->end) {
        m->end = hole.at;
        for (size_t i; (i = model_index_ending(m, m->end)) != MODEL_NONE;) {
            m->end = m->hole[i].at;
            model_drop(m, i);
        }
        return;
    }
    model_insert(m, hole);
    model_draw_rover(m, hole);
}
