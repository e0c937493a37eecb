#define _GNU_SOURCE
#include "programs/record/recording.h"

#include <gnu/libc-version.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>

#include "programs/record/block_map.h"
#include "workloads/array.h"

enum { BUFFERED = 4096 };

/* A resize that a stream has announced; the slot is SLOT_NONE where there is none. */
struct resize {
    uint32_t slot;
    uint64_t address;
};

struct recording {
    struct block_map map;
    struct trace_writer *writer;
    struct resize *resize; /* one a stream */
    size_t resize_room;
    uint32_t streams;
    uint64_t last_ns;
    uint32_t flags;
    struct recording_counts counts;
    size_t buffered;
    struct event events[BUFFERED];
    uint64_t times[BUFFERED];
    uint32_t sites[BUFFERED];
};

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

/* Absolute paths describe this machine more than the program, so only their last part is kept. */
static void add_command_line(struct provenance *provenance, const struct channel_process *p)
{
    char arguments[CHANNEL_ARGUMENTS + 1] = "";
    size_t used = 0;
    uint32_t bytes = atomic_load(&p->arguments);
    bytes = bytes < CHANNEL_ARGUMENTS ? bytes : CHANNEL_ARGUMENTS;
    const char *at = p->command_line;
    const char *end = at + bytes;
    if (bytes) {
        provenance_add(provenance, "program", "%s", base_name(at));
        at += strlen(at) + 1;
    }
    for (; at < end; at += strlen(at) + 1) {
        const char *word = at[0] == '/' && at[1] != '/' ? base_name(at) : at;
        size_t length = strlen(word);
        memcpy(arguments + used, word, length);
        used += length;
        arguments[used++] = ' ';
    }
    if (used) {
        provenance_add(provenance, "arguments", "%.*s", (int)used - 1, arguments);
    }
}

static void describe(struct provenance *provenance, const struct channel_process *p)
{
    add_command_line(provenance, p);
    struct utsname machine;
    if (uname(&machine) == 0) {
        provenance_add(provenance, "machine", "%s %s, glibc %s", machine.sysname, machine.machine,
                       gnu_get_libc_version());
    }
    char date[32];
    time_t now = time(NULL);
    struct tm utc;
    if (gmtime_r(&now, &utc) && strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%SZ", &utc)) {
        provenance_add(provenance, "date", "%s", date);
    }
    provenance_add(provenance, "recorder", "fitlab %s", FITLAB_VERSION);
}

struct recording *recording_open(const char *path, uint32_t flags, int level,
                                 const struct channel_process *process, struct problem *problem)
{
    struct recording *r = calloc(1, sizeof *r);
    if (!r || !block_map_open(&r->map)) {
        problem_set(problem, "no memory to record into %s", path);
        recording_abort(r);
        return NULL;
    }
    struct provenance provenance = {.text = ""};
    describe(&provenance, process);
    unsigned columns =
        (flags & CHANNEL_TIMES ? TRACE_TIMES : 0u) | (flags & CHANNEL_SITES ? TRACE_SITES : 0u);
    r->flags = flags;
    r->writer = trace_create(path, &provenance, columns, problem);
    if (!r->writer) {
        recording_abort(r);
        return NULL;
    }
    trace_keep_unfinished(r->writer); /* the program will not run just so again */
    if (level) {
        trace_set_level(r->writer, level);
    }
    return r;
}

static void close_recording(struct recording *r)
{
    block_map_close(&r->map);
    free(r->resize);
    free(r);
}

void recording_abort(struct recording *r)
{
    if (r) {
        trace_abort(r->writer);
        close_recording(r);
    }
}

static bool flush(struct recording *r, struct problem *problem)
{
    struct trace_run run = {.events = r->events,
                            .times = r->flags & CHANNEL_TIMES ? r->times : NULL,
                            .sites = r->flags & CHANNEL_SITES ? r->sites : NULL,
                            .count = r->buffered};
    r->buffered = 0;
    return run.count == 0 || trace_append(r->writer, &run, problem);
}

bool recording_finish(struct recording *r, struct trace_totals *totals,
                      struct recording_counts *counts, struct problem *problem)
{
    *counts = r->counts;
    if (!flush(r, problem)) {
        recording_abort(r);
        return false;
    }
    bool ok = trace_finish(r->writer, totals, problem);
    close_recording(r);
    return ok;
}

/* Threads may read the clock in another order than they were numbered in. */
static uint64_t since_last(struct recording *r, uint64_t ns)
{
    uint64_t delta = ns > r->last_ns ? ns - r->last_ns : 0;
    r->last_ns += delta;
    return delta;
}

static bool emit(struct recording *r, enum event_kind kind, uint32_t slot,
                 const struct logged *logged, struct problem *problem)
{
    if (r->buffered == BUFFERED && !flush(r, problem)) {
        return false;
    }
    r->events[r->buffered] = (struct event){
        .size = kind == EVENT_FREE ? 0 : logged->size,
        .slot = slot,
        .thread = (uint16_t)(logged->thread < UINT16_MAX ? logged->thread : UINT16_MAX),
        .kind = (uint8_t)kind,
        .align_log2 = (uint8_t)(kind == EVENT_ALIGNED ? logged->align_log2 : 0)};
    r->times[r->buffered] = since_last(r, logged->time_ns);
    r->sites[r->buffered] = logged->site;
    r->buffered++;
    return true;
}

static bool no_memory(struct problem *problem)
{
    return problem_set(problem, "no memory for a slot table of this size");
}

/* Frees the block that seems to be live at an address which was just returned by an allocation. */
static bool vacate(struct recording *r, const struct logged *logged, struct problem *problem)
{
    uint32_t slot = block_map_unbind(&r->map, logged->address);
    if (slot == SLOT_NONE) {
        return true;
    }
    r->counts.implied++;
    block_map_release(&r->map, slot);
    return emit(r, EVENT_FREE, slot, logged, problem);
}

static bool add_allocation(struct recording *r, enum event_kind kind, const struct logged *logged,
                           struct problem *problem)
{
    if (!vacate(r, logged, problem)) {
        return false;
    }
    uint32_t slot = block_map_acquire(&r->map, logged->address);
    return slot == SLOT_NONE ? no_memory(problem) : emit(r, kind, slot, logged, problem);
}

static bool add_free(struct recording *r, const struct logged *logged, struct problem *problem)
{
    uint32_t slot = block_map_unbind(&r->map, logged->address);
    if (slot == SLOT_NONE) {
        r->counts.strangers++;
        return true;
    }
    block_map_release(&r->map, slot);
    return emit(r, EVENT_FREE, slot, logged, problem);
}

static struct resize *resize_of(struct recording *r, uint32_t stream)
{
    if (stream >= r->streams) {
        struct resize *grown =
            array_reserve(r->resize, &r->resize_room, stream + (size_t)1, sizeof *grown);
        if (!grown) {
            return NULL;
        }
        for (uint32_t i = r->streams; i <= stream; i++) {
            grown[i].slot = SLOT_NONE;
        }
        r->resize = grown;
        r->streams = stream + 1;
    }
    return &r->resize[stream];
}

static bool begin_resize(struct recording *r, const struct logged *logged, struct problem *problem)
{
    struct resize *resize = resize_of(r, logged->stream);
    if (!resize) {
        return no_memory(problem);
    }
    resize->slot = block_map_unbind(&r->map, logged->address);
    resize->address = logged->address;
    r->counts.strangers += resize->slot == SLOT_NONE;
    return true;
}

/* The block is at its new address, or still at the old one if the resize failed. One that is
 * not known became known by being resized. */
static bool end_resize(struct recording *r, bool failed, const struct logged *logged,
                       struct problem *problem)
{
    struct resize *resize = resize_of(r, logged->stream);
    if (!resize) {
        return no_memory(problem);
    }
    uint32_t slot = resize->slot;
    resize->slot = SLOT_NONE;
    if (failed) {
        return slot == SLOT_NONE || block_map_bind(&r->map, resize->address, slot) ||
               no_memory(problem);
    }
    if (slot == SLOT_NONE) {
        return add_allocation(r, EVENT_MALLOC, logged, problem);
    }
    if (!vacate(r, logged, problem)) {
        return false;
    }
    return block_map_bind(&r->map, logged->address, slot)
               ? emit(r, EVENT_REALLOC, slot, logged, problem)
               : no_memory(problem);
}

bool recording_add(struct recording *r, const struct logged *logged, struct problem *problem)
{
    if (logged->soon) {
        block_map_prefetch(&r->map, logged->soon);
    }
    switch (logged->kind) {
    case WORD_MALLOC:
        return add_allocation(r, EVENT_MALLOC, logged, problem);
    case WORD_CALLOC:
        return add_allocation(r, EVENT_CALLOC, logged, problem);
    case WORD_ALIGNED:
        return add_allocation(r, EVENT_ALIGNED, logged, problem);
    case WORD_FREE:
        return add_free(r, logged, problem);
    case WORD_REALLOC:
        return begin_resize(r, logged, problem);
    case WORD_REALLOCED:
        return end_resize(r, false, logged, problem);
    case WORD_NONE:
        return end_resize(r, true, logged, problem);
    case WORD_EXTRA:
        break;
    }
    return true;
}
