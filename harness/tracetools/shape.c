#include "tracetools/shape.h"

#include <math.h>
#include <stdbool.h>

/* The least change that counts as a phase, as parts of the peak and of the events. If there are
 * more phases than a reader can follow, larger changes are needed. */
static const double FLAT[] = {.05, .1, .2}, SUDDEN = .02;

enum { LEVELS = sizeof FLAT / sizeof *FLAT, READABLE_PHASES = 16 };

/* Joins two neighbouring stretches, so that a workload of any length fits. */
static void halve(struct shape *s)
{
    for (size_t i = 0; i < s->points; i += 2) {
        struct shape_point a = s->point[i], b = s->point[i + 1];
        b.live_bytes = a.live_bytes > b.live_bytes ? a.live_bytes : b.live_bytes;
        s->point[i / 2] = b;
    }
    s->points /= 2;
    s->stride *= 2;
}

void shape_add(struct shape *s, uint64_t event, uint64_t live_bytes, uint64_t live_blocks)
{
    s->stride = s->stride ? s->stride : 1;
    bool starts = s->points == 0 || event > s->stride * s->points;
    if (starts && s->points == SHAPE_POINTS) {
        halve(s);
        starts = event > s->stride * s->points;
    }
    if (starts) {
        s->point[s->points++] = (struct shape_point){0};
    }
    struct shape_point *p = &s->point[s->points - 1];
    p->event = event;
    p->live_bytes = live_bytes > p->live_bytes ? live_bytes : p->live_bytes;
    p->end_bytes = live_bytes;
    p->end_blocks = live_blocks;
}

static double height(const struct shape *s, size_t i)
{
    return (double)s->point[i].live_bytes;
}

/* The point farthest from the straight line between two others; `distance` in bytes. */
static size_t farthest(const struct shape *s, size_t from, size_t to, double *distance)
{
    double rise = (height(s, to) - height(s, from)) / (double)(to - from);
    size_t at = from;
    *distance = 0;
    for (size_t i = from + 1; i < to; i++) {
        double d = fabs(height(s, i) - height(s, from) - rise * (double)(i - from));
        if (d > *distance) {
            *distance = d;
            at = i;
        }
    }
    return at;
}

/* Douglas and Peucker's simplification: marks the points that a polyline within `tolerance`
 * of the series needs. */
static void mark_corners(const struct shape *s, size_t from, size_t to, double tolerance,
                         bool *corner)
{
    double distance;
    if (to - from < 2) {
        return;
    }
    size_t at = farthest(s, from, to, &distance);
    if (distance > tolerance) {
        corner[at] = true;
        mark_corners(s, from, at, tolerance, corner);
        mark_corners(s, at, to, tolerance, corner);
    }
}

static enum phase_kind kind_of(const struct shape *s, const struct phase *p, double peak,
                               double flat)
{
    double change = ((double)p->to_bytes - (double)p->from_bytes) / peak;
    double length = (double)(p->to - p->from) / (double)s->point[s->points - 1].event;
    if (fabs(change) < flat) {
        return PHASE_PLATEAU;
    }
    return change > 0 ? (length < SUDDEN ? PHASE_JUMP : PHASE_RAMP)
                      : (length < SUDDEN ? PHASE_DROP : PHASE_DECLINE);
}

static void add_phase(struct shape *s, struct phase next, double peak, double flat)
{
    next.kind = kind_of(s, &next, peak, flat);
    struct phase *last = s->phases ? &s->phase[s->phases - 1] : NULL;
    if (last && (last->kind == next.kind || s->phases == SHAPE_PHASES)) {
        last->to = next.to;
        last->to_bytes = next.to_bytes;
    } else {
        s->phase[s->phases++] = next;
    }
}

static void find_phases(struct shape *s, double peak, double flat)
{
    bool corner[SHAPE_POINTS] = {false};
    struct phase next = {.from = 0, .from_bytes = 0};
    corner[0] = corner[s->points - 1] = true;
    mark_corners(s, 0, s->points - 1, flat * peak, corner);
    s->phases = 0;
    for (size_t i = 0; i < s->points; i++) {
        if (corner[i]) {
            next.to = s->point[i].event;
            next.to_bytes = s->point[i].live_bytes;
            add_phase(s, next, peak, flat);
            next.from = next.to;
            next.from_bytes = next.to_bytes;
        }
    }
}

void shape_find_phases(struct shape *s)
{
    double peak = 1;
    for (size_t i = 0; i < s->points; i++) {
        peak = fmax(peak, height(s, i));
    }
    for (size_t level = 0; s->points > 0 && level < LEVELS; level++) {
        find_phases(s, peak, FLAT[level]);
        if (s->phases <= READABLE_PHASES) {
            return;
        }
    }
}

const char *phase_name(enum phase_kind kind)
{
    static const char *const names[] = {"plateau", "ramp", "jump", "decline", "drop"};
    return names[kind];
}
