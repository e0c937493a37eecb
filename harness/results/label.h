/* label.h - specs as people read them in figures and file names. */
#ifndef FITLAB_LABEL_H
#define FITLAB_LABEL_H

#include <stddef.h>

/* "first-fit:order=lifo,split_min=64" becomes "first-fit order=lifo split_min=64", and
 * "traces/perl.fltrace" becomes "perl". The label has no comma and no quote. */
void label_spec(const char *spec, char *out, size_t size);

/* A label as part of a file name: letters, digits, '.', '_', '=' and '-'. */
void label_slug(const char *label, char *out, size_t size);

/* A new copy of a workload's spec that does not say its seed; free it. */
char *label_without_seed(const char *spec);

#endif
