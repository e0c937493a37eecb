/* until.h - a condition on a step, to stop at:
 *
 *   fail                             a request was refused
 *   split merge grow trim move       the policy did so (its counter moved)
 *   alloc free realloc               the operation is one
 *   at 4096                          a block that holds this address, maybe in its header, is given
 *                                  out, resized or freed
 *   external > 50                    a figure after the step is above, below or at a number
 *
 * Figures: external (percent), footprint, live, slack, largest (bytes), blocks, holes, and probes
 * (of the step alone). Comparisons: > >= < <= =. Sizes take K, M and G.
 */
#ifndef FITLAB_UNTIL_H
#define FITLAB_UNTIL_H

#include "present/step/stepper.h"

struct until {
    int event;    /* of enum until_event in until.c, or -1: a comparison */
    int figure;   /* of enum until_figure */
    char sign[3]; /* of the comparison */
    double number;
    uint64_t base; /* of the addresses; the caller sets it, 0 after until_parse */
};

bool until_parse(const char *text, struct until *, struct problem *);

/* Goes on from where the stepper stands until the condition holds after a step, at most to `last`.
 * *found says whether it does; the stepper then stands behind that step. */
bool until_seek(const struct until *, struct stepper *, uint64_t last, bool *found,
                struct problem *);

/* The words that until_parse takes, for help. */
extern const char until_words[];

#endif
