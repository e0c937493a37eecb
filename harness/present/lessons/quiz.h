/* quiz.h - a lesson as questions: one a step, answered on a terminal or from a file. */
#ifndef FITLAB_QUIZ_H
#define FITLAB_QUIZ_H

#include "present/lessons/lesson.h"

struct quiz_score {
    size_t asked, right;
    bool ended; /* false: the answers stopped before the last question */
};

/* Asks about each step in turn: which address is returned, how many holes the search looks at, what
 * the free list is afterwards. Reads a line for each answer, says whether it is right, and why the
 * right one is so. A line of "q", or the end of the input, ends the quiz. */
struct quiz_score quiz_ask(const struct lesson *, FILE *in, FILE *out);

/* Whether a typed answer is right. An address may be decimal or hexadecimal, and -1, "fails",
 * "none" or "NULL" for a request that fails; a list is the numbers of all holes, address and size
 * in turn, with anything between them, and "none" or "empty" for no hole. */
bool quiz_address_right(const struct lesson_step *, const char *answer);
bool quiz_list_right(const struct lesson_step *, bool in_order, const char *answer);
bool quiz_count_right(uint64_t count, const char *answer);

#endif
