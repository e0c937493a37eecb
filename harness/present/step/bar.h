/* bar.h - a heap as one line of text, as far as possible to scale:
 *
 *   [meta 216 //][hdr|p 10|pad][hole 48][h|q 20|p]
 *
 * Each span is at least as wide as its label; the columns that are left go to the spans by their
 * bytes. "//" marks metadata that is drawn shorter than its bytes. Where not all spans have room
 * the bar shows those around one that is in focus, and an overview shows where they lie.
 */
#ifndef FITLAB_BAR_H
#define FITLAB_BAR_H

#include "present/step/heap_picture.h"
#include "present/step/timeline.h"

enum { BAR_WIDTH_LEAST = 40, BAR_WIDTH_MOST = 400 };

/* What a column shows, for colours. */
enum bar_paint { BAR_PLAIN, BAR_META, BAR_HEADER, BAR_PAYLOAD, BAR_PADDING, BAR_HOLE, BAR_SLACK };

struct bar {
    char text[BAR_WIDTH_MOST + 1];
    unsigned char paint[BAR_WIDTH_MOST]; /* enum bar_paint, a column each */
    char ruler[BAR_WIDTH_MOST + 1];      /* addresses below the starts of spans */
    char mark[BAR_WIDTH_MOST + 1];       /* '^' below what changed; "" if nothing did */
    char overview[BAR_WIDTH_MOST + 1];   /* the whole heap, a character an equal share of it: '#'
                                            mostly used, '-' half, '.' mostly free, 'm' metadata */
    char window[BAR_WIDTH_MOST + 1];     /* '^' below the share that the bar shows */
    uint64_t column_bytes;               /* bytes of a column that is to scale */
    size_t before, after;                /* spans left and right of the bar */
};

struct bar_setup {
    const struct timeline *timeline;  /* names the blocks */
    size_t width;                     /* columns; from BAR_WIDTH_LEAST to BAR_WIDTH_MOST */
    uint64_t base;                    /* added to addresses */
    const struct picture_span *focus; /* of the picture: shown and marked; NULL: the first one */
};

void bar_draw(struct bar *, const struct picture *, const struct bar_setup *);

#endif
