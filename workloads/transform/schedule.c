/* schedule.c - the threads of a workload in another order. */
#include <stdlib.h>
#include <string.h>

#include "workloads/transform/foreseen.h"
#include "workloads/transform/scheduler.h"
#include "workloads/workload_kind.h"

enum { OF, ORDER, TURN, WINDOW, SEED };

static const struct param params[] = {
    {.name = "of",
     .help = "whose threads: a trace file, a name of the corpus, or a generator as it is by itself",
     .text = true},
    {.name = "order",
     .help = "which thread acts next; each keeps its own order, and blocks live before they die",
     .init = ORDER_RANDOM,
     .max = ORDER_ADVERSARIAL,
     .choices = schedule_order_names},
    {.name = "turn",
     .help = "how many events a thread has at a time in the orders round-robin and random",
     .unit = "events",
     .init = 1,
     .min = 1,
     .max = 1L << 40},
    {.name = "window",
     .help = "how far a thread can run ahead of the recorded order",
     .unit = "events",
     .init = 1 << 16,
     .min = 1,
     .max = 1L << 32},
    {.name = "seed", .help = "of the random order", .init = 1, .min = 0, .max = 0x7fffffff},
    PARAM_END,
};

enum { MOST_PARAMS = 32 };

struct scheduled {
    struct workload head;
    struct scheduler *scheduler;
};

/* A kind with the values of its table, and the trace where it takes one. */
static struct workload *open_kind(const struct workload_kind *kind, const char *path,
                                  struct problem *problem)
{
    long number[MOST_PARAMS] = {0};
    const char *text[MOST_PARAMS] = {NULL};
    for (size_t i = 0; kind->params[i].name && i < MOST_PARAMS; i++) {
        number[i] = kind->params[i].init;
        text[i] = kind->params[i].text ? path : NULL;
    }
    const struct workload_args args = {number, text};
    return workload_open(kind, &args, problem);
}

static struct scheduler *open_scheduler(const struct workload_args *args, struct problem *problem)
{
    const char *of = args->text[OF];
    const struct workload_kind *generator = workload_kind_find(of);
    struct workload *in =
        open_kind(generator ? generator : workload_kind_find("trace"), of, problem);
    const struct schedule_rule rule = {.order = (enum schedule_order)args->number[ORDER],
                                       .turn = (uint64_t)args->number[TURN],
                                       .seed = (uint64_t)args->number[SEED]};
    return in ? scheduler_open(in, &rule, (uint64_t)args->number[WINDOW], problem) : NULL;
}

static size_t next(void *scheduler, struct event *events, size_t most, struct problem *problem)
{
    return scheduler_next(scheduler, events, most, problem);
}

static struct workload *schedule_open(const struct workload_args *args, struct problem *problem)
{
    struct scheduled *s = calloc(1, sizeof *s);
    struct scheduler *ahead = s ? open_scheduler(args, problem) : NULL;
    bool ok = ahead && foreseen_fill(&s->head, next, ahead, problem);
    if (ok && scheduler_source(ahead)->events) {
        s->head.drain = scheduler_source(ahead)->drain;
    }
    scheduler_close(ahead);
    if (!ok || !(s->scheduler = open_scheduler(args, problem))) {
        free(s);
        return NULL;
    }
    return &s->head;
}

static size_t schedule_next(struct workload *w, struct event *events, size_t most,
                            struct problem *problem)
{
    return scheduler_next(((struct scheduled *)w)->scheduler, events, most, problem);
}

static void schedule_close(struct workload *w)
{
    scheduler_close(((struct scheduled *)w)->scheduler);
    free(w);
}

const struct workload_kind schedule = {
    .name = "schedule",
    .summary = "the threads of another workload in another order that they could have taken",
    .params = params,
    .open = schedule_open,
    .next = schedule_next,
    .close = schedule_close,
};
