/* shape.h - the live bytes over the events, in a few hundred points, and the phases in them.
 *
 * Wilson et al. (1995) distinguish ramps, plateaus and peaks: a ramp builds data up over a long
 * time, a peak builds it up and frees it, a plateau keeps it. */
#ifndef FITLAB_SHAPE_H
#define FITLAB_SHAPE_H

#include <stddef.h>
#include <stdint.h>

enum { SHAPE_POINTS = 512, SHAPE_PHASES = 64 };

struct shape_point {
    uint64_t event;                 /* the last one of its stretch, counted from 1 */
    uint64_t live_bytes;            /* the most in the stretch */
    uint64_t end_bytes, end_blocks; /* at its end */
};

/* A ramp or a decline changes live bytes by more than 5 % of the peak, a jump or a drop does so
 * within 2 % of the events. With very many phases, 10 % or 20 % is asked for. */
enum phase_kind { PHASE_PLATEAU, PHASE_RAMP, PHASE_JUMP, PHASE_DECLINE, PHASE_DROP };

struct phase {
    enum phase_kind kind;
    uint64_t from, to; /* events */
    uint64_t from_bytes, to_bytes;
};

struct shape {
    struct shape_point point[SHAPE_POINTS];
    size_t points;
    uint64_t stride; /* events a point; the last may have fewer */
    struct phase phase[SHAPE_PHASES];
    size_t phases;
};

/* Start with a zeroed shape. Takes what is live after the event `event`, counted from 1; every
 * event is to be added. */
void shape_add(struct shape *, uint64_t event, uint64_t live_bytes, uint64_t live_blocks);

/* Finds the phases, once all is added. */
void shape_find_phases(struct shape *);

const char *phase_name(enum phase_kind);

#endif
