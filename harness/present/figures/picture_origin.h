/* picture_origin.h - where the numbers of a drawing come from, as its caption and its pictures say.
 */
#ifndef FITLAB_PICTURE_ORIGIN_H
#define FITLAB_PICTURE_ORIGIN_H

struct drawing;

/* What many drawings of one folder share, found once. */
struct picture_origin;

struct picture_origin *picture_origin_new(void);
void picture_origin_free(struct picture_origin *);

/* The table and its digest, who measured, who draws, and with which command: one line each. Free
 * it. */
char *picture_origin_text(struct picture_origin *, const struct drawing *);

/* Of these what decides whether a picture is up to date: not the commands. Free it. */
char *picture_origin_of_data(struct picture_origin *, const struct drawing *);

#endif
