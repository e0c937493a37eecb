/* outside.h - the one policy of fitlab-cell32 that is not built in. */
#ifndef FITLAB_RUNNER32_OUTSIDE_H
#define FITLAB_RUNNER32_OUTSIDE_H

/* The library that any path after this stands for, and the symbol of its policy. */
void outside_is(const char *library, const char *symbol);

#endif
