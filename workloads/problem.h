/* problem.h - how bad input is reported: one clear line for a person.
 *
 * A function that can meet bad input returns false (or NULL) and fills a problem. The
 * text names the file or spec, the place in it, and the remedy; it has no newline and no
 * full stop. Only main prints it, and exits with 2.
 */
#ifndef FITLAB_PROBLEM_H
#define FITLAB_PROBLEM_H

#include <stdbool.h>

struct problem {
    char text[512];
};

/* Writes the message, printf-like, and returns false, so that a caller can return it. */
bool problem_set(struct problem *, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Puts "prefix: " in front of the message; returns false. */
bool problem_prefix(struct problem *, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
