/* received.c - the functions of packed.h over a file that the starting program has written
 * (replay/sent_events.h): chunk by chunk, so that a trace larger than memory can be replayed. */
#define _GNU_SOURCE /* pread64: there is more than a long can say */
#include "replay/sent_events.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "runner32/received.h"

static struct {
    int fd;
    off64_t at; /* of the next chunk */
} sent;

bool sent_events_open(int fd, struct workload_facts *facts)
{
    struct sent_head head;
    sent.fd = fd;
    if (pread64(fd, &head, sizeof head, 0) != sizeof head ||
        memcmp(head.magic, SENT_MAGIC, sizeof head.magic) != 0) {
        return false;
    }
    *facts = head.facts;
    return true;
}

bool packed_open(struct packed *p, const struct workload_spec *spec, uint64_t budget,
                 struct problem *problem)
{
    (void)budget;
    *p = (struct packed){.spec = spec};
    if (!sent_events_open(sent.fd, &p->facts)) {
        return problem_set(problem, "the events were not sent");
    }
    p->moving.event = malloc(EVENT_CHUNK * sizeof *p->moving.event);
    packed_rewind(p);
    return p->moving.event || problem_set(problem, "no memory for events");
}

static bool get(void *bytes, size_t n)
{
    for (size_t done = 0; done < n;) {
        ssize_t got = pread64(sent.fd, (char *)bytes + done, n - done, sent.at);
        if (got == 0 || (got < 0 && errno != EINTR)) {
            return false;
        }
        done += got > 0 ? (size_t)got : 0;
        sent.at += got > 0 ? got : 0;
    }
    return true;
}

/* Makes an array as long as a chunk needs; NULL if it needs none, or there is no memory. */
static void *array_for(void *old, size_t n, size_t size)
{
    void *grown = n ? realloc(old, n * size) : NULL;
    if (!grown) {
        free(old);
    }
    return grown;
}

bool packed_open_timed(struct packed *p, const struct workload_spec *spec, uint64_t budget,
                       struct problem *problem)
{
    return packed_open(p, spec, budget, problem); /* the times were sent, or it was refused */
}

/* Whether the numbers can be those of a chunk. */
static bool plausible(const struct sent_chunk *c)
{
    return c->events <= EVENT_CHUNK && c->sides <= EVENT_CHUNK &&
           (!c->threads || c->threads == c->events) && (!c->gaps || c->gaps == c->events);
}

static bool read_chunk(struct packed_chunk *c, const struct sent_chunk *sent_chunk)
{
    c->n = sent_chunk->events;
    c->sides = sent_chunk->sides;
    c->side = array_for(c->side, sent_chunk->sides, sizeof *c->side);
    c->thread = array_for(c->thread, sent_chunk->threads, sizeof *c->thread);
    c->gap = array_for(c->gap, sent_chunk->gaps, sizeof *c->gap);
    return !!c->side == !!sent_chunk->sides && !!c->thread == !!sent_chunk->threads &&
           !!c->gap == !!sent_chunk->gaps && get(c->event, c->n * sizeof *c->event) &&
           get(c->side, c->sides * sizeof *c->side) &&
           get(c->thread, sent_chunk->threads * sizeof *c->thread) &&
           get(c->gap, sent_chunk->gaps * sizeof *c->gap);
}

const struct packed_chunk *packed_next(struct packed *p, struct problem *problem)
{
    struct packed_chunk *c = &p->moving;
    struct sent_chunk chunk;
    problem->text[0] = '\0';
    if (p->facts.events <= (uint64_t)p->next * EVENT_CHUNK) {
        return NULL;
    }
    p->next++;
    if (!get(&chunk, sizeof chunk) || !plausible(&chunk) || !read_chunk(c, &chunk)) {
        problem_set(problem, "the events that were sent cannot be read");
        return NULL;
    }
    for (size_t i = 0; i < c->n; i++) {
        c->event[i].offset = c->event[i].offset / 8 * (uint32_t)sizeof(void *);
    }
    return c;
}

void packed_rewind(struct packed *p)
{
    p->next = 0;
    sent.at = sizeof(struct sent_head);
}

void packed_close(struct packed *p)
{
    free(p->moving.event);
    free(p->moving.side);
    free(p->moving.thread);
    free(p->moving.gap);
    *p = (struct packed){0};
}
