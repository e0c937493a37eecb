/* scratch.h - tests that run commands of a shell, in a folder of their own. */
#ifndef FITLAB_SCRATCH_H
#define FITLAB_SCRATCH_H

/* Group fixtures of cmocka: makes a folder and goes there; leaves and removes it. */
int scratch_enter(void **unused);
int scratch_leave(void **unused);

/* Runs a command, printf-like; returns its exit code. It must not die of a signal. */
int shell(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* What the commands so far have left in the file `notes`; valid until the next call. */
const char *notes(void);

#endif
