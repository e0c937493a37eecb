/* step_lesson.h - the options of `fitlab step` that are for classes: --ostep, --quiz, --worksheet.
 */
#ifndef FITLAB_STEP_LESSON_H
#define FITLAB_STEP_LESSON_H

#include <argp.h>

#include "present/lessons/worksheet.h"
#include "present/step/group.h"

struct step_lesson {
    const char *ostep; /* the simulator's options, or NULL */
    bool quiz;
    struct worksheet worksheet; /* exercises 0: none is asked for */
    bool seed_given, format_given;
    long heap;                    /* bytes that the policy's parameter `heap` gets; 0: not given */
    struct ostep_options options; /* of `ostep` */
};

/* Parses these options; the input is a struct step_lesson. */
extern const struct argp step_lesson_argp;

/* Does what --ostep or --worksheet ask for, if they are enough to do it without the step engine.
 * Returns the exit status. */
int step_lesson_run(const struct step_lesson *);

/* What the step engine needs to play the operations of --ostep: a policy, and the operations in its
 * own words, which the caller frees. False and a problem: they cannot be played. */
bool step_lesson_operations(const struct step_lesson *, char policy[256], char **operations,
                            struct problem *);

/* The policy's spec with heap=BYTES, if the policy has such a parameter and --heap was given. */
bool step_lesson_heap(const struct step_lesson *, const char *spec, char out[512],
                      struct problem *);

/* Bytes of a region for a heap of --ostep or --heap. */
size_t step_lesson_region_bytes(const struct step_lesson *);

/* Asks about the steps from..to of one policy. Returns the exit status. */
int step_lesson_quiz(struct step_group *, uint64_t from, uint64_t to, struct problem *);

#endif
