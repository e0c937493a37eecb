#define _GNU_SOURCE
#include "programs/exec/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/single_threaded.h>
#include <unistd.h>

#include "programs/exec/seats.h"
#include "programs/exec/stack_setting.h"

/* Address space, not memory. Where it is scarce (ulimit -v), less is tried. */
#define RESERVE_MOST  ((size_t)64 << 30)
#define RESERVE_LEAST ((size_t)64 << 20)

/* The heap's base: a multiple of the largest alignment that a policy's own arithmetic likes. */
#define BASE_ALIGN ((size_t)1 << 30)

/* Pages above the break go back to the system when there are so many bytes of them. */
#define GIVE_BACK ((size_t)4 << 20)

static struct {
    struct heap *heap;
    struct region region;
    char *touched;     /* no page above it holds anything; not known if threads are free */
    bool free_threads; /* the policy has locks or heaps of its own: any number may be inside */
    pthread_mutex_t mutex;
} memory = {.mutex = PTHREAD_MUTEX_INITIALIZER};

static _Noreturn void give_up(const char *why)
{
    static const char head[] = "fitlab: no heap for this program: ";
    bool told = write(STDERR_FILENO, head, sizeof head - 1) > 0 &&
                write(STDERR_FILENO, why, strlen(why)) > 0 && write(STDERR_FILENO, "\n", 1) > 0;
    _exit(told ? 127 : 126);
}

static void reserve(void)
{
    for (size_t bytes = RESERVE_MOST; bytes >= RESERVE_LEAST; bytes /= 2) {
        size_t align = bytes > BASE_ALIGN ? BASE_ALIGN : REGION_ALIGN;
        char *map = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
                         MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        if (map != MAP_FAILED) {
            char *base = (char *)(((uintptr_t)map + align - 1) / align * align);
            memory.region =
                (struct region){.base = base, .brk = base, .limit = map + bytes, .peak = base};
            memory.touched = base;
            return;
        }
    }
    give_up("there is no address space left");
}

static void open_heap(void)
{
    static bool opening;
    static struct stack_setting setting; /* heaps point to it */
    if (opening) { /* finding a plug-in's symbol allocates only if there is none */
        give_up("the plug-in that " EXEC_VARIABLE " names was not loaded");
    }
    opening = true;
    const char *value = getenv(EXEC_VARIABLE);
    if (!value) {
        give_up(EXEC_VARIABLE " is not set; start the program with fitlab exec");
    }
    if (!stack_setting_read(value, &setting)) {
        give_up("the policy that " EXEC_VARIABLE " names was built for another version of fitlab: "
                "rebuild it with this fitlab's headers");
    }
    reserve();
    memory.free_threads = policy_threads(setting.policy, setting.arg) == LAYER_ANY_THREADS;
    memory.region.threads = memory.free_threads ? &seats_threads : NULL;
    if (memory.free_threads) {
        seats_enter(); /* the policy may ask who opens its heap */
    }
    memory.heap = setting.policy->open(setting.policy, &memory.region, setting.arg);
    if (memory.free_threads) {
        seats_leave();
    }
    if (!memory.heap) {
        give_up("the policy refuses its region");
    }
}

/* Single-threaded programs, which are the most frequent, take no lock. The answer can change only
 * between two calls, because the caller itself starts the second thread. */
struct memory_use memory_enter(void)
{
    bool locked = !memory.free_threads && !__libc_single_threaded;
    if (locked) {
        pthread_mutex_lock(&memory.mutex);
    }
    if (!memory.heap) {
        int saved = errno; /* attempts to reserve that fail are none of the program's */
        open_heap();
        errno = saved;
    }
    if (memory.free_threads) {
        seats_enter();
    }
    return (struct memory_use){.heap = memory.heap, .locked = locked};
}

static void give_back(void)
{
    size_t page = REGION_ALIGN - 1;
    char *from = (char *)(((uintptr_t)memory.region.brk + page) & ~page);
    madvise(from, (size_t)(memory.touched - from), MADV_DONTNEED);
    memory.touched = memory.region.brk;
}

void memory_leave(struct memory_use use)
{
    if (memory.free_threads) {
        seats_leave();
    } else if (memory.region.brk > memory.touched) {
        memory.touched = memory.region.brk;
    } else if ((size_t)(memory.touched - memory.region.brk) > GIVE_BACK) {
        give_back();
    }
    if (use.locked) {
        pthread_mutex_unlock(&memory.mutex);
    }
}

bool memory_owns(const void *block)
{
    return (const char *)block >= memory.region.base && (const char *)block < memory.region.limit;
}

static void before_fork(void)
{
    pthread_mutex_lock(&memory.mutex);
    seats_close();
}

static void in_parent(void)
{
    seats_open(false);
    pthread_mutex_unlock(&memory.mutex);
}

static void in_child(void)
{
    seats_open(true);
    pthread_mutex_unlock(&memory.mutex);
}

/* First of all constructors, so that the handlers of others, which may allocate, run outside. */
__attribute__((constructor(101))) static void start(void)
{
    pthread_atfork(before_fork, in_parent, in_child);
}

/* Appends a line, or nothing. The lines of other processes stay: all hold the lock while they
 * write, so what is cut off after a short write is only what this process wrote. */
static void append_line(const char *path, const char *line, size_t length)
{
    int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644);
    if (fd < 0) {
        return;
    }
    bool alone = flock(fd, LOCK_EX) == 0;
    off_t end = lseek(fd, 0, SEEK_END);
    if (write(fd, line, length) != (ssize_t)length && alone && end >= 0) {
        (void)ftruncate(fd, end);
    }
    close(fd); /* this ends the lock */
}

/* The most bytes of the heap. Where threads are free, nobody has followed the footprint of all
 * slices together: then the peaks of each are added, which is an upper bound. */
static size_t peak_bytes(const struct heap *h)
{
    const struct heap *inner = memory.free_threads ? heap_inner(h, 0) : NULL;
    if (!inner || inner->region == h->region) {
        return inner ? peak_bytes(inner) : region_peak_footprint(h->region);
    }
    size_t sum = (size_t)(inner->region->base - h->region->base);
    for (unsigned i = 0; (inner = heap_inner(h, i)); i++) {
        sum += peak_bytes(inner);
    }
    return sum;
}

__attribute__((destructor)) static void tell_stats(void)
{
    const char *path = getenv(EXEC_STATS_VARIABLE);
    if (!path || !memory.heap) {
        return;
    }
    const struct counters count = heap_counters(memory.heap);
    char line[256];
    int length = snprintf(line, sizeof line, "%d,%zu", (int)getpid(), peak_bytes(memory.heap));
#define X(name, help)                                                                              \
    length += snprintf(line + length, sizeof line - (size_t)length, ",%" PRIu64, count.name);
    FITLAB_COUNTERS(X)
#undef X
    line[length++] = '\n';
    append_line(path, line, (size_t)length);
}
