#define _GNU_SOURCE
#include "programs/record/collector.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "workloads/array.h"

/* If a sequence number is missing for this long while writers wait for room, it is given up,
 * because its writer died in the middle of an event. */
#define GIVE_UP_NS UINT64_C(2000000000)

enum { MOST_STREAMS = 1 << 20 };

/* Waits between looks. Programs do not say when they have written, which would cost them a system
 * call; what is fetched soon is still in a cache, and leaves theirs to them. */
enum { SHORTEST_MS = 1, LONGEST_MS = 64 };

struct process {
    bool begun, ended, closed; /* for the sink, by itself, for the sink */
    int pidfd;                 /* readable when the process has ended; -1: there is none */
    uint64_t next;             /* sequence number of the next event */
    uint64_t stalled_since_ns; /* 0: it is not */
    struct stream *stream;
    size_t stream_room;
    uint32_t streams;
    uint32_t *active; /* numbers of the streams that have frames, the last used first */
    size_t active_room;
    uint32_t actives;
};

struct collector {
    struct channel *channel;
    int fd;
    char path[64];
    struct collector_sink sink;
    struct frame_list frames;
    uint32_t processes;
    uint32_t wakes_seen; /* the wake count that the last wait saw at its end */
    uint64_t gaps;
    bool stirred;      /* there were events since the last wait */
    unsigned pause_ms; /* the next wait */
    struct process process[CHANNEL_PROCESSES];
};

static uint64_t now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

static bool map_channel(struct collector *c)
{
    c->fd = memfd_create("fitlab-record", MFD_CLOEXEC);
    if (c->fd < 0 || ftruncate(c->fd, (off_t)sizeof *c->channel) != 0) {
        return false;
    }
    void *memory = mmap(NULL, sizeof *c->channel, PROT_READ | PROT_WRITE, MAP_SHARED, c->fd, 0);
    if (memory == MAP_FAILED) {
        return false;
    }
    c->channel = memory;
    return true;
}

struct collector *collector_open(uint32_t flags, const struct collector_sink *sink,
                                 struct problem *problem)
{
    struct collector *c = calloc(1, sizeof *c);
    if (!c || !map_channel(c)) {
        problem_set(problem, "no shared memory to record into: %s", strerror(errno));
        free(c);
        return NULL;
    }
    c->channel->magic = CHANNEL_MAGIC;
    c->channel->flags = flags;
    c->channel->start_ns = now_ns();
    c->channel->collector_pid = getpid();
    c->sink = *sink;
    c->frames.channel = c->channel;
    snprintf(c->path, sizeof c->path, "/proc/%d/fd/%d", (int)getpid(), c->fd);
    return c;
}

struct channel *collector_channel(struct collector *c)
{
    return c->channel;
}

const char *collector_path(const struct collector *c)
{
    return c->path;
}

uint32_t collector_processes(const struct collector *c)
{
    return c->processes;
}

uint64_t collector_gaps(const struct collector *c)
{
    return c->gaps;
}

/* A program that replaced itself by exec registers again under its old pid. */
static void end_predecessor(struct collector *c, uint32_t number)
{
    for (uint32_t i = number; i-- > 0;) {
        if (c->channel->process[i].pid == c->channel->process[number].pid) {
            c->process[i].ended = true;
        }
    }
}

static void see_new_processes(struct collector *c)
{
    uint32_t count = atomic_load(&c->channel->processes);
    count = count < CHANNEL_PROCESSES ? count : CHANNEL_PROCESSES;
    while (c->processes < count && atomic_load(&c->channel->process[c->processes].ready)) {
        struct process *p = &c->process[c->processes];
        pid_t pid = c->channel->process[c->processes].pid;
        p->pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
        p->ended = p->pidfd < 0 && errno == ESRCH;
        end_predecessor(c, c->processes);
        c->processes++;
    }
}

static bool grow_streams(struct process *p, uint32_t number)
{
    if (number < p->streams) {
        return true;
    }
    struct stream *grown =
        array_reserve(p->stream, &p->stream_room, number + (size_t)1, sizeof *grown);
    if (!grown) {
        return false;
    }
    for (uint32_t i = p->streams; i <= number; i++) {
        stream_open(&grown[i]);
    }
    p->stream = grown;
    p->streams = number + 1;
    return true;
}

static void give_frame(struct collector *c, struct process *p, uint32_t frame)
{
    uint32_t number = c->channel->frame[frame].stream;
    uint32_t *active =
        array_reserve(p->active, &p->active_room, p->actives + (size_t)1, sizeof *active);
    p->active = active ? active : p->active;
    if (p->closed || !active || !grow_streams(p, number)) {
        return;
    }
    struct stream *s = &p->stream[number];
    if (!s->active) {
        s->active = true;
        active[p->actives++] = number;
    }
    stream_add_frame(s, &c->frames, frame);
}

/* Hands frames taken since the last look to their streams. */
static void see_new_frames(struct collector *c)
{
    uint32_t made = atomic_load(&c->channel->frames_made);
    for (uint32_t frame = 0; frame < made; frame++) {
        const struct frame_info *info = &c->channel->frame[frame];
        if (c->frames.frame[frame].known || atomic_load(&info->state) == FRAME_FREE ||
            info->process >= c->processes || info->stream >= MOST_STREAMS) {
            continue;
        }
        give_frame(c, &c->process[info->process], frame);
    }
}

/* The stream whose next event is the next of the process, or NULL. */
static struct stream *next_stream(struct collector *c, struct process *p)
{
    uint32_t i = 0;
    while (i < p->actives) {
        uint32_t number = p->active[i];
        struct stream *s = &p->stream[number];
        if (stream_peek(s, &c->frames, p->ended) && s->sequence == p->next) {
            p->active[i] = p->active[0];
            p->active[0] = number;
            return s;
        }
        if (!s->ready && s->first == FRAME_NONE) {
            s->active = false;
            p->active[i] = p->active[--p->actives];
        } else {
            i++;
        }
    }
    return NULL;
}

/* Continues at the lowest number there is; false if there is none. */
static bool skip_gap(struct collector *c, struct process *p)
{
    uint64_t lowest = UINT64_MAX;
    for (uint32_t i = 0; i < p->actives; i++) {
        struct stream *s = &p->stream[p->active[i]];
        if (stream_peek(s, &c->frames, p->ended) && s->sequence < lowest) {
            lowest = s->sequence;
        }
    }
    if (lowest == UINT64_MAX) {
        return false;
    }
    c->gaps += lowest > p->next ? lowest - p->next : 0;
    p->next = lowest;
    return true;
}

static bool stalled_too_long(const struct collector *c, struct process *p)
{
    if (atomic_load(&c->channel->backlog) < CHANNEL_BACKLOG) {
        p->stalled_since_ns = 0;
        return false;
    }
    uint64_t now = now_ns();
    if (!p->stalled_since_ns) {
        p->stalled_since_ns = now;
    }
    return now - p->stalled_since_ns > GIVE_UP_NS;
}

static bool drain_events(struct collector *c, uint32_t number, struct problem *problem)
{
    struct process *p = &c->process[number];
    for (;;) {
        struct stream *s = next_stream(c, p);
        if (!s) {
            if ((p->ended || stalled_too_long(c, p)) && skip_gap(c, p)) {
                continue;
            }
            return true;
        }
        c->stirred = true;
        do {
            if (!c->sink.event(c->sink.ctx, number, &s->event, problem)) {
                return false;
            }
            stream_take(s);
            p->next++;
        } while (stream_peek(s, &c->frames, p->ended) && s->sequence == p->next);
        p->stalled_since_ns = 0;
    }
}

static void close_process(struct process *p)
{
    p->closed = true;
    free(p->stream);
    free(p->active);
    p->stream = NULL;
    p->active = NULL;
    p->streams = p->actives = 0;
    if (p->pidfd >= 0) {
        close(p->pidfd);
        p->pidfd = -1;
    }
}

/* A process begins for the sink when its command line is there, or when it has ended. */
static bool serve(struct collector *c, uint32_t number, struct problem *problem)
{
    struct process *p = &c->process[number];
    const struct channel_process *shared = &c->channel->process[number];
    if (p->closed || (!p->begun && !p->ended && !atomic_load(&shared->arguments))) {
        return true;
    }
    if (!p->begun && !c->sink.begin(c->sink.ctx, number, shared, problem)) {
        return false;
    }
    p->begun = true;
    if (!drain_events(c, number, problem)) {
        return false;
    }
    if (p->ended) {
        close_process(p);
        return c->sink.end(c->sink.ctx, number, shared, problem);
    }
    return true;
}

/* Serves every process. Whether one has ended must be known before its frames are looked for:
 * then there are no later ones. */
static bool serve_all(struct collector *c, bool all_ended, struct problem *problem)
{
    see_new_processes(c);
    for (uint32_t i = 0; i < c->processes; i++) {
        struct process *p = &c->process[i];
        struct pollfd poller = {.fd = p->pidfd, .events = POLLIN};
        p->ended |= all_ended || (p->pidfd >= 0 && poll(&poller, 1, 0) == 1);
    }
    see_new_frames(c);
    for (uint32_t i = 0; i < c->processes; i++) {
        if (!serve(c, i, problem)) {
            atomic_store(&c->channel->closed, 1);
            atomic_fetch_add(&c->channel->room, 1);
            channel_wake(&c->channel->room);
            return false;
        }
    }
    return true;
}

bool collector_drain(struct collector *c, struct problem *problem)
{
    return serve_all(c, false, problem);
}

bool collector_finish(struct collector *c, struct problem *problem)
{
    return serve_all(c, true, problem);
}

void collector_wait(struct collector *c)
{
    uint32_t seen = atomic_load(&c->channel->wake_count);
    unsigned longer = 2 * c->pause_ms < LONGEST_MS ? 2 * c->pause_ms : LONGEST_MS;
    c->pause_ms = c->stirred || longer < SHORTEST_MS ? SHORTEST_MS : longer;
    c->stirred = false;
    atomic_store(&c->channel->asleep, 1);
    if (seen == c->wakes_seen) {
        channel_wait(&c->channel->wake_count, seen, c->pause_ms);
    }
    atomic_store(&c->channel->asleep, 0);
    c->wakes_seen = atomic_load(&c->channel->wake_count);
}

void collector_close(struct collector *c)
{
    for (uint32_t i = 0; i < c->processes; i++) {
        close_process(&c->process[i]);
    }
    munmap(c->channel, sizeof *c->channel);
    close(c->fd);
    free(c);
}
