#define _GNU_SOURCE
#include "programs/exec/memory.h"

#include <dlfcn.h>
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

#include "allocators/registry.h"
#include "programs/exec/setting.h"

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
    char *touched; /* no page above it holds anything */
    pthread_mutex_t mutex;
} memory = {.mutex = PTHREAD_MUTEX_INITIALIZER};

static _Noreturn void give_up(const char *why)
{
    static const char head[] = "fitlab: no heap for this program: ";
    bool told = write(STDERR_FILENO, head, sizeof head - 1) > 0 &&
                write(STDERR_FILENO, why, strlen(why)) > 0 && write(STDERR_FILENO, "\n", 1) > 0;
    _exit(told ? 127 : 126);
}

static bool goes_by(const char *symbol, const char *name)
{
    while (*name && (*name == *symbol || (*name == '-' && *symbol == '_'))) {
        name++;
        symbol++;
    }
    return *name == *symbol;
}

static const struct policy *find_policy(const char *symbol)
{
    if (symbol[0] == EXEC_PLUGIN_MARK[0]) {
        return dlsym(RTLD_DEFAULT, symbol + 1);
    }
    for (size_t i = 0; registry_policies[i]; i++) {
        if (goes_by(symbol, registry_policies[i]->name)) {
            return registry_policies[i];
        }
    }
    return NULL;
}

/* Splits "symbol:1,2,3"; returns how many numbers there were. */
static size_t read_setting(const char *text, char symbol[EXEC_SETTING_BYTES],
                           long arg[EXEC_MOST_PARAMS])
{
    size_t length = strcspn(text, ":");
    length = length < EXEC_SETTING_BYTES ? length : EXEC_SETTING_BYTES - 1;
    memcpy(symbol, text, length);
    symbol[length] = '\0';
    size_t count = 0;
    const char *at = text + length;
    while (*at && count < EXEC_MOST_PARAMS && at[1]) {
        char *end;
        arg[count++] = strtol(at + 1, &end, 10);
        at = end;
    }
    return count;
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
    if (opening) { /* finding a plug-in's symbol allocates only if there is none */
        give_up("the plug-in that " EXEC_VARIABLE " names was not loaded");
    }
    opening = true;
    const char *setting = getenv(EXEC_VARIABLE);
    if (!setting) {
        give_up(EXEC_VARIABLE " is not set; start the program with fitlab exec");
    }
    char symbol[EXEC_SETTING_BYTES];
    long arg[EXEC_MOST_PARAMS];
    size_t count = read_setting(setting, symbol, arg);
    const struct policy *policy = find_policy(symbol);
    size_t rows = 0;
    while (policy && policy->params && policy->params[rows].name) {
        rows++;
    }
    if (!policy || policy->abi != FITLAB_POLICY_ABI || rows != count) {
        give_up("the policy that " EXEC_VARIABLE " names was built for another version of fitlab: "
                "rebuild it with this fitlab's headers");
    }
    reserve();
    memory.heap = policy->open(policy, &memory.region, arg);
    if (!memory.heap) {
        give_up("the policy refuses its region");
    }
}

/* Single-threaded programs, which are the most frequent, take no lock. The answer can change only
 * between two calls, because the caller itself starts the second thread. */
struct memory_use memory_enter(void)
{
    bool locked = !__libc_single_threaded;
    if (locked) {
        pthread_mutex_lock(&memory.mutex);
    }
    if (!memory.heap) {
        int saved = errno; /* attempts to reserve that fail are none of the program's */
        open_heap();
        errno = saved;
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
    if (memory.region.brk > memory.touched) {
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
}

static void after_fork(void)
{
    pthread_mutex_unlock(&memory.mutex);
}

/* First of all constructors, so that the handlers of others, which may allocate, run outside. */
__attribute__((constructor(101))) static void start(void)
{
    pthread_atfork(before_fork, after_fork, after_fork);
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

__attribute__((destructor)) static void tell_stats(void)
{
    const char *path = getenv(EXEC_STATS_VARIABLE);
    if (!path || !memory.heap) {
        return;
    }
    const struct counters *count = &memory.heap->count;
    char line[256];
    int length =
        snprintf(line, sizeof line, "%d,%zu", (int)getpid(), region_peak_footprint(&memory.region));
#define X(name, help)                                                                              \
    length += snprintf(line + length, sizeof line - (size_t)length, ",%" PRIu64, count->name);
    FITLAB_COUNTERS(X)
#undef X
    line[length++] = '\n';
    append_line(path, line, (size_t)length);
}
