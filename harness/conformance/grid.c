#include <stdlib.h>
#include <string.h>

#include "conformance/conformance.h"

enum { MOST_PARAMS = 24, MOST_VALUES = 16, MOST_SETS = 1024 };

struct grid {
    const struct param *table;
    size_t params;
    long values[MOST_PARAMS][MOST_VALUES]; /* the first is the default */
    size_t count[MOST_PARAMS];
    long seen[MOST_SETS][MOST_PARAMS];
    size_t sets;
    grid_visitor *visit;
    void *context;
    bool stopped;
};

static void add_value(struct grid *g, size_t p, long value)
{
    for (size_t i = 0; i < g->count[p]; i++) {
        if (g->values[p][i] == value) {
            return;
        }
    }
    if (g->count[p] < MOST_VALUES) {
        g->values[p][g->count[p]++] = value;
    }
}

static void list_values(struct grid *g, size_t p)
{
    const struct param *row = &g->table[p];
    add_value(g, p, row->init);
    for (long i = 0; row->choices && row->choices[i]; i++) {
        add_value(g, p, i);
    }
    if (!row->choices) {
        add_value(g, p, row->min);
        add_value(g, p, row->max);
        add_value(g, p, row->min + (row->max - row->min) / 2);
        add_value(g, p, row->min + (row->max - row->min) / 4);
    }
}

static void offer(struct grid *g, const long *arg)
{
    for (size_t i = 0; i < g->sets; i++) {
        if (!memcmp(g->seen[i], arg, sizeof g->seen[i])) {
            return;
        }
    }
    if (g->stopped || g->sets == MOST_SETS) {
        return;
    }
    memcpy(g->seen[g->sets++], arg, sizeof g->seen[0]);
    g->stopped = !g->visit(arg, g->context);
}

static bool pairs(const struct param *row)
{
    return row->choices || row->max - row->min == 1;
}

/* Each value of one parameter, alone and with each value of every earlier choice. */
static void offer_each(struct grid *g, const long *defaults, size_t p)
{
    for (size_t i = 1; i < g->count[p]; i++) {
        long arg[MOST_PARAMS];
        memcpy(arg, defaults, sizeof arg);
        arg[p] = g->values[p][i];
        offer(g, arg);
        for (size_t q = 0; q < p; q++) {
            if (!pairs(&g->table[p]) || !pairs(&g->table[q])) {
                continue;
            }
            for (size_t k = 1; k < g->count[q]; k++) {
                arg[q] = g->values[q][k];
                offer(g, arg);
            }
            arg[q] = defaults[q];
        }
    }
}

void grid_visit(const struct param *table, grid_visitor *visit, void *context)
{
    struct grid *g = calloc(1, sizeof *g);
    if (!g) {
        abort();
    }
    g->table = table;
    g->visit = visit;
    g->context = context;
    long defaults[MOST_PARAMS] = {0};
    for (; table && table[g->params].name && g->params < MOST_PARAMS; g->params++) {
        list_values(g, g->params);
        defaults[g->params] = table[g->params].init;
    }
    offer(g, defaults);
    for (size_t p = 0; p < g->params; p++) {
        offer_each(g, defaults, p);
    }
    free(g);
}
