/* picture_metadata.h - where a picture comes from, written into the picture itself. */
#ifndef FITLAB_PICTURE_METADATA_H
#define FITLAB_PICTURE_METADATA_H

#include "workloads/problem.h"

struct picture_metadata {
    const char *title;      /* the drawing's name */
    const char *caption;    /* sentences */
    const char *provenance; /* data digest, command, versions; one line each */
};

/* Writes it into the PDF, SVG or PNG at `path` (the suffix decides) as that format's own
 * metadata, and takes the date of drawing out: the same data gives the same bytes. A PDF
 * whose cross references are compressed is left as it is. */
bool picture_metadata_write(const char *path, const struct picture_metadata *, struct problem *);

#endif
