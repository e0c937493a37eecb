/* terminal.h - steps on a terminal, chosen by keys. */
#ifndef FITLAB_STEP_TERMINAL_H
#define FITLAB_STEP_TERMINAL_H

#include "present/step/group.h"

/* Whether standard input and output are a terminal that can be drawn on. */
bool terminal_is_there(void);

/* The columns of the terminal that standard output is, or 0. */
size_t terminal_columns(void);

/* Shows the step and then what the keys choose, until 'q' or the end of the input. The setup's
 * width 0: the terminal's. False and a problem if a step cannot be shown. */
bool terminal_run(struct step_group *, const struct text_setup *, uint64_t step, struct problem *);

#endif
