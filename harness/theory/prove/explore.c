#include "theory/prove/explore.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "allocators/heap.h"
#include "base/seconds.h"
#include "theory/prove/checkpoint.h"
#include "theory/prove/distribution.h"
#include "theory/prove/processes.h"

/* A batch with fewer states than this is quicker done by one process alone. */
enum { ALONE_BELOW = 2000, PROGRESS_EVERY = 1 };

struct run {
    const struct question *question;
    struct position *position;
    struct search *search;
    struct processes processes;
    struct levels levels;
    struct checkpoint at; /* what is done */
    bool full;            /* the memory is too little for the next batch */
    double began, shown, put_down;
    struct explored shown_now;
    explore_progress *progress;
    void *ctx;
    struct problem *problem;
};

/* ---- one batch ---- */

static size_t bytes_with(const struct run *r, uint64_t slots, uint64_t states)
{
    const struct distribution *distribution = r->question->distribution;
    return (distribution ? distribution_bytes(distribution) : state_set_bytes(slots)) +
           states * sizeof(uint64_t) + r->search->area.taken;
}

/* Makes the set and the tree large enough for all candidates. False: failed, or r->full. */
static bool make_room(struct run *r, bool alone)
{
    struct search *s = r->search;
    uint64_t candidates, slots = state_set_slots_for(batch_fullest(s, &candidates));
    uint64_t states = s->tree.count + (s->batch.again ? 0 : candidates);
    bool grow = slots > s->set.slots;
    if (grow) {
        uint64_t more = s->set.slots + s->set.slots / 4;
        slots = more > slots && bytes_with(r, more, states) <= r->question->memory ? more : slots;
    }
    slots = grow ? slots : s->set.slots;
    r->full = bytes_with(r, slots, states) > r->question->memory || states > STATES_MOST ||
              !shared_area_take(&s->tree.area, states * sizeof(uint64_t)) ||
              (grow && !state_set_grow(&s->set, slots));
    if (r->full || !grow) {
        return !r->full;
    }
    bool ok = processes_run(&r->processes, PHASE_MOVE, alone, r->problem);
    state_set_grown(&s->set);
    return ok;
}

static void take_worst(struct run *r)
{
    for (unsigned i = 0; i < r->processes.count; i++) {
        const struct worst *w = &r->search->batch.worst[i], *best = &r->at.worst;
        if (w->value > best->value || (w->value == best->value && w->from < best->from)) {
            r->at.worst = *w;
        }
    }
}

static bool found_again(const struct run *r, uint64_t fresh, uint64_t count)
{
    return fresh == count || problem_set(r->problem,
                                         "%s/states has a state twice: it is of another "
                                         "version of the policy; remove the folder",
                                         r->question->folder);
}

/* The batch of the search, on other machines. */
static bool hand_out(struct run *r)
{
    struct search *s = r->search;
    const struct batch b = {.first = s->batch.first, .count = s->batch.count};
    bool again = s->batch.again;
    uint64_t fresh, known = again ? b.first : s->tree.count;
    struct shard_sum sum;
    r->full = bytes_with(r, 0, s->tree.count) > r->question->memory;
    if (r->full || !distribution_batch(r->question->distribution, s, r->position, known, &fresh,
                                       &sum, r->problem)) {
        return false;
    }
    if (again) {
        return found_again(r, fresh, b.count);
    }
    s->tree.count += fresh;
    r->at.worst = sum.worst.value > r->at.worst.value ? sum.worst : r->at.worst;
    r->at.expanded = b.first + b.count;
    r->at.states = s->tree.count;
    r->at.tried += sum.tried;
    return true;
}

/* Expands [first, first + count), or with `again` puts them back into the set. */
static bool do_batch(struct run *r, uint64_t first, uint64_t count, size_t depth, bool again)
{
    struct search *s = r->search;
    struct batch *b = &s->batch;
    bool alone = count < ALONE_BELOW;
    b->first = first;
    b->count = count;
    b->depth = depth;
    b->again = again;
    if (r->question->distribution) {
        return hand_out(r);
    }
    shared_area_take(&s->area, batch_bytes(s));
    if (!processes_run(&r->processes, PHASE_EXPAND, alone, r->problem) || !make_room(r, alone) ||
        !processes_run(&r->processes, PHASE_ADD, alone, r->problem)) {
        return false;
    }
    uint64_t fresh = batch_number(s);
    if (again) {
        return found_again(r, fresh, count);
    }
    if (!processes_run(&r->processes, PHASE_WRITE, alone, r->problem)) {
        return false;
    }
    s->tree.count += fresh;
    take_worst(r);
    r->at.expanded = first + count;
    r->at.states = s->tree.count;
    r->at.tried = b->tried;
    return true;
}

/* ---- saying how far it is ---- */

static struct explored explored(const struct run *r, double now)
{
    const struct levels *l = &r->levels;
    struct explored e = {.states = r->at.states,
                         .open = r->at.states - r->at.expanded,
                         .tried = r->at.tried,
                         .worst = r->at.worst.value,
                         .memory = bytes_with(r, r->search->set.slots, r->at.states),
                         .seconds = r->at.seconds + now - r->began};
    for (size_t i = 0; i < l->count; i++) {
        uint64_t end = i + 1 < l->count ? l->first[i + 1] : r->at.states;
        if (end > l->first[i]) {
            e.level = i;
        }
        if (end - l->first[i] > e.at_most) {
            e.widest = i;
            e.at_most = end - l->first[i];
        }
    }
    return e;
}

static bool put_down(struct run *r, const struct policy_spec *spec, double now)
{
    struct checkpoint c = r->at;
    c.seconds += now - r->began;
    c.print = checkpoint_print(r->search, r->position, &r->levels, c.states);
    r->put_down = now;
    return checkpoint_write(r->question, spec, r->search, &c, &r->levels, r->problem);
}

static bool report(struct run *r, const struct policy_spec *spec)
{
    double now = seconds_now();
    if (r->progress && now - r->shown >= PROGRESS_EVERY) {
        struct explored e = explored(r, now);
        r->progress(&e, r->ctx);
        r->shown = now;
    }
    /* the shards know the states of one batch more than those before the last, and no more */
    bool due = r->question->distribution || now - r->put_down >= r->question->every;
    return !r->question->folder || !due || put_down(r, spec, now);
}

/* ---- the whole ---- */

static uint64_t batch_limit(const struct run *r)
{
    return r->question->distribution ? distribution_most(r->question->distribution)
                                     : batch_most(r->search);
}

/* Puts all states that count into the set, or tells the shards of them. */
static bool recall(struct run *r)
{
    const struct levels *l = &r->levels;
    uint64_t most = batch_limit(r);
    for (size_t depth = 0; !r->at.complete && depth < l->count; depth++) {
        uint64_t end = depth + 1 < l->count ? l->first[depth + 1] : r->at.states, n;
        for (uint64_t at = l->first[depth]; at < end; at += n) {
            n = end - at < most ? end - at : most;
            if (!do_batch(r, at, n, depth, true)) {
                return false;
            }
        }
    }
    return true;
}

/* Goes on with what the folder has. */
static bool take_up(struct run *r)
{
    struct search *s = r->search;
    const struct levels *l = &r->levels;
    s->tree.count = r->at.states;
    if (checkpoint_print(s, r->position, l, r->at.states) != r->at.print) {
        return problem_set(r->problem,
                           "%s/states is of another version of the policy: remove the folder",
                           r->question->folder);
    }
    s->batch.tried = r->at.tried;
    return r->question->distribution || recall(r);
}

/* The empty heap alone. */
static bool begin(struct run *r)
{
    struct search *s = r->search;
    struct state_hash h;
    if (!shared_area_take(&s->tree.area, sizeof(uint64_t)) || !levels_add(&r->levels, 0) ||
        !levels_add(&r->levels, 1) || !position_go(r->position, &s->tree, 0, 0)) {
        return problem_set(r->problem, "not enough memory for any states");
    }
    state_tree_entries(&s->tree)[0] = state_entry(0, 0);
    if (!r->question->distribution) {
        h = position_hash(r->position);
        state_set_add(&s->set, h.high % STATE_PARTS, h.low);
    }
    s->tree.count = r->at.states = 1;
    return true;
}

static bool search_on(struct run *r, const struct policy_spec *spec)
{
    struct levels *l = &r->levels;
    struct checkpoint *at = &r->at;
    while (!at->complete) {
        size_t depth = l->count - 2;
        uint64_t end = l->first[depth + 1], most = batch_limit(r);
        if (at->expanded == end) {
            at->complete = at->states == end;
            if (!at->complete && !levels_add(l, at->states)) {
                return problem_set(r->problem, "not enough memory for the search");
            }
            continue;
        }
        uint64_t n = end - at->expanded < most ? end - at->expanded : most;
        if (!do_batch(r, at->expanded, n, depth, false)) {
            return r->full;
        }
        if (!report(r, spec)) {
            return false;
        }
    }
    return true;
}

/* Plays the way to the worst operation, and it, once more and writes them down. */
static bool write_witness(struct run *r, struct answer *a)
{
    struct position *p = r->position;
    const struct state_tree *t = &r->search->tree;
    size_t depth = 0;
    for (uint64_t at = r->at.worst.from; at != 0; at = state_parent(t, at)) {
        depth++;
    }
    a->moves = r->at.worst.value ? depth + 1 : 0;
    a->witness = calloc(depth + 1, sizeof *a->witness);
    uint16_t *op = calloc(depth + 1, sizeof *op);
    if (!a->witness || !op || !position_go(p, t, 0, 0)) {
        free(op);
        return problem_set(r->problem, "not enough memory for the witness");
    }
    op[depth] = r->at.worst.op;
    for (uint64_t at = r->at.worst.from; depth > 0; at = state_parent(t, at)) {
        op[--depth] = state_op(t, at);
    }
    position_back(p);
    for (size_t i = 0; i < a->moves; i++) {
        a->witness[i] = position_move(p, op[i]);
        size_t footprint = region_footprint(&p->units.map.region);
        a->footprint = footprint > a->footprint ? footprint : a->footprint;
    }
    free(op);
    return true;
}

static bool open_areas(struct run *r)
{
    const struct question *q = r->question;
    struct search *s = r->search;
    size_t least = 1 << 19, most = (size_t)(q->folder ? 1024 : 64) << 20, share = q->memory / 8;
    if (q->folder && mkdir(q->folder, 0777) != 0 && errno != EEXIST) {
        return problem_set(r->problem, "%s: %s", q->folder, strerror(errno));
    }
    size_t reserved = q->memory > least ? q->memory : least;
    return shared_area_open(&s->tree.area, reserved, q->folder, "states", r->problem) &&
           state_set_open(&s->set, reserved, q->folder, r->problem) &&
           batch_open(s, share > most ? most : share, r->problem);
}

/* The shards that the folder has serve if they know so many states. */
static bool open_shards(struct run *r, uint64_t states)
{
    struct distribution *distribution = r->question->distribution;
    bool ready;
    if (distribution && !position_anywhere(r->position)) {
        return problem_set(r->problem, "not enough memory for the search");
    }
    return !distribution ||
           (distribution_open(distribution, r->question, states, &ready, r->problem) &&
            (ready || recall(r)));
}

static bool take_up_or_begin(struct run *r, const struct policy_spec *spec, struct answer *a)
{
    if (r->question->folder &&
        !checkpoint_read(r->question, spec, &r->at, &r->levels, &a->taken_up, r->problem)) {
        return false;
    }
    if (!a->taken_up) {
        return begin(r) && open_shards(r, UINT64_MAX);
    }
    return (shared_area_take(&r->search->tree.area, r->at.states * sizeof(uint64_t)) ||
            problem_set(r->problem, "%s/states has more states than --memory allows",
                        r->question->folder)) &&
           take_up(r) && open_shards(r, r->at.states);
}

bool explore(const struct policy_spec *spec, const struct question *q, struct answer *a,
             explore_progress *progress, void *ctx, struct problem *problem)
{
    struct position position;
    *a = (struct answer){0};
    struct run r = {.question = q,
                    .position = &position,
                    .began = seconds_now(),
                    .progress = progress,
                    .ctx = ctx,
                    .problem = problem};
    r.shown = r.put_down = r.began;
    if (!position_open(&position, spec, q->live, q->largest, q->measure, problem)) {
        return false;
    }
    r.search = search_open(q->live, q->largest, q->powers, q->measure);
    if (!r.search) {
        position_close(&position);
        return problem_set(problem, "not enough memory for the search");
    }
    processes_open(&r.processes, r.search, &position, q->jobs ? q->jobs : 1);
    bool ok = open_areas(&r) && take_up_or_begin(&r, spec, a) && search_on(&r, spec) &&
              write_witness(&r, a);
    if (ok) {
        a->complete = r.at.complete;
        a->explored = explored(&r, seconds_now());
        ok = !q->folder || put_down(&r, spec, seconds_now());
    }
    if (q->distribution) {
        distribution_close(q->distribution);
    }
    processes_close(&r.processes);
    search_close(r.search);
    position_close(&position);
    free(r.levels.first);
    if (!ok) {
        answer_release(a);
    }
    return ok;
}

void answer_release(struct answer *a)
{
    free(a->witness);
    a->witness = NULL;
}
