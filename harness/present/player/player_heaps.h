/* player_heaps.h - heaps and what changes in them as JSON, as heap.js reads them. Internal to this
 * room. */
#ifndef FITLAB_PLAYER_HEAPS_H
#define FITLAB_PLAYER_HEAPS_H

#include <jansson.h>

#include "present/step/group.h"

/* Words that come again and again, by number. */
struct dictionary {
    json_t *list;   /* in the order of their numbers */
    json_t *number; /* from a word's text to its number */
};

struct writing {
    struct step_group *group;
    struct dictionary names, topics, shapes;
    struct picture previous[STEP_POLICIES_MOST]; /* of each policy, at the step before */
};

void dictionary_open(struct dictionary *);
void dictionary_close(struct dictionary *);

/* The number of a word, which is added if it is new. */
json_t *word_number(struct dictionary *, const char *word);

json_t *number_json(uint64_t);

/* -1 for NOWHERE. */
json_t *address_json(uint64_t at);

json_t *span_json(struct writing *, const struct picture *, const struct picture_span *);

/* [[index, how many go, [spans that come]], ...] from the old spans to the new ones. */
json_t *edits_json(struct writing *, const struct picture *old, const struct picture *now);

/* The heads that differ; all that lead somewhere if the old picture is empty. */
json_t *heads_json(struct writing *, const struct picture *old, const struct picture *now);

#endif
