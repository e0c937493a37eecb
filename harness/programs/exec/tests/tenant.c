/* tenant.c - a program that checks whether its malloc behaves as the C library's does: tenant MODE.
 * Exit status 0, or a message that says which expectation failed. */
#define _GNU_SOURCE
#include <errno.h>
#include <malloc.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define EXPECT(condition)                                                                          \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            fprintf(stderr, "tenant.c:%d: not so: %s\n", __LINE__, #condition);                    \
            exit(1);                                                                               \
        }                                                                                          \
    } while (0)

/* Hides values from the compiler, which knows what malloc promises and would leave out the checks.
 */
static volatile size_t huge = PTRDIFF_MAX;
static void *volatile sink;

static bool aligned(const void *block, size_t align)
{
    return (uintptr_t)block % align == 0;
}

static bool all(const unsigned char *bytes, size_t n, unsigned char value)
{
    for (size_t i = 0; i < n; i++) {
        if (bytes[i] != value) {
            return false;
        }
    }
    return true;
}

static void sizes(void)
{
    for (size_t n = 0; n < 5000; n = n * 5 / 4 + 1) {
        unsigned char *block = malloc(n);
        EXPECT(block && aligned(block, 16) && malloc_usable_size(block) >= n);
        memset(block, 0xa5, malloc_usable_size(block));
        free(block);
        unsigned char *clean = calloc(n, 3);
        EXPECT(clean && all(clean, 3 * n, 0));
        free(clean);
    }
    void *a = malloc(0);
    void *b = malloc(0);
    EXPECT(a && b && a != b);
    free(a);
    free(b);
    char *copy = strdup("through the same heap");
    EXPECT(copy && malloc_usable_size(copy) >= 22);
    free(copy);
    EXPECT(malloc_usable_size(NULL) == 0);
}

static void failures(void)
{
    errno = 0;
    EXPECT((sink = malloc(huge)) == NULL && errno == ENOMEM);
    errno = 0;
    EXPECT((sink = calloc(huge, 3)) == NULL && errno == ENOMEM);
    errno = 0;
    EXPECT((sink = reallocarray(NULL, huge, 3)) == NULL && errno == ENOMEM);
    unsigned char *block = malloc(100);
    memset(block, 7, 100);
    errno = 0;
    EXPECT((sink = realloc(block, huge)) == NULL && errno == ENOMEM);
    EXPECT(all(block, 100, 7));
    errno = 1234;
    free(block);
    free(NULL);
    EXPECT(errno == 1234);
}

static void resizes(void)
{
    unsigned char *block = realloc(NULL, 10);
    memset(block, 3, 10);
    for (size_t n = 10; n < 300000; n = n * 3 / 2) {
        block = realloc(block, n * 3 / 2);
        EXPECT(block && all(block, n, 3));
        memset(block, 3, n * 3 / 2);
        sink = malloc(33);
    }
    block = reallocarray(block, 5, 4);
    EXPECT(block && all(block, 20, 3));
    EXPECT((sink = realloc(block, 0)) == NULL);
}

static void alignments(void)
{
    for (size_t align = 8; align <= 65536; align *= 2) {
        void *block = NULL;
        EXPECT(posix_memalign(&block, align, 100) == 0 && aligned(block, align));
        void *other = aligned_alloc(align, 3 * align);
        EXPECT(other && aligned(other, align) && malloc_usable_size(other) >= 3 * align);
        memset(other, 1, 3 * align);
        free(block);
        block = memalign(align - 1, 50);
        EXPECT(block && aligned(block, align / 2));
        other = realloc(other, 4 * align);
        EXPECT(other && all(other, 3 * align, 1));
        free(block);
        free(other);
    }
    void *page = valloc(1), *pages = pvalloc(1);
    EXPECT(aligned(page, 4096) && aligned(pages, 4096) && malloc_usable_size(pages) >= 4096);
    free(page);
    free(pages);
    void *kept = &kept;
    EXPECT(posix_memalign(&kept, 3, 10) == EINVAL && kept == &kept);
    EXPECT(posix_memalign(&kept, 64, huge) == ENOMEM && kept == &kept);
}

static int family(void)
{
    sizes();
    failures();
    resizes();
    alignments();
    sizes();
    return 0;
}

/* Blocks that threads pass to each other; each is full of one byte, which says its size. */
enum { EXCHANGE = 256, ROUNDS = 12000, THREADS = 6, FORKS = 40 };
static _Atomic(unsigned char *) exchange[EXCHANGE];

static size_t size_of(unsigned char value)
{
    return (size_t)value * 7 + 1;
}

static void check_and_free(unsigned char *block)
{
    EXPECT(!block || all(block, size_of(block[0]), block[0]));
    free(block);
}

static void trade(unsigned *state, int rounds)
{
    for (int i = 0; i < rounds; i++) {
        unsigned char value = (unsigned char)rand_r(state);
        unsigned char *mine = NULL;
        if (rand_r(state) % 4) {
            mine = rand_r(state) % 2 ? malloc(size_of(value)) : realloc(malloc(1), size_of(value));
            EXPECT(mine);
            memset(mine, value, size_of(value));
        }
        check_and_free(atomic_exchange(&exchange[rand_r(state) % EXCHANGE], mine));
    }
}

static void *trader(void *seed)
{
    unsigned state = (unsigned)(size_t)seed;
    trade(&state, ROUNDS);
    return NULL;
}

/* The lock may be held by a thread that the child does not have. */
static void *forker(void *unused)
{
    (void)unused;
    for (int i = 0; i < FORKS; i++) {
        pid_t pid = fork();
        if (pid == 0) {
            alarm(20);
            unsigned state = (unsigned)i;
            trade(&state, 100);
            _exit(9);
        }
        int status;
        EXPECT(waitpid(pid, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status) == 9);
    }
    return NULL;
}

static int threads(void)
{
    pthread_t thread[THREADS + 1];
    for (size_t i = 0; i < THREADS; i++) {
        EXPECT(pthread_create(&thread[i], NULL, trader, (void *)(i + 1)) == 0);
    }
    EXPECT(pthread_create(&thread[THREADS], NULL, forker, NULL) == 0);
    for (size_t i = 0; i <= THREADS; i++) {
        pthread_join(thread[i], NULL);
    }
    for (size_t i = 0; i < EXCHANGE; i++) {
        check_and_free(exchange[i]);
    }
    return 0;
}

/* Memory that was freed must not stay resident: 64 MiB are allocated and freed again and again. */
static int trims(void)
{
    enum { BLOCKS = 64 };
    static void *block[BLOCKS];
    for (int i = 0; i < BLOCKS; i++) {
        block[i] = malloc((size_t)1 << 20);
        EXPECT(block[i]);
        memset(block[i], 1, (size_t)1 << 20);
    }
    for (int i = BLOCKS; i-- > 0;) {
        free(block[i]);
    }
    long total, resident;
    FILE *file = fopen("/proc/self/statm", "r");
    EXPECT(file && fscanf(file, "%ld %ld", &total, &resident) == 2);
    fclose(file);
    return resident * getpagesize() < 32 << 20 ? 0 : 3;
}

int main(int argc, char **argv)
{
    const char *mode = argc > 1 ? argv[1] : "";
    return !strcmp(mode, "family")    ? family()
           : !strcmp(mode, "threads") ? threads()
           : !strcmp(mode, "trims")   ? trims()
                                      : 2;
}
