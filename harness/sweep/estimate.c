#include "sweep/estimate.h"

#include <stdio.h>
#include <stdlib.h>

#include "cell/pass_kind.h"

/* The time to start a process and to read a workload for the first time. */
#define SECONDS_A_CELL .01

/* The number of events assumed for a workload that does not say how many it has. */
#define EVENTS_GUESSED 1e6

static double count_events(const struct workload_spec *spec)
{
    struct problem unused = {""};
    struct workload *workload = workload_spec_open(spec, &unused);
    double events = workload && workload->events ? (double)workload->events : EVENTS_GUESSED;
    workload_close(workload);
    return events;
}

bool estimate_open(struct estimate *e, const struct sweep_spec *spec, const struct grid *grid,
                   struct problem *problem)
{
    *e = (struct estimate){.spec = spec, .grid = grid};
    e->events = calloc(grid->workloads, sizeof *e->events);
    e->of_policy = calloc(spec->policies * CELL_PASS_COUNT, sizeof *e->of_policy);
    e->of_workload = calloc(grid->workloads * CELL_PASS_COUNT, sizeof *e->of_workload);
    if (!e->events || !e->of_policy || !e->of_workload) {
        estimate_close(e);
        return problem_set(problem, "out of memory");
    }
    for (size_t w = 0; w < grid->workloads; w++) {
        e->events[w] = count_events(&grid->workload[w]);
    }
    return true;
}

void estimate_close(struct estimate *e)
{
    free(e->events);
    free(e->of_policy);
    free(e->of_workload);
}

static struct estimate_tally *tally(const struct estimate *e, const struct cell *cell)
{
    return &e->of_policy[(size_t)(cell->policy - e->spec->policy) * CELL_PASS_COUNT + cell->pass];
}

static double events_of(const struct estimate *e, const struct cell *cell)
{
    return e->events[cell->workload - e->grid->workload];
}

static struct estimate_tally *tally_of_workload(const struct estimate *e, const struct cell *cell)
{
    return &e->of_workload[(size_t)(cell->workload - e->grid->workload) * CELL_PASS_COUNT +
                           cell->pass];
}

/* Seconds of a cell of any policy. A timed cell takes longer than its events if they are few, so
 * what was learned from small workloads is not multiplied up without bound. */
static double seconds_of_workload(const struct estimate *e, const struct cell *cell)
{
    enum { MOST_TIMES_GUESSED = 4 };
    const struct estimate_tally *own = tally_of_workload(e, cell), *pass = &e->of_pass[cell->pass];
    if (own->cells > 0) {
        return own->seconds / own->cells;
    }
    double guess = pass_kinds[cell->pass]->guess_ns * 1e-9;
    double learned = pass->events > 0 ? pass->seconds / pass->events : guess;
    double least = pass->cells > 0 ? pass->seconds / pass->cells / MOST_TIMES_GUESSED : 0;
    double an_event = learned < MOST_TIMES_GUESSED * guess ? learned : MOST_TIMES_GUESSED * guess;
    double by_events = an_event * events_of(e, cell);
    return by_events > least ? by_events : least;
}

static void add(struct estimate_tally *t, double seconds, double events, double expected)
{
    t->seconds += seconds;
    t->events += events;
    t->expected += expected;
    t->cells++;
}

void estimate_learn(struct estimate *e, const struct cell *cell, double seconds)
{
    double beyond = seconds > SECONDS_A_CELL ? seconds - SECONDS_A_CELL : 0;
    add(&e->of_pass[cell->pass], beyond, events_of(e, cell), 0);
    add(tally_of_workload(e, cell), beyond, events_of(e, cell), 0);
    add(tally(e, cell), beyond, events_of(e, cell), seconds_of_workload(e, cell));
}

double estimate_cell(const struct estimate *e, const struct cell *cell)
{
    const struct estimate_tally *own = tally(e, cell);
    double times = own->expected > 0 ? own->seconds / own->expected : 1;
    return SECONDS_A_CELL + times * seconds_of_workload(e, cell);
}

bool estimate_is_guess(const struct estimate *e, const struct cell *cell)
{
    return !(tally(e, cell)->events > 0);
}

const char *estimate_format(double seconds, char *out, size_t size)
{
    long s = (long)(seconds + .5);
    if (s >= 3600) {
        snprintf(out, size, "%ldh%02ldm", s / 3600, s % 3600 / 60);
    } else if (s >= 60) {
        snprintf(out, size, "%ldm%02lds", s / 60, s % 60);
    } else {
        snprintf(out, size, "%lds", s);
    }
    return out;
}
