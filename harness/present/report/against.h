/* against.h - what `fitlab compare` says, as a section of a report. */
#ifndef FITLAB_REPORT_AGAINST_H
#define FITLAB_REPORT_AGAINST_H

#include <stdio.h>

struct compare;

void against_write(const struct compare *, const char *folder, FILE *);

#endif
