/* markup.h - text in SVG and HTML, and pages made from templates. */
#ifndef FITLAB_MARKUP_H
#define FITLAB_MARKUP_H

#include <stdio.h>

/* Writes text, with what markup would take for its own escaped; good in attributes, too. */
void markup_text(FILE *, const char *text);

/* What stands in a template for @WORD@. */
struct markup_word {
    const char *word; /* with both signs; NULL ends a list */
    void (*put)(FILE *, const void *ctx);
};

/* Writes a template with its words replaced; any other @ stays. */
void markup_template(FILE *, const char *text, const struct markup_word *, const void *ctx);

#endif
