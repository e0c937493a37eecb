#define _GNU_SOURCE
#include "programs/record/log.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* Keeps rare work out of the path that every event takes, with its registers and its stack. */
#define RARE __attribute__((noinline, cold))

static struct log_process undecided;
struct log_process *log_process = &undecided;
_Thread_local struct log_thread log_thread;
static struct channel *channel;
static struct channel_process *ancestor; /* what this process, or the one it was forked from, is */
static pthread_key_t exit_key;

static void wipe(void)
{
    memset(log_process, 0, sizeof *log_process);
}

static bool map_local_page(void)
{
    void *page = mmap(NULL, sizeof(struct log_process), PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (page == MAP_FAILED) {
        return false;
    }
    if (madvise(page, sizeof(struct log_process), MADV_WIPEONFORK) != 0) {
        pthread_atfork(NULL, NULL, wipe);
    }
    log_process = page;
    return true;
}

static void finish_frame(struct log_stream *s)
{
    if (s->at) {
        s->at = s->last = NULL;
        atomic_store(&channel->frame[s->frame].state, FRAME_DONE);
        if (atomic_fetch_add(&channel->backlog, 1) >= CHANNEL_URGENT) {
            channel_ring(channel);
        }
    }
}

/* At the end of a thread. Destructors that run later and free start a new frame, and with it
 * bring this one back. */
static void finish_thread(void *unused)
{
    (void)unused;
    int saved = errno;
    for (unsigned i = 0; log_process->mode == LOG_ON && i < LOG_LEVELS; i++) {
        finish_frame(&log_thread.stream[i]);
    }
    errno = saved;
}

static bool open_channel(void)
{
    const char *path = getenv(CHANNEL_VARIABLE);
    int fd = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
    if (fd < 0) {
        return false;
    }
    struct stat status;
    struct channel *c = MAP_FAILED;
    if (fstat(fd, &status) == 0 && status.st_size == (off_t)sizeof *c) {
        c = mmap(NULL, sizeof *c, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    }
    close(fd);
    if (c == MAP_FAILED) {
        return false;
    }
    if (c->magic != CHANNEL_MAGIC || (!(c->flags & CHANNEL_CHILDREN) && c->root_pid != getpid()) ||
        pthread_key_create(&exit_key, finish_thread) != 0) {
        munmap(c, sizeof *c);
        return false;
    }
    channel = c;
    return true;
}

static struct channel_process *join_channel(void)
{
    if (!(channel->flags & CHANNEL_CHILDREN) && channel->root_pid != getpid()) {
        return NULL;
    }
    uint32_t number = atomic_fetch_add(&channel->processes, 1);
    if (number >= CHANNEL_PROCESSES) {
        return NULL;
    }
    struct channel_process *process = &channel->process[number];
    process->pid = getpid();
    process->parent_pid = getppid();
    if (ancestor) {
        uint32_t bytes = atomic_load(&ancestor->arguments);
        memcpy(process->command_line, ancestor->command_line, bytes);
        atomic_store(&process->arguments, bytes);
    }
    ancestor = process;
    atomic_store(&process->ready, 1);
    channel_ring(channel);
    return process;
}

/* Whether this process, program or forked child, is to be recorded. Called again until the answer
 * is known, because a program has no environment in its first moments. */
RARE static bool decide(void)
{
    if (log_process->mode == LOG_OFF || !environ) {
        return false;
    }
    int saved = errno;
    if (log_process == &undecided && !map_local_page()) {
        return false;
    }
    memset(&log_thread, 0, sizeof log_thread);
    log_process->shared = channel || open_channel() ? join_channel() : NULL;
    log_process->mode = log_process->shared ? LOG_ON : LOG_OFF;
    if (log_process->shared && !(channel->flags & (CHANNEL_TIMES | CHANNEL_SITES))) {
        log_process->numbers = &log_process->shared->sequence;
    }
    errno = saved;
    return log_process->mode == LOG_ON;
}

/* The command line becomes known here; the log itself may have begun before. */
__attribute__((constructor)) static void start(int argc, char **argv)
{
    if (log_process->mode != LOG_ON && !decide()) {
        return;
    }
    struct channel_process *p = log_process->shared;
    size_t used = 0;
    for (int i = 0; i < argc; i++) {
        size_t bytes = strlen(argv[i]) + 1;
        if (bytes > sizeof p->command_line - used) {
            break;
        }
        memcpy(p->command_line + used, argv[i], bytes);
        used += bytes;
    }
    atomic_store(&p->arguments, (uint32_t)used);
}

/* Full frames wait for the collector, and so do writers when there are too many; not so in a
 * signal handler, whose interrupted event the collector may be waiting for. */
static bool wait_for_room(void)
{
    if (log_thread.level > 1) {
        return true;
    }
    while (atomic_load(&channel->backlog) >= CHANNEL_BACKLOG && !atomic_load(&channel->closed)) {
        uint32_t seen = atomic_load(&channel->room);
        atomic_fetch_add(&channel->waiting, 1);
        if (atomic_load(&channel->backlog) >= CHANNEL_BACKLOG) {
            channel_wait(&channel->room, seen, 100);
        }
        atomic_fetch_sub(&channel->waiting, 1);
        if (kill(channel->collector_pid, 0) != 0 && errno == ESRCH) {
            atomic_store(&channel->closed, 1);
        }
    }
    return !atomic_load(&channel->closed);
}

static void claim_numbers(struct log_stream *s)
{
    if (!log_thread.number) {
        log_thread.number = atomic_fetch_add(&log_process->shared->threads, 1) + 1;
    }
    if (!s->number) {
        s->number = atomic_fetch_add(&log_process->shared->streams, 1) + 1;
    }
}

RARE static bool next_frame(struct log_stream *s)
{
    int saved = errno;
    finish_frame(s);
    bool open = false;
    uint32_t frame = wait_for_room() ? channel_take_frame(channel) : CHANNEL_FRAMES;
    if (frame < CHANNEL_FRAMES) {
        claim_numbers(s);
        struct frame_info *info = &channel->frame[frame];
        info->process = (uint32_t)(log_process->shared - channel->process);
        info->stream = s->number - 1;
        info->thread = log_thread.number - 1;
        info->index = s->frames++;
        atomic_store(&info->state, FRAME_OPEN);
        s->frame = frame;
        s->at = channel->word[frame];
        s->last = s->at + CHANNEL_FRAME_WORDS - WORDS_PER_EVENT + 1;
        s->mark = frame_mark(info->uses);
        s->next = UINT64_MAX; /* the first event of a frame carries its number */
        if (log_thread.level == 1) {
            pthread_setspecific(exit_key, &log_thread);
        }
        open = true;
    }
    errno = saved;
    return open;
}

/* The call site as a hash that does not depend on where the program was loaded. */
static uint64_t site_hash(const void *site)
{
    struct dl_find_object found;
    const char *name = "";
    uintptr_t offset = (uintptr_t)site;
    if (_dl_find_object((void *)offset, &found) == 0) {
        const char *path = found.dlfo_link_map->l_name;
        const char *slash = strrchr(path, '/');
        name = slash ? slash + 1 : path;
        offset -= found.dlfo_link_map->l_addr;
    }
    uint64_t hash = offset * UINT64_C(0x9E3779B97F4A7C15);
    for (; *name; name++) {
        hash = (hash ^ (unsigned char)*name) * UINT64_C(0x100000001B3);
    }
    return hash >> 32;
}

RARE static _Atomic uint64_t *put_optional(struct log_stream *s, _Atomic uint64_t *at,
                                           const void *site)
{
    if (channel->flags & CHANNEL_TIMES) {
        struct timespec now;
        clock_gettime(CLOCK_MONOTONIC, &now);
        uint64_t ns = (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
        at = log_put(s, at, word_extra(EXTRA_TIME, ns - channel->start_ns));
    }
    if (channel->flags & CHANNEL_SITES && site) {
        at = log_put(s, at, word_extra(EXTRA_SITE, site_hash(site)));
    }
    return at;
}

static void write_event(struct log_stream *s, uint64_t word, size_t size, unsigned align_log2,
                        const void *site)
{
    if (s->at >= s->last && !next_frame(s)) {
        atomic_fetch_add(&log_process->shared->lost, 1);
        return;
    }
    _Atomic uint64_t *at = log_begin(s, &log_process->shared->sequence);
    if (size >= WORD_SIZE_MAX) {
        at = log_put(s, at, word_extra(EXTRA_SIZE, size));
    }
    if (align_log2) {
        at = log_put(s, at, word_extra(EXTRA_ALIGN, align_log2));
    }
    if (channel->flags & (CHANNEL_TIMES | CHANNEL_SITES)) {
        at = put_optional(s, at, site);
    }
    s->at = log_put(s, at, word);
}

RARE static void log_word(uint64_t word, size_t size, unsigned align_log2, const void *site)
{
    if (log_process->mode != LOG_ON && !decide()) {
        return;
    }
    unsigned level = log_thread.level++;
    atomic_signal_fence(memory_order_seq_cst);
    if (level < LOG_LEVELS) {
        write_event(&log_thread.stream[level], word, size, align_log2, site);
    } else {
        atomic_fetch_add(&log_process->shared->lost, 1);
    }
    atomic_signal_fence(memory_order_seq_cst);
    log_thread.level = level;
}

RARE void log_event_long(enum word_kind kind, const void *block, size_t size, unsigned align_log2,
                         const void *site)
{
    log_word(word_event(kind, (uintptr_t)block, size), size, align_log2, site);
}

void log_kept(void)
{
    log_word(word_extra(EXTRA_KEPT, 0), 0, 0, NULL);
}
