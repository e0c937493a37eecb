#include "traces.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

const char *trace_path(void)
{
    static char path[64];
    snprintf(path, sizeof path, "/tmp/fitlab-trace-%d.fltrace", (int)getpid());
    return path;
}

int remove_trace(void **state)
{
    (void)state;
    unlink(trace_path());
    return 0;
}

static uint64_t draw(uint64_t *seed, uint64_t below)
{
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return (*seed >> 33) % below;
}

struct trace_run random_run(size_t n, uint32_t most_live, uint64_t seed)
{
    struct trace_run run = {calloc(n, sizeof *run.events), calloc(n, sizeof *run.times),
                            calloc(n, sizeof *run.sites), n};
    unsigned char *full = calloc(most_live, 1);
    uint32_t bound = 0;
    for (size_t i = 0; i < n; i++) {
        struct event *e = &run.events[i];
        uint32_t slot = (uint32_t)draw(&seed, most_live);
        e->slot = slot < bound ? slot : bound;
        e->thread = (uint16_t)(draw(&seed, 10) ? 0 : draw(&seed, 65536));
        e->kind = full[e->slot] ? (draw(&seed, 4) ? EVENT_FREE : EVENT_REALLOC)
                                : (uint8_t)draw(&seed, EVENT_REALLOC);
        if (e->kind != EVENT_FREE) {
            e->size = draw(&seed, 3) ? draw(&seed, 50) * 8 : UINT64_C(1) << draw(&seed, 40);
        }
        if (e->kind == EVENT_ALIGNED) {
            e->align_log2 = (uint8_t)draw(&seed, 64);
        }
        bound += e->slot == bound;
        full[e->slot] = e->kind != EVENT_FREE;
        run.times[i] = draw(&seed, 2) ? draw(&seed, 100) : draw(&seed, UINT32_MAX) << 30;
        run.sites[i] = (uint32_t)draw(&seed, UINT32_MAX);
    }
    free(full);
    return run;
}

void free_run(struct trace_run *run)
{
    free(run->events);
    free(run->times);
    free(run->sites);
}

struct provenance provenance_here(void)
{
    struct provenance p = {.text = ""};
    provenance_add(&p, "program", "%s", "a\nb");
    provenance_add(&p, "note", "%d words", 2);
    return p;
}

struct trace_totals write_trace(const struct trace_run *run, unsigned columns, size_t portion)
{
    struct problem problem = {""};
    struct provenance p = provenance_here();
    struct trace_totals totals;
    struct trace_writer *w = trace_create(trace_path(), &p, columns, &problem);
    assert_non_null(w);
    for (size_t i = 0; i < run->count; i += portion) {
        struct trace_run part = {run->events + i, run->times + i, run->sites + i,
                                 run->count - i < portion ? run->count - i : portion};
        assert_true(trace_append(w, &part, &problem));
    }
    assert_true(trace_finish(w, &totals, &problem));
    return totals;
}
