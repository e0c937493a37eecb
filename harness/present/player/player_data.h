/* player_data.h - the data of a player's page, as JSON text. Internal to this room. */
#ifndef FITLAB_PLAYER_DATA_H
#define FITLAB_PLAYER_DATA_H

#include "present/step/group.h"

/* Appends the JSON to *text, which free releases, for the steps from..to; at most so many bytes,
 * else it ends with an earlier step. *last is the last one. */
bool player_data(struct step_group *, uint64_t from, uint64_t to, const char *title, size_t most,
                 char **text, uint64_t *last, struct problem *);

#endif
