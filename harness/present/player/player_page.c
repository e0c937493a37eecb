#include "present/player/player_page.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "present/figures/markup.h"
#include "present/player/player_data.h"

/* The files of this folder that make the page: made by embed.cmake. */
extern const char player_html[], player_css[], player_js[];

enum { SHAPES_ROOM = 64 << 10 /* bytes for what the data's sizes leave out */ };

/* ---- the page ---- */

/* The template, with each @WORD@ replaced. */
static void put_page(FILE *out, const char *title, const char *data)
{
    for (const char *at = player_html; *at;) {
        size_t plain = strcspn(at, "@");
        fwrite(at, 1, plain, out);
        at += plain;
        if (!*at) {
            break;
        }
        size_t word = strcspn(at + 1, "@") + 2;
        if (!strncmp(at, "@TITLE@", word)) {
            markup_text(out, title);
        } else if (!strncmp(at, "@STYLE@", word)) {
            fputs(player_css, out);
        } else if (!strncmp(at, "@DATA@", word)) {
            fputs(data, out);
        } else if (!strncmp(at, "@SCRIPT@", word)) {
            fputs(player_js, out);
        }
        at += word;
    }
}

static bool write_page(const char *path, const char *title, const char *data,
                       struct problem *problem)
{
    FILE *out = fopen(path, "w");
    if (!out) {
        return problem_set(problem, "%s: cannot be written: %s", path, strerror(errno));
    }
    put_page(out, title, data);
    bool whole = !ferror(out);
    if (fclose(out) != 0 || !whole) {
        problem_set(problem, "%s: cannot be written: %s", path, strerror(errno));
        unlink(path);
        return false;
    }
    return true;
}

bool player_write(const char *path, struct step_group *g, uint64_t from, uint64_t to,
                  const char *title, uint64_t *last, struct problem *problem)
{
    size_t frame = strlen(player_html) + strlen(player_css) + strlen(player_js) + strlen(title) * 4;
    char *data;
    if (!player_data(g, from, to, title, PLAYER_BYTES_MOST - SHAPES_ROOM - frame, &data, last,
                     problem)) {
        return false;
    }
    bool written = write_page(path, title, data, problem);
    free(data);
    return written;
}

/* ---- the most telling window ---- */

/* At most PLAYER_STEPS: mostly what led to a step, and a little of what follows. */
void player_window(uint64_t step, uint64_t events, uint64_t *first, uint64_t *last)
{
    *first = step > PLAYER_STEPS * 3 / 4 ? step - PLAYER_STEPS * 3 / 4 : 0;
    *last = *first + PLAYER_STEPS < events ? *first + PLAYER_STEPS : events;
}

static bool write_around(const char *path, struct step_group *g, uint64_t *first, uint64_t *last,
                         struct problem *problem)
{
    char title[SPEC_MAX_TEXT + 64];
    uint64_t step, events = g->timeline->events;
    if (!step_group_parting(g, &step, problem)) {
        return false;
    }
    player_window(step, events, first, last);
    snprintf(title, sizeof title, "%s around step %" PRIu64, g->timeline->spec.label, step);
    return player_write(path, g, *first, *last, title, last, problem);
}

bool player_write_window(const char *path, const char *workload, const char *const *policy,
                         size_t policies, const struct region_spec *region, uint64_t *first,
                         uint64_t *last, struct problem *problem)
{
    struct timeline t;
    struct step_group g;
    if (!timeline_of_workload(&t, workload, problem)) {
        return false;
    }
    const struct step_group_setup setup = {
        .policy = policy, .policies = policies, .region = region, .goes_back = true};
    bool written = step_group_open(&g, &t, &setup, problem);
    if (written) {
        written = write_around(path, &g, first, last, problem);
        step_group_close(&g);
    }
    timeline_close(&t);
    return written;
}
