/* fresh_program.h - a cell in a program that is started for it. Some policies need this, because
 * they cannot run in a fork of the process that asked (process.h). Internal to this room, except
 * for the two functions named below. */
#ifndef FITLAB_FRESH_PROGRAM_H
#define FITLAB_FRESH_PROGRAM_H

#include "cell/shared_results.h"

/* In the child, after fork: starts the program again, as `fitlab cell ...`. Comes back only if
 * that fails, and then has said so on the shared results. */
void fresh_program_start(const struct cell *, struct shared_results *, uint64_t seed);

/* The program started so: runs the cell that its arguments describe. For main. */
int fresh_program_main(int argc, char **argv);

/* The path of this program, if it has fresh_program_main; without one such cells are unavailable.
 * For main, at its start. */
extern const char *fresh_program_path;

#endif
