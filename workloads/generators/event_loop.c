/* event_loop.c - a server with one thread for its connections and a pool of workers.
 *
 * The pattern half-sync/half-async of Schmidt & Cranor ("Half-Sync/Half-Async: An Architectural
 * Pattern for Efficient and Well-structured Concurrent I/O", PLoP 1995), by which thread pools of
 * servers work: thread 0 reads requests, each into a record and a buffer, and queues them; a worker
 * takes the oldest, allocates temporary blocks of its own, then the response, and frees the
 * temporary ones; thread 0 writes the response and frees it, the buffer and the record. A
 * connection has a block that lives as long as it does. So the workers' responses are all freed by
 * thread 0, and memory that a worker allocates and does not free itself comes back to it only
 * through another thread.
 */
#include <stdlib.h>

#include "workloads/generators/workers.h"

enum { THREADS, CONNECTIONS, TEMPORARIES, RESPONSE, GENERATOR };

static const struct param params[] = {
    WORKERS_PARAM(5, 2),
    {.name = "connections",
     .help = "how many requests are under way at most",
     .unit = "blocks",
     .init = 200,
     .min = 1,
     .max = 1 << 20},
    {.name = "temporaries",
     .help = "how many blocks a worker allocates for a request and frees itself, at most",
     .unit = "blocks",
     .init = 12,
     .min = 0,
     .max = 1000},
    {.name = "response",
     .help = "largest response",
     .unit = "bytes",
     .init = 16384,
     .min = 64,
     .max = 1 << 30},
    GENERATOR_PARAMS(200000),
    PARAM_END,
};

enum { RECORD = 112, BUFFER = 4096, STATE = 232, TEMPORARY_LEAST = 16, TEMPORARY_MOST = 512 };
enum { NONE = 0 };

struct connection {
    uint32_t state; /* name + 1 of the block of the connection */
    uint32_t record, buffer, response;
};

struct ring {
    uint32_t *item;
    uint64_t from, count;
};

struct helper {
    uint32_t *temporary; /* names */
    uint64_t have, want;
    uint32_t connection; /* + 1 */
    bool responded;
};

struct event_loop {
    struct workers core;
    struct connection *connection;
    struct helper *helper; /* by thread; that of thread 0 is not used */
    struct ring idle, asked, answered;
    uint32_t *memory;
    uint64_t connections, temporaries, response;
};

static void put(struct event_loop *s, struct ring *r, uint32_t item)
{
    r->item[(r->from + r->count++) % s->connections] = item;
}

static uint32_t take(struct event_loop *s, struct ring *r)
{
    uint32_t item = r->item[r->from];
    r->from = (r->from + 1) % s->connections;
    r->count--;
    return item;
}

static void read_request(struct event_loop *s)
{
    struct workers *w = &s->core;
    uint32_t at = take(s, &s->idle);
    struct connection *c = &s->connection[at];
    if (c->state == NONE) {
        c->state = workers_ask(w, 0, EVENT_CALLOC, STATE) + 1;
    }
    c->record = workers_ask(w, 0, EVENT_MALLOC, RECORD);
    c->buffer = workers_ask(w, 0, EVENT_MALLOC, BUFFER);
    put(s, &s->asked, at);
}

static void write_response(struct event_loop *s)
{
    enum { REQUESTS_OF_A_CONNECTION = 20 };
    struct workers *w = &s->core;
    uint32_t at = take(s, &s->answered);
    struct connection *c = &s->connection[at];
    workers_free(w, 0, c->response);
    workers_free(w, 0, c->buffer);
    workers_free(w, 0, c->record);
    if (workers_chance(w, 1. / REQUESTS_OF_A_CONNECTION)) {
        workers_free(w, 0, c->state - 1);
        c->state = NONE;
    }
    put(s, &s->idle, at);
}

static bool act_loop(struct event_loop *s)
{
    bool reads = s->idle.count && (!s->answered.count || workers_chance(&s->core, .5));
    if (!reads && !s->answered.count) {
        return false;
    }
    if (reads) {
        read_request(s);
    } else {
        write_response(s);
    }
    return true;
}

/* Most responses are small: the square of an even draw. */
static uint64_t draw_response(struct event_loop *s)
{
    double part = gsl_rng_uniform(s->core.core.rng);
    return 64 + (uint64_t)(part * part * (double)(s->response - 64));
}

static bool act_worker(struct event_loop *s, uint32_t thread, struct helper *h)
{
    struct workers *w = &s->core;
    if (!h->connection) {
        if (!s->asked.count) {
            return false;
        }
        h->connection = take(s, &s->asked) + 1;
        h->want = workers_draw(w, 0, s->temporaries);
        h->have = 0;
        h->responded = false;
    }
    if (!h->responded && h->have < h->want) {
        h->temporary[h->have++] =
            workers_ask(w, thread, EVENT_MALLOC, workers_draw(w, TEMPORARY_LEAST, TEMPORARY_MOST));
        return true;
    }
    struct connection *c = &s->connection[h->connection - 1];
    if (!h->responded) {
        c->response = workers_ask(w, thread, EVENT_MALLOC, draw_response(s));
        h->responded = true;
    } else {
        workers_free(w, thread, h->temporary[--h->have]);
    }
    if (!h->have) {
        put(s, &s->answered, h->connection - 1);
        h->connection = 0;
    }
    return true;
}

static bool act(struct workers *w, uint32_t thread)
{
    struct event_loop *s = (struct event_loop *)w;
    return thread ? act_worker(s, thread, &s->helper[thread]) : act_loop(s);
}

static void release(struct workers *w)
{
    struct event_loop *s = (struct event_loop *)w;
    free(s->connection);
    free(s->helper);
    free(s->memory);
}

static bool make_arrays(struct event_loop *s)
{
    size_t n = s->connections, threads = s->core.threads;
    s->connection = calloc(n, sizeof *s->connection);
    s->helper = calloc(threads, sizeof *s->helper);
    s->memory = calloc(3 * n + threads * (s->temporaries + 1), sizeof *s->memory);
    if (!s->connection || !s->helper || !s->memory) {
        return false;
    }
    s->idle.item = s->memory;
    s->asked.item = s->memory + n;
    s->answered.item = s->memory + 2 * n;
    for (uint32_t i = 0; i < n; i++) {
        put(s, &s->idle, i);
    }
    for (size_t t = 0; t < threads; t++) {
        s->helper[t].temporary = s->memory + 3 * n + t * (s->temporaries + 1);
    }
    return true;
}

static struct workload *event_loop_open(const struct workload_args *args, struct problem *problem)
{
    const long *v = args->number;
    uint64_t threads = (uint64_t)v[THREADS], connections = (uint64_t)v[CONNECTIONS];
    const struct workers_plan plan = {.bytes = sizeof(struct event_loop),
                                      .threads = (uint32_t)threads,
                                      .blocks =
                                          4 * connections + threads * (uint64_t)v[TEMPORARIES],
                                      .burst = 4,
                                      .rows = v + GENERATOR,
                                      .act = act,
                                      .release = release};
    struct event_loop *s = (struct event_loop *)workers_open(&plan, "event-loop", problem);
    if (!s) {
        return NULL;
    }
    s->connections = connections;
    s->temporaries = (uint64_t)v[TEMPORARIES];
    s->response = (uint64_t)v[RESPONSE];
    return make_arrays(s) ? &s->core.core.head : generator_no_memory(&s->core.core, problem);
}

const struct workload_kind event_loop = {
    .name = "event-loop",
    .summary = "a server: one thread reads and writes, a pool of workers answers",
    .params = params,
    .open = event_loop_open,
    .next = generator_next,
    .close = generator_close,
};
