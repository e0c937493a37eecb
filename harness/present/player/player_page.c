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

struct page {
    const char *title, *data;
};

static void put_title(FILE *out, const void *page)
{
    markup_text(out, ((const struct page *)page)->title);
}

static void put_style(FILE *out, const void *page)
{
    (void)page;
    fputs(player_css, out);
}

static void put_data(FILE *out, const void *page)
{
    fputs(((const struct page *)page)->data, out);
}

static void put_script(FILE *out, const void *page)
{
    (void)page;
    fputs(player_js, out);
}

static const struct markup_word words[] = {{"@TITLE@", put_title},
                                           {"@STYLE@", put_style},
                                           {"@DATA@", put_data},
                                           {"@SCRIPT@", put_script},
                                           {NULL, NULL}};

static bool write_page(const char *path, const char *title, const char *data,
                       struct problem *problem)
{
    FILE *out = fopen(path, "w");
    if (!out) {
        return problem_set(problem, "%s: cannot be written: %s", path, strerror(errno));
    }
    markup_template(out, player_html, words, &(struct page){title, data});
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

/* Mostly what led to a step, and a little of what follows. */
static void set_window(struct player_window *w, uint64_t steps, uint64_t events)
{
    uint64_t before = steps * 3 / 4, step = w->parting.step;
    w->first = step > before ? step - before : 0;
    w->last = w->first + steps < events ? w->first + steps : events;
}

bool player_find_window(struct timeline *t, const struct step_group_setup *setup, uint64_t steps,
                        struct player_window *w, struct problem *problem)
{
    uint64_t blocks = PLAYER_BLOCKS_MOST / (setup->policies ? setup->policies : 1);
    if (!step_group_parting(t, setup, blocks, &w->parting, problem)) {
        return false;
    }
    set_window(w, steps, t->events);
    return true;
}

static bool write_window(const char *path, struct timeline *t, const struct step_group_setup *setup,
                         struct player_window *w, struct problem *problem)
{
    char title[SPEC_MAX_TEXT + 64];
    struct step_group g;
    if (!step_group_open(&g, t, setup, problem)) {
        return false;
    }
    snprintf(title, sizeof title, "%s around step %" PRIu64, t->spec.label, w->parting.step);
    bool written = player_write(path, &g, w->first, w->last, title, &w->last, problem);
    step_group_close(&g);
    return written;
}

bool player_write_window(const char *path, const char *workload,
                         const struct step_group_setup *setup, uint64_t steps,
                         struct player_window *w, struct problem *problem)
{
    struct timeline t;
    if (!timeline_of_workload(&t, workload, problem)) {
        return false;
    }
    bool done = player_find_window(&t, setup, steps, w, problem) &&
                (!w->parting.bytes || write_window(path, &t, setup, w, problem));
    timeline_close(&t);
    return done;
}
