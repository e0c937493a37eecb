/* worksheet.h - numbered exercises for a class, and their solutions. */
#ifndef FITLAB_WORKSHEET_H
#define FITLAB_WORKSHEET_H

#include "present/lessons/ostep.h"

enum worksheet_format { WORKSHEET_TEXT, WORKSHEET_HTML };

struct worksheet {
    size_t exercises;
    int64_t seed;
    enum worksheet_format format;
    const struct ostep_options *options; /* of every exercise, but for the seed; NULL: each exercise
                                            has options of its own */
};

/* Writes all exercises and then all solutions. The same seed writes the same sheet. */
bool worksheet_write(const struct worksheet *, FILE *, struct problem *);

#endif
