/* players.h - beside a report, for each workload a page that plays its most telling steps: those
 * around the moment at which the footprints of two policies are furthest apart. */
#ifndef FITLAB_REPORT_PLAYERS_H
#define FITLAB_REPORT_PLAYERS_H

#include <stdio.h>

#include "present/player/player_page.h"

struct results_reader;

/* One of the two policies that are played: as the summary's row has it. */
struct report_rival {
    const char *policy, *region; /* the full spec */
    double footprint_bytes;      /* at its peak */
    double work;                 /* events and probes: how long it takes to replay */
};

struct report_player {
    size_t subject;                /* the workload, in the reader's roster */
    const char *workload;          /* the full spec, seed included */
    struct report_rival low, high; /* the smallest and the largest footprint */
    char *file;                    /* of the player, in `folder`; NULL: there is none */
    struct problem why;            /* there is none */
    struct player_window window;
};

/* Good as long as the reader is open. */
struct report_players {
    char *folder; /* relative to the page */
    struct report_player *player;
    size_t count;
};

/* Writes the players into the folder PAGE-players, where PAGE is the path of the report's page
 * without its suffix. Each is played in a process of its own: a policy that crashes there costs its
 * player and no more. Workloads without two policies that part are left out. False and a problem:
 * the results or the folder cannot be used. */
bool report_players_write(const char *page, struct results_reader *, struct report_players *,
                          struct problem *);

/* A section of the page with links to them; nothing if there are none. */
void report_players_html(const struct report_players *, const struct results_reader *, FILE *);

void report_players_free(struct report_players *);

#endif
