/* compile.h - running the C compiler. */
#ifndef FITLAB_COMPILE_H
#define FITLAB_COMPILE_H

#include <stdbool.h>
#include <stddef.h>

enum { COMPILE_ARGUMENTS = 64 };

struct compile {
    const char *program;                     /* NULL: compile_program() */
    const char *argument[COMPILE_ARGUMENTS]; /* after the compiler's name */
    size_t n;
};

/* Appends an argument, whose text must outlive the run; those beyond the most are dropped. */
void compile_add(struct compile *, const char *argument);

/* The compiler that CC names, or cc. */
const char *compile_program(void);

/* Runs it, its messages in English into the file `log`. False if it fails or is not there. */
bool compile_run(const struct compile *, const char *log);

/* The first line of the log that tells an error, or "" if none does. */
void compile_first_error(const char *log, char *line, size_t size);

/* The first line of the log that warns that a pointer is cast to a narrower integer or the other
 * way round: its place, "mm.c:52", or "". */
void compile_first_narrow_cast(const char *log, char *place, size_t size);

#endif
