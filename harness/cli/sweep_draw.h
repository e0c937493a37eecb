/* sweep_draw.h - the figures at the end of a sweep; cmd_sweep.c's own. */
#ifndef FITLAB_SWEEP_DRAW_H
#define FITLAB_SWEEP_DRAW_H

#include "sweep/sweep_spec.h"

/* Draws the spec's figures of a results folder, by 'fitlab plot' in a process of its own. False and
 * a problem that says how to see what went wrong. */
bool sweep_draw(const struct sweep_spec *, const char *folder, struct problem *);

#endif
