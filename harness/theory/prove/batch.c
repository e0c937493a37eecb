#include "theory/prove/batch.h"

#include <string.h>
#include <sys/mman.h>

enum { CHUNK_CANDIDATES = 1 << 14, CHUNK_STATES_MOST = 1024, CHUNK_STATES_LEAST = 16 };

struct search *search_open(unsigned live, unsigned largest, bool powers, enum measure measure)
{
    struct search *s =
        mmap(NULL, sizeof *s, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (s == MAP_FAILED) {
        return NULL;
    }
    s->live = live;
    s->largest = largest;
    s->powers = powers;
    s->measure = measure;
    s->children = largest + live;
    s->tree.area.file = s->area.file = s->set.area[0].file = s->set.area[1].file = -1;
    return s;
}

void search_close(struct search *s)
{
    batch_close(s);
    state_set_close(&s->set);
    shared_area_close(&s->tree.area);
    munmap(s, sizeof *s);
}

static size_t chunk_candidates(const struct search *s)
{
    return (size_t)s->chunk_states * s->children;
}

static size_t chunk_bytes(const struct search *s)
{
    size_t bytes =
        sizeof(struct chunk) + chunk_candidates(s) * (sizeof(struct candidate) + sizeof(uint32_t));
    return (bytes + 63) & ~(size_t)63;
}

static struct chunk *chunk_of(const struct search *s, uint64_t at)
{
    return (struct chunk *)(void *)(s->area.base + at * chunk_bytes(s));
}

static struct candidate *candidates_of(struct chunk *c)
{
    return (struct candidate *)(void *)(c + 1);
}

static uint32_t *order_of(const struct search *s, struct chunk *c)
{
    return (uint32_t *)(void *)(candidates_of(c) + chunk_candidates(s));
}

bool batch_open(struct search *s, size_t bytes, struct problem *problem)
{
    size_t wanted = bytes / (2 * sizeof(struct candidate));
    wanted = wanted < CHUNK_CANDIDATES ? wanted : CHUNK_CANDIDATES;
    uint32_t states = (uint32_t)(wanted / s->children);
    states = states < CHUNK_STATES_LEAST ? CHUNK_STATES_LEAST : states;
    s->chunk_states = states > CHUNK_STATES_MOST ? CHUNK_STATES_MOST : states;
    s->chunks_most = bytes / chunk_bytes(s) > 1 ? (uint32_t)(bytes / chunk_bytes(s)) : 1;
    return shared_area_open(&s->area, s->chunks_most * chunk_bytes(s), NULL, "", problem);
}

void batch_close(struct search *s)
{
    shared_area_close(&s->area);
}

uint64_t batch_most(const struct search *s)
{
    return (uint64_t)s->chunks_most * s->chunk_states;
}

uint64_t batch_chunks(const struct search *s)
{
    return (s->batch.count + s->chunk_states - 1) / s->chunk_states;
}

const struct candidate *batch_candidates(const struct search *s, uint64_t chunk, size_t *n)
{
    struct chunk *c = chunk_of(s, chunk);
    *n = c->start[STATE_PARTS];
    return candidates_of(c);
}

/* ---- expand ---- */

/* One process at its work on one chunk. */
struct expansion {
    struct search *search;
    struct position *position;
    struct worst *worst;
    struct candidate *out;
    uint32_t n, from;
    uint32_t in_part[STATE_PARTS];
};

static void keep(struct expansion *e, uint16_t op)
{
    struct state_hash h = position_hash(e->position);
    uint16_t part = (uint16_t)(h.high % STATE_PARTS);
    e->out[e->n++] = (struct candidate){.key = h.low, .from = e->from, .op = op, .part = part};
    e->in_part[part]++;
}

static void try_op(struct expansion *e, uint16_t op)
{
    enum measure measure = e->search->measure;
    position_back(e->position);
    const struct position *p = e->position;
    if (!position_play(e->position, op) ||
        (!(op & OP_FREE) && p->live_units + p->granted > e->search->live)) {
        return; /* what is live is counted as it is granted: a state does not tell what was asked */
    }
    if (measure != MEASURE_HEIGHT || !(op & OP_FREE)) {
        uint64_t value = position_measure(e->position, measure);
        if (value > e->worst->value) {
            *e->worst = (struct worst){value, e->search->batch.first + e->from, op};
        }
    }
    keep(e, op);
}

static void try_all(struct expansion *e)
{
    const struct search *s = e->search;
    const struct position *p = e->position;
    for (unsigned units = 1; units <= s->largest; units = s->powers ? 2 * units : units + 1) {
        if (p->live_units + units <= s->live) {
            try_op(e, (uint16_t)units);
        }
    }
    for (size_t i = 0; i < p->live_count; i++) {
        try_op(e, (uint16_t)(OP_FREE | p->live[i].address));
    }
}

/* Lists the chunk's candidates by parts, those of one part as they stand. */
static void sort_chunk(const struct expansion *e, struct chunk *c, uint32_t *order)
{
    uint32_t next[STATE_PARTS];
    c->start[0] = 0;
    for (unsigned part = 0; part < STATE_PARTS; part++) {
        next[part] = c->start[part];
        c->start[part + 1] = c->start[part] + e->in_part[part];
    }
    for (uint32_t i = 0; i < e->n; i++) {
        order[next[e->out[i].part]++] = i;
    }
    c->fresh = 0;
}

static bool expand_chunk(struct search *s, struct position *p, uint64_t at, unsigned who)
{
    struct batch *b = &s->batch;
    struct expansion e = {
        .search = s, .position = p, .worst = &b->worst[who], .out = candidates_of(chunk_of(s, at))};
    uint64_t from = at * s->chunk_states, to = from + s->chunk_states;
    for (uint64_t i = from; i < to && i < b->count; i++) {
        if (!position_go(p, &s->tree, b->first + i, b->depth)) {
            return false;
        }
        e.from = (uint32_t)i;
        if (b->again) {
            keep(&e, 0);
        } else {
            try_all(&e);
        }
    }
    b->tried += b->again ? 0 : e.n;
    sort_chunk(&e, chunk_of(s, at), order_of(s, chunk_of(s, at)));
    return true;
}

/* ---- add and write ---- */

static void add_part(struct search *s, unsigned part)
{
    for (uint64_t at = 0; at < batch_chunks(s); at++) {
        struct chunk *c = chunk_of(s, at);
        struct candidate *candidate = candidates_of(c);
        const uint32_t *order = order_of(s, c);
        unsigned fresh = 0;
        for (uint32_t i = c->start[part]; i < c->start[part + 1]; i++) {
            if (state_set_add(&s->set, part, candidate[order[i]].key)) {
                candidate[order[i]].part = NO_PART;
                fresh++;
            }
        }
        if (fresh) {
            c->fresh += fresh;
        }
    }
}

static void write_chunk(struct search *s, uint64_t at)
{
    struct chunk *c = chunk_of(s, at);
    const struct candidate *candidate = candidates_of(c);
    uint64_t *to = state_tree_entries(&s->tree) + c->to;
    for (uint32_t i = 0; i < c->start[STATE_PARTS]; i++) {
        if (candidate[i].part == NO_PART) {
            *to++ = state_entry(s->batch.first + candidate[i].from, candidate[i].op);
        }
    }
}

uint64_t batch_fullest(const struct search *s, uint64_t *candidates)
{
    uint64_t fullest = 0;
    *candidates = 0;
    for (unsigned part = 0; part < STATE_PARTS; part++) {
        uint64_t n = 0;
        for (uint64_t c = 0; c < batch_chunks(s); c++) {
            n += chunk_of(s, c)->start[part + 1] - chunk_of(s, c)->start[part];
        }
        *candidates += n;
        n += s->set.count[part];
        fullest = n > fullest ? n : fullest;
    }
    return fullest;
}

uint64_t batch_number(struct search *s)
{
    uint64_t to = s->tree.count;
    for (uint64_t c = 0; c < batch_chunks(s); c++) {
        chunk_of(s, c)->to = to;
        to += chunk_of(s, c)->fresh;
    }
    return to - s->tree.count;
}

size_t batch_bytes(const struct search *s)
{
    return batch_chunks(s) * chunk_bytes(s);
}

void batch_work(struct search *s, struct position *p, enum phase phase, unsigned who)
{
    bool by_part = phase == PHASE_MOVE || phase == PHASE_ADD;
    uint64_t pieces = by_part ? STATE_PARTS : batch_chunks(s);
    for (uint64_t at; (at = atomic_fetch_add(&s->batch.next, 1)) < pieces;) {
        switch (phase) {
        case PHASE_EXPAND:
            if (!expand_chunk(s, p, at, who)) {
                s->batch.failed = true;
            }
            break;
        case PHASE_MOVE:
            state_set_move(&s->set, (unsigned)at);
            break;
        case PHASE_ADD:
            add_part(s, (unsigned)at);
            break;
        default:
            write_chunk(s, at);
        }
    }
}
