/* text_parts.h - what a policy explains of its heap, as text: its lists and trees of free memory,
 * and the bytes of headers, footers and links. Internal to this room. */
#ifndef FITLAB_TEXT_PARTS_H
#define FITLAB_TEXT_PARTS_H

#include "present/step/heap_picture.h"

/* A line of text with its topic; the text is of the call only. */
typedef void text_line(const char *topic, const char *text, void *ctx);

/* A line for each list or tree that is not empty, in its order. */
void text_lists(const struct picture *, uint64_t base, text_line *, void *ctx);

/* A line for each header, footer, link and head in the spans [from, to) of the picture, with its
 * bytes as they are in the region that starts at `region`. */
void text_bytes(const struct picture *, size_t from, size_t to, const char *region, uint64_t base,
                text_line *, void *ctx);

#endif
