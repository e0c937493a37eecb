#include "theory/prove/known.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static const uint64_t magic = UINT64_C(0x316e776f6e6b6c66); /* "flknown1" */

static uint64_t parts(unsigned shards)
{
    return (STATE_PARTS + shards - 1) / shards;
}

static size_t bytes_of(unsigned shards, uint64_t slots)
{
    return sizeof(struct known_head) + parts(shards) * slots * sizeof(uint64_t);
}

static bool failed(const char *path, struct problem *problem)
{
    return problem_set(problem, "%s: %s", *path ? path : "a table of states", strerror(errno));
}

/* Maps a table; a new file is all zero. */
static bool map(struct known *k, uint64_t slots, struct problem *problem)
{
    size_t bytes = bytes_of(k->shards, slots);
    int flags = k->file < 0 ? MAP_PRIVATE | MAP_ANONYMOUS : MAP_SHARED;
    void *at = mmap(NULL, bytes, PROT_READ | PROT_WRITE, flags, k->file, 0);
    if (at == MAP_FAILED) {
        return failed(k->path, problem);
    }
    k->head = at;
    k->place = (uint64_t *)(void *)(k->head + 1);
    return true;
}

static bool make(struct known *k, uint64_t slots, struct problem *problem)
{
    if (k->file >= 0) {
        errno = posix_fallocate(k->file, 0, (off_t)bytes_of(k->shards, slots));
        if (errno) {
            return failed(k->path, problem);
        }
    }
    if (!map(k, slots, problem)) {
        return false;
    }
    *k->head = (struct known_head){.magic = magic, .shards = k->shards, .slots = slots};
    return true;
}

/* The lock is that of the file that has the name now: a table that grows becomes another file. */
static bool open_locked(struct known *k, struct stat *st, struct problem *problem)
{
    for (;;) {
        struct stat now;
        k->file = open(k->path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
        if (k->file < 0 || flock(k->file, LOCK_EX) != 0 || fstat(k->file, st) != 0) {
            return failed(k->path, problem);
        }
        if (stat(k->path, &now) == 0 && now.st_ino == st->st_ino) {
            return true;
        }
        close(k->file);
    }
}

static bool open_file(struct known *k, struct problem *problem)
{
    struct stat st;
    struct known_head head;
    if (!open_locked(k, &st, problem)) {
        return false;
    }
    if (st.st_size == 0 || pread(k->file, &head, sizeof head, 0) != sizeof head || !head.magic) {
        return make(k, STATE_SLOTS_LEAST, problem);
    }
    if (head.magic != magic || head.shards != k->shards ||
        (uint64_t)st.st_size < bytes_of(k->shards, head.slots)) {
        return problem_set(problem, "%s is damaged or of another number of tasks: remove it",
                           k->path);
    }
    return map(k, head.slots, problem);
}

bool known_open(struct known *k, const char *path, unsigned shards, struct problem *problem)
{
    *k = (struct known){.shards = shards, .file = -1};
    snprintf(k->path, sizeof k->path, "%s", path ? path : "");
    bool ok = path ? open_file(k, problem) : make(k, STATE_SLOTS_LEAST, problem);
    if (!ok) {
        known_close(k);
    }
    return ok;
}

void known_close(struct known *k)
{
    if (k->head) {
        munmap(k->head, bytes_of(k->shards, k->head->slots));
    }
    if (k->file >= 0) {
        close(k->file);
    }
    k->head = NULL;
    k->file = -1;
}

/* The place of the key, or the free one where it belongs; *walked is how many were taken. */
static uint64_t *find(const struct known *k, unsigned part, uint64_t key)
{
    uint64_t slots = k->head->slots, *place = k->place + part / k->shards * slots;
    uint64_t at = (key >> 32) * slots >> 32; /* slots are fewer than 2^32 */
    while (place[at] && place[at] != key) {
        at = at + 1 == slots ? 0 : at + 1;
    }
    return &place[at];
}

static uint64_t no_zero(uint64_t key)
{
    return key ? key : 1; /* 0 is a free place */
}

bool known_has(const struct known *k, unsigned part, uint64_t key)
{
    return *find(k, part, no_zero(key)) != 0;
}

/* Where a larger table is made, before it takes the place of this one. */
static bool open_larger(struct known *larger, const struct known *k, struct problem *problem)
{
    *larger = (struct known){.shards = k->shards, .file = -1};
    if (k->file >= 0) {
        snprintf(larger->path, sizeof larger->path, "%.*s.new", (int)sizeof larger->path - 8,
                 k->path);
        larger->file = open(larger->path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
        if (larger->file < 0 || flock(larger->file, LOCK_EX) != 0) {
            return failed(larger->path, problem);
        }
    }
    uint64_t slots = k->head->slots;
    return make(larger, slots + slots / 2, problem);
}

static bool replace(struct known *k, struct known *larger, struct problem *problem)
{
    if (k->file >= 0) {
        size_t bytes = bytes_of(larger->shards, larger->head->slots);
        if (msync(larger->head, bytes, MS_SYNC) != 0 || rename(larger->path, k->path) != 0) {
            return failed(larger->path, problem);
        }
        strcpy(larger->path, k->path);
    }
    known_close(k);
    *k = *larger;
    return true;
}

static bool grow(struct known *k, struct problem *problem)
{
    struct known larger;
    if (!open_larger(&larger, k, problem)) {
        known_close(&larger);
        return false;
    }
    uint64_t slots = k->head->slots;
    for (uint64_t part = 0; part < parts(k->shards); part++) {
        for (uint64_t i = 0; i < slots; i++) {
            uint64_t key = k->place[part * slots + i];
            if (key) {
                *find(&larger, (unsigned)part * k->shards, key) = key;
            }
        }
    }
    larger.head->states = k->head->states;
    memcpy(larger.head->count, k->head->count, sizeof k->head->count);
    if (!replace(k, &larger, problem)) {
        known_close(&larger);
        return false;
    }
    return true;
}

/* A part is at most nine tenths full. */
bool known_add(struct known *k, unsigned part, uint64_t key, struct problem *problem)
{
    uint64_t *place = find(k, part, no_zero(key)), *count = &k->head->count[part / k->shards];
    if (*place) {
        return true;
    }
    if ((*count + 1) * 10 > k->head->slots * 9) {
        return grow(k, problem) && known_add(k, part, key, problem);
    }
    *place = no_zero(key);
    ++*count;
    return true;
}

bool known_settle(struct known *k, uint64_t states, struct problem *problem)
{
    size_t bytes = bytes_of(k->shards, k->head->slots);
    if (msync(k->head, bytes, MS_SYNC) != 0) {
        return failed(k->path, problem);
    }
    k->head->states = states;
    return msync(k->head, sizeof *k->head, MS_SYNC) == 0 || failed(k->path, problem);
}
