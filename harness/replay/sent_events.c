#include "replay/sent_events.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

_Static_assert(sizeof(struct event) == 16 && sizeof(struct packed_event) == 8 &&
                   sizeof(struct sent_head) == 112,
               "programs of 32 and of 64 bits must agree");

static bool put(int fd, const void *bytes, size_t n, struct problem *problem)
{
    for (size_t done = 0; done < n;) {
        ssize_t wrote = write(fd, (const char *)bytes + done, n - done);
        if (wrote < 0 && errno != EINTR) {
            return problem_set(problem, "cannot send the events to fitlab-cell32: %s",
                               strerror(errno));
        }
        done += wrote > 0 ? (size_t)wrote : 0;
    }
    return true;
}

bool sent_events_write(struct packed *p, int fd, struct problem *problem)
{
    struct sent_head head = {.facts = p->facts};
    memcpy(head.magic, SENT_MAGIC, sizeof head.magic);
    bool sent = put(fd, &head, sizeof head, problem);
    packed_rewind(p);
    problem->text[0] = '\0';
    for (const struct packed_chunk *c; sent && (c = packed_next(p, problem));) {
        const struct sent_chunk chunk = {.events = (uint32_t)c->n,
                                         .sides = (uint32_t)c->sides,
                                         .threads = c->thread ? (uint32_t)c->n : 0,
                                         .gaps = c->gap ? (uint32_t)c->n : 0};
        sent = put(fd, &chunk, sizeof chunk, problem) &&
               put(fd, c->event, c->n * sizeof *c->event, problem) &&
               put(fd, c->side, c->sides * sizeof *c->side, problem) &&
               put(fd, c->thread, chunk.threads * sizeof *c->thread, problem) &&
               put(fd, c->gap, chunk.gaps * sizeof *c->gap, problem);
    }
    return sent && !problem->text[0];
}
