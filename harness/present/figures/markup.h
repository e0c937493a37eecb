/* markup.h - text in SVG and HTML. */
#ifndef FITLAB_MARKUP_H
#define FITLAB_MARKUP_H

#include <stdio.h>

/* Writes text, with what markup would take for its own escaped; good in attributes, too. */
void markup_text(FILE *, const char *text);

#endif
