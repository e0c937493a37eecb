/* subject.c - a program to be recorded: subject MODE [NUMBER]. Each mode allocates in a way that
 * the test knows; its own blocks are told from the C library's by sizes of OWN_SIZE and above. */
#define _GNU_SOURCE
#include <malloc.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "subject.h"

/* Keeps the compiler from pairing an allocation with its free and dropping both. */
static void *volatile sink;

static void *keep(void *block)
{
    sink = block;
    return block;
}

/* Every entry point once; entry_events in the test is what must be seen. */
static int entries(long unused)
{
    (void)unused;
    void *block[9];
    block[0] = keep(malloc(OWN_SIZE + 1));
    block[1] = keep(calloc(2, OWN_SIZE));
    block[2] = keep(realloc(NULL, OWN_SIZE + 2));
    block[2] = keep(realloc(block[2], OWN_SIZE + 3));
    block[2] = keep(reallocarray(block[2], 3, OWN_SIZE));
    block[3] = keep(aligned_alloc(64, OWN_SIZE + 64));
    block[4] = NULL;
    if (posix_memalign(&block[4], 4096, OWN_SIZE + 4) != 0) {
        return 1;
    }
    block[5] = keep(memalign(128, OWN_SIZE + 5));
    block[6] = keep(valloc(OWN_SIZE + 6));
    block[7] = keep(pvalloc(OWN_SIZE + 7));
    block[8] = keep(malloc(OWN_SIZE + 8));
    if (realloc(block[8], PTRDIFF_MAX) != NULL || realloc(block[0], 0) != NULL) {
        return 1;
    }
    for (int i = 1; i < 9; i++) {
        free(block[i]);
    }
    free(NULL);
    return 0;
}

static int churn(long events)
{
    enum { LIVE = 1000 };
    static void *block[LIVE];
    for (long i = 0; i < events / 2; i++) {
        free(block[i % LIVE]);
        block[i % LIVE] = keep(malloc(OWN_SIZE + (size_t)i % 100));
    }
    for (int i = 0; i < LIVE; i++) {
        free(block[i]);
    }
    return 0;
}

/* Threads take each other's blocks out of a table and free, resize or replace them. */
enum { EXCHANGE = 512 };
static _Atomic(void *) exchange[EXCHANGE];
static long rounds;

static void *trade(void *seed)
{
    unsigned state = (unsigned)(size_t)seed;
    for (long i = 0; i < rounds; i++) {
        void *mine = NULL;
        size_t size = OWN_SIZE / 1000 + (unsigned)rand_r(&state) % 300;
        switch (rand_r(&state) % 4) {
        case 0:
            mine = calloc(1, size);
            break;
        case 1:
            mine = malloc(size);
            break;
        case 2:
            mine = realloc(atomic_exchange(&exchange[rand_r(&state) % EXCHANGE], NULL), size);
            break;
        }
        free(atomic_exchange(&exchange[rand_r(&state) % EXCHANGE], mine));
    }
    return NULL;
}

static int threads(long count)
{
    enum { MOST = 16 };
    pthread_t thread[MOST];
    rounds = 20000;
    for (int wave = 0; wave < 3; wave++) {
        for (long i = 0; i < count; i++) {
            pthread_create(&thread[i], NULL, trade, (void *)(size_t)(wave * MOST + i + 1));
        }
        for (long i = 0; i < count; i++) {
            pthread_join(thread[i], NULL);
        }
    }
    for (int i = 0; i < EXCHANGE; i++) {
        free(exchange[i]);
    }
    return 0;
}

/* Eight threads in a ring: each takes a block from the one before, frees it and passes a new one to
 * the next. A thread that gets another block than was passed to it reports that. */
enum { RING = 8, LINK = 64, IN_A_LINK = LINK / 2 };
static _Atomic(size_t *) link_of[RING][LINK]; /* what has been handed to each */
static long hand_overs;                       /* of each thread */
static atomic_long wrong;

static size_t *stamped(size_t stamp)
{
    size_t *block = malloc(sizeof *block + stamp % 200);
    *block = stamp;
    return block;
}

static void *hand_round(void *argument)
{
    size_t me = (size_t)argument, next = (me + 1) % RING;
    for (long i = 0; i < hand_overs; i++) {
        size_t *block;
        while (!(block = atomic_exchange(&link_of[me][i % LINK], NULL))) {
            sched_yield();
        }
        wrong += *block != (size_t)i;
        free(block);
        block = stamped((size_t)i + IN_A_LINK);
        while (atomic_load(&link_of[next][(i + IN_A_LINK) % LINK])) {
            sched_yield();
        }
        atomic_store(&link_of[next][(i + IN_A_LINK) % LINK], block);
    }
    return NULL;
}

static int ring(long total)
{
    pthread_t thread[RING];
    hand_overs = total / RING;
    for (size_t i = 0; i < RING * IN_A_LINK; i++) {
        link_of[i / IN_A_LINK][i % IN_A_LINK] = stamped(i % IN_A_LINK);
    }
    for (size_t i = 0; i < RING; i++) {
        pthread_create(&thread[i], NULL, hand_round, (void *)i);
    }
    for (size_t i = 0; i < RING; i++) {
        pthread_join(thread[i], NULL);
    }
    return wrong != 0;
}

/* More threads, one after the other, than there are frames. */
static void *brief(void *unused)
{
    (void)unused;
    free(keep(malloc(OWN_SIZE)));
    return NULL;
}

static int many_threads(long count)
{
    for (long i = 0; i < count; i++) {
        pthread_t thread;
        if (pthread_create(&thread, NULL, brief, NULL) != 0 || pthread_join(thread, NULL) != 0) {
            return 1;
        }
    }
    return 0;
}

static int forks(long children)
{
    keep(malloc(OWN_SIZE));
    for (long i = 0; i < children; i++) {
        pid_t pid = fork();
        if (pid == 0) {
            churn(OWN_CHILD_EVENTS);
            _exit(7);
        }
        int status = 0;
        if (waitpid(pid, &status, 0) != pid || WEXITSTATUS(status) != 7) {
            return 1;
        }
        keep(malloc(OWN_SIZE + 1));
    }
    pid_t pid = vfork();
    if (pid == 0) {
        _exit(0);
    }
    waitpid(pid, NULL, 0);
    return system("true");
}

static int end_by(long how)
{
    for (size_t i = 0; i < OWN_LEFT; i++) {
        keep(malloc(OWN_SIZE + i));
    }
    switch (how) {
    case 0:
        _exit(5);
    case 1:
        raise(SIGSEGV);
        break;
    case 2:
        kill(getpid(), SIGKILL);
        break;
    case 3:
        abort();
    }
    return 0;
}

static void allocate_in_handler(int unused)
{
    (void)unused;
    free(keep(malloc(OWN_SIZE)));
}

/* Only for an allocator that may be interrupted by itself. */
static int signals(long events)
{
    signal(SIGPROF, allocate_in_handler);
    struct itimerval often = {{0, 100}, {0, 100}};
    setitimer(ITIMER_REAL, &often, NULL);
    signal(SIGALRM, allocate_in_handler);
    for (long i = 0; i < events; i++) {
        free(keep(malloc(OWN_SIZE + 1)));
    }
    often = (struct itimerval){{0, 0}, {0, 0}};
    return setitimer(ITIMER_REAL, &often, NULL);
}

static const struct {
    const char *name;
    int (*run)(long number);
} modes[] = {
    {"entries", entries}, {"churn", churn}, {"threads", threads}, {"many-threads", many_threads},
    {"ring", ring},       {"forks", forks}, {"end", end_by},      {"signals", signals}};

int main(int argc, char **argv)
{
    long number = argc > 2 ? atol(argv[2]) : 0;
    if (argc > 2 && !strcmp(argv[1], "exec")) {
        free(keep(malloc(OWN_SIZE + 77)));
        execl("/proc/self/exe", argv[0], argv[2], (char *)NULL);
        return 1;
    }
    for (size_t i = 0; argc > 1 && i < sizeof modes / sizeof *modes; i++) {
        if (!strcmp(argv[1], modes[i].name)) {
            return modes[i].run(number);
        }
    }
    return 2;
}
