/* drawn.h - what the figures of a folder were drawn from, so that only stale ones are drawn again.
 *
 * A hidden file beside the figures, .drawn.json, has a digest of each picture: of the numbers that
 * it shows, the script, and how it was to look. It also has one of each figure as a whole: of all
 * tables that it could read, so that figures that are up to date need not even be computed. */
#ifndef FITLAB_DRAWN_H
#define FITLAB_DRAWN_H

#include <stdbool.h>
#include <stddef.h>
#include <xxhash.h>

struct drawn;

/* What the folder was drawn from, as far as that is known. */
struct drawn *drawn_open(const char *folder);

/* Whether the picture is there and was drawn from this. */
bool drawn_is_fresh(const struct drawn *, const char *picture, const char *digest);

/* Notes that a picture was drawn. */
void drawn_picture(struct drawn *, const char *picture, const char *digest);

/* The pictures that are expected until the figure's end are those of a figure, drawn from tables
 * with this digest. */
void drawn_begin_figure(struct drawn *, const char *figure, const char *digest);
void drawn_expect(struct drawn *, const char *picture);
void drawn_end_figure(struct drawn *);

/* After a failure it is not known which figures are whole. */
void drawn_forget_figures(struct drawn *);

/* Calls `visit` for the path of each picture of a figure, if it was drawn as a whole from tables
 * with this digest and all of its pictures are still there. False, and no call, if not. */
typedef void drawn_visitor(const char *path, void *ctx);
bool drawn_figure_is_fresh(const struct drawn *, const char *figure, const char *digest,
                           drawn_visitor *visit, void *ctx);

/* Writes the file, if anything is known, and frees. It is no error if it cannot be written: the
 * pictures are then drawn again next time. */
void drawn_close(struct drawn *);

/* --- digests --------------------------------------------------------------------------------- */

enum { DRAWN_DIGEST = 33 };

/* A digest of several things: begin, add, end. */
XXH3_state_t *drawn_digest_begin(void);
void drawn_digest_text(XXH3_state_t *, const char *text); /* with its end; NULL is "" */
bool drawn_digest_file(
    XXH3_state_t *,
    const char *path); /* of a table's text, if it is compressed; false: it cannot be read */
void drawn_digest_end(XXH3_state_t *, char hex[DRAWN_DIGEST]);

/* Adds all files of a folder whose names end so, by name. */
void drawn_digest_folder(XXH3_state_t *, const char *folder, const char *suffix);

#endif
