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

/* The live blocks of all its policies together for which a page surely has room, with their holes.
 */
enum { PLAYER_BLOCKS_MOST = 20000 };

/* Writes the page of the steps from..to of the group to a file. If it would be larger than
 * PLAYER_BYTES_MOST it ends before `to`: *last is its last step. False and a problem: it could not
 * be written, and no half of it is left. */
bool player_write(const char *path, struct step_group *, uint64_t from, uint64_t to,
                  const char *title, uint64_t *last, struct problem *);

/* Where the policies of a workload part most, and the steps that a page has around it. */
struct player_window {
    struct step_parting parting;
    uint64_t first, last;
};

/* Finds the window of so many steps around the one at which the footprints part most, among those
 * at which a page has room for the heaps. */
bool player_find_window(struct timeline *, const struct step_group_setup *, uint64_t steps,
                        struct player_window *, struct problem *);

/* Finds it and writes its page; `last` is then the last step of the page. Where the policies never
 * part it writes nothing, and parting.bytes is 0. */
bool player_write_window(const char *path, const char *workload, const struct step_group_setup *,
                         uint64_t steps, struct player_window *, struct problem *);

#endif
