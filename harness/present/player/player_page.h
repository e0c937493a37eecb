/* player_page.h - a self-contained HTML page in which a heap is played step by step.
 *
 * The page holds the heaps of all policies at its first step and what changes in each step, its
 * style and its scripts; it loads nothing. The scripts say what their data look like (heap.js).
 */
#ifndef FITLAB_PLAYER_PAGE_H
#define FITLAB_PLAYER_PAGE_H

#include "present/step/group.h"

/* The largest page, and the steps that are shown where nobody says how many. */
enum { PLAYER_BYTES_MOST = 2 << 20, PLAYER_STEPS = 2000 };

/* Writes the page of the steps from..to of the group to a file. If it would be larger than
 * PLAYER_BYTES_MOST it ends before `to`: *last is its last step. False and a problem: it could not
 * be written, and no half of it is left. */
bool player_write(const char *path, struct step_group *, uint64_t from, uint64_t to,
                  const char *title, uint64_t *last, struct problem *);

/* The window of a page around a step. */
void player_window(uint64_t step, uint64_t events, uint64_t *first, uint64_t *last);

/* A page of a workload under some policies, for at most PLAYER_STEPS steps around the one at which
 * their footprints part most: the largest less the smallest. *first and *last are its steps. */
bool player_write_window(const char *path, const char *workload, const char *const *policy,
                         size_t policies, const struct region_spec *, uint64_t *first,
                         uint64_t *last, struct problem *);

#endif
