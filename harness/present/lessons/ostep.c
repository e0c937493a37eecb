#include "present/lessons/ostep.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "present/lessons/mersenne.h"
#include "region/region_map.h"
#include "spec/policy_spec.h"

/* An allocation of the lesson. */
struct request {
    char *p;   /* NULL: it failed. It stays here when the block is freed, */
    bool live; /* which is then false */
};

struct play {
    const struct ostep_options *options;
    struct lesson *lesson;
    struct region_map map;
    struct heap *heap;
    struct request *request;
    size_t requests, room;
    size_t *live; /* numbers of the requests that random frees choose from */
    size_t lives;
};

void ostep_policy(const struct ostep_options *o, char *out, size_t size)
{
    snprintf(out, size,
             "textbook:fit=%s,order=%s,coalesce=%s,header=%" PRId64 ",align=%" PRId64
             ",heap=%" PRId64,
             o->fit, o->order, o->coalesce ? "yes" : "no", o->header, o->align < 1 ? 1 : o->align,
             o->size);
}

size_t ostep_region_bytes(const struct ostep_options *o)
{
    enum { ENTRY = 64, STATE = 4096 }; /* more than the bookkeeping of one piece, and of the heap */
    uint64_t least = (uint64_t)(o->header + (o->align < 1 ? 1 : o->align));
    return (size_t)((uint64_t)o->size + ((uint64_t)o->size / least + 4) * ENTRY + STATE);
}

static bool open_heap(struct play *p, struct problem *problem)
{
    struct policy_spec spec;
    char text[SPEC_MAX_TEXT];
    ostep_policy(p->options, text, sizeof text);
    if (!policy_spec_parse(text, &spec, problem) ||
        !region_map_open(&p->map, ostep_region_bytes(p->options), true, 0, problem)) {
        return false;
    }
    p->heap = spec.policy->open(spec.policy, &p->map.region, spec.values.number);
    return p->heap || problem_set(problem, "%s: there is no room for its heap", text);
}

/* The step's address as it is shown: of a block with its header, or of the pointer. */
static int64_t shown(const struct play *p, const char *pointer, bool with_header)
{
    int64_t at =
        pointer ? p->options->base + (pointer - p->map.region.base) - p->options->header : -1;
    return with_header ? at : at + p->options->header;
}

static void allocate(struct play *p, size_t bytes, bool from_list)
{
    if (p->requests == p->room) {
        p->room = p->room ? 2 * p->room : 64;
        p->request = realloc(p->request, p->room * sizeof *p->request);
        p->live = realloc(p->live, p->room * sizeof *p->live);
        if (!p->request || !p->live) {
            abort();
        }
    }
    uint64_t probes = p->heap->count.probes;
    char *pointer = heap_alloc(p->heap, bytes);
    struct lesson_step *s = lesson_add(p->lesson, LESSON_ALLOC);
    snprintf(s->call, sizeof s->call, "ptr[%zu] = Alloc(%zu)", p->requests, bytes);
    s->number = p->requests;
    s->asked = bytes;
    s->failed = !pointer;
    s->returned = shown(p, pointer, from_list); /* the simulator shows -A differently */
    s->pointer = shown(p, pointer, false);
    s->searched = p->heap->count.probes - probes;
    if (pointer) {
        p->live[p->lives++] = p->requests;
    }
    p->request[p->requests++] = (struct request){pointer, pointer != NULL};
    lesson_note_list(p->lesson, p->heap);
}

/* Frees the live block at the address of request number n, whoever it belongs to now. */
static void release(struct play *p, size_t n)
{
    struct lesson_step *s = lesson_add(p->lesson, LESSON_FREE);
    snprintf(s->call, sizeof s->call, "Free(ptr[%zu])", n);
    s->number = n;
    size_t owner = 0;
    while (owner < p->requests &&
           !(p->request[owner].live && p->request[owner].p == p->request[n].p)) {
        owner++;
    }
    s->failed = owner == p->requests;
    s->returned = s->failed ? -1 : 0;
    if (!s->failed) {
        heap_free(p->heap, p->request[owner].p);
        p->request[owner].live = false;
    }
    lesson_note_list(p->lesson, p->heap);
}

static void play_random(struct play *p)
{
    const struct ostep_options *o = p->options;
    struct mersenne m;
    mersenne_seed(&m, o->seed);
    for (int64_t i = 0; i < o->operations;) {
        if (mersenne_random(&m) < (double)o->percent / 100.) {
            allocate(p, mersenne_below(&m, (size_t)o->range) + 1, false);
            i++;
        } else if (p->lives) { /* a draw without a live block is passed over */
            size_t place = mersenne_below(&m, p->lives), n = p->live[place];
            memmove(p->live + place, p->live + place + 1, (--p->lives - place) * sizeof *p->live);
            release(p, n);
            i++;
        }
    }
}

static void release_of_list(struct play *p, size_t n)
{
    if (n < p->lives && n < p->requests && p->request[n].p) { /* lives: those that did not fail */
        release(p, n);
        return;
    }
    struct lesson_step *s = lesson_add(p->lesson, LESSON_SKIPPED);
    snprintf(s->call, sizeof s->call, "Invalid Free: Skipping");
}

static bool play_list(struct play *p, struct problem *problem)
{
    const char *text = p->options->list;
    for (size_t i = 0; *text; i++) {
        size_t length = strcspn(text, ",");
        char *end;
        unsigned long long n = strtoull(text + 1, &end, 10);
        bool digits = text[1] >= '0' && text[1] <= '9' && end == text + length;
        if (!digits || (*text != '+' && *text != '-') || n > FITLAB_MAX_REQUEST) {
            return problem_set(problem, "--ostep: -A: '%.*s' is neither +SIZE nor -NUMBER",
                               (int)(length < 60 ? length : 60), text);
        }
        if (*text == '+' && n == 0 && p->options->header == 0) {
            return problem_set(problem, "--ostep: -A: +0 without a header is a block of no bytes");
        }
        if (*text == '+') {
            allocate(p, (size_t)n, true);
        } else {
            release_of_list(p, (size_t)n);
        }
        text += length;
        text += *text == ',';
    }
    return true;
}

bool ostep_play(const struct ostep_options *o, struct lesson *lesson, struct problem *problem)
{
    *lesson = (struct lesson){
        .base = o->base,
        .bytes = (uint64_t)o->size,
        .fit = o->fit,
        .header = (uint64_t)o->header,
        .align = o->align < 1 ? 1 : (uint64_t)o->align,
    };
    struct play p = {.options = o, .lesson = lesson};
    bool done = open_heap(&p, problem);
    if (done) {
        lesson_note_first(lesson, p.heap);
    }
    if (done && o->list[0]) {
        done = play_list(&p, problem);
    } else if (done) {
        play_random(&p);
    }
    if (p.map.map) {
        region_map_close(&p.map);
    }
    free(p.request);
    free(p.live);
    return done;
}

void ostep_print(const struct lesson *l, bool answers, FILE *out)
{
    for (size_t i = 0; i < l->steps; i++) {
        lesson_print_step(&l->step[i], answers, out);
    }
}
