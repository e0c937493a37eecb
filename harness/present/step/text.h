/* text.h - a step as text: the operation, what the policy did, the heap as a bar, what moved. */
#ifndef FITLAB_STEP_TEXT_H
#define FITLAB_STEP_TEXT_H

#include <stdio.h>

#include "present/step/story.h"

/* A policy in one step. */
struct step_view {
    const struct stepper *stepper;
    const struct step *step;
    const struct story *story;
};

struct text_setup {
    size_t width; /* columns; from BAR_WIDTH_LEAST + 8 */
    uint64_t base;
    bool hex;    /* the bytes of headers, footers and links as well */
    bool colour; /* ANSI colours, beside the letters that say the same */
};

/* Several policies in the same step, one below the other; where they differ is said. */
void text_print(FILE *, const struct text_setup *, const struct step_view *, size_t views);

#endif
