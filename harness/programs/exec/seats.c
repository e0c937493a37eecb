#define _GNU_SOURCE
#include "programs/exec/seats.h"

#include <linux/membarrier.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { SEATS = 1024, LINE = 64 };

/* A line of the cache each, as all threads write to their own all the time. */
struct seat {
    _Alignas(LINE) atomic_bool inside;
    bool taken;
};

static struct seat seats[SEATS];
static atomic_bool closed;
static pthread_mutex_t door = PTHREAD_MUTEX_INITIALIZER;
static uint32_t beyond = SEATS; /* numbers of threads that have no seat */
static pthread_key_t key;
static bool orders_memory; /* membarrier works */

/* The number of this thread, + 1; 0: none yet. */
static _Thread_local uint32_t own __attribute__((tls_model("initial-exec")));

/* A thread that ends may free memory afterwards: it then gets a number again, and comes here again.
 */
static void stand_up(void *unused)
{
    (void)unused;
    pthread_mutex_lock(&door);
    if (own && own <= SEATS) {
        seats[own - 1].taken = false;
    }
    own = 0;
    pthread_mutex_unlock(&door);
}

static void sit_down(void)
{
    static bool begun;
    pthread_mutex_lock(&door);
    if (!begun) {
        begun = true;
        pthread_key_create(&key, stand_up);
        orders_memory =
            syscall(SYS_membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED, 0, 0) == 0;
    }
    uint32_t i = 0;
    while (i < SEATS && seats[i].taken) {
        i++;
    }
    if (i < SEATS) {
        seats[i].taken = true;
    } else {
        i = beyond++;
    }
    own = i + 1;
    pthread_mutex_unlock(&door);
    pthread_setspecific(key, &key); /* the C library has room for the first keys */
}

static uint32_t acting(void)
{
    return own - 1;
}

static void wait_for_others(void)
{
    sched_yield();
}

const struct region_threads seats_threads = {.acting = acting, .wait = wait_for_others};

void seats_enter(void)
{
    if (!own) {
        sit_down();
    }
    if (own > SEATS) {
        pthread_mutex_lock(&door);
        return;
    }
    struct seat *seat = &seats[own - 1];
    atomic_store_explicit(&seat->inside, true, memory_order_relaxed);
    if (orders_memory) {
        atomic_signal_fence(memory_order_seq_cst);
    } else {
        atomic_thread_fence(memory_order_seq_cst);
    }
    if (atomic_load_explicit(&closed, memory_order_relaxed)) {
        atomic_store_explicit(&seat->inside, false, memory_order_release);
        pthread_mutex_lock(&door);
        atomic_store_explicit(&seat->inside, true, memory_order_relaxed);
        pthread_mutex_unlock(&door);
    }
}

void seats_leave(void)
{
    if (own > SEATS) {
        pthread_mutex_unlock(&door);
        return;
    }
    atomic_store_explicit(&seats[own - 1].inside, false, memory_order_release);
}

void seats_close(void)
{
    pthread_mutex_lock(&door);
    atomic_store_explicit(&closed, true, memory_order_relaxed);
    if (orders_memory) {
        syscall(SYS_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0, 0);
    } else {
        atomic_thread_fence(memory_order_seq_cst);
    }
    for (uint32_t i = 0; i < SEATS; i++) {
        while (atomic_load_explicit(&seats[i].inside, memory_order_acquire)) {
            sched_yield();
        }
    }
}

void seats_open(bool in_child)
{
    for (uint32_t i = 0; in_child && i < SEATS; i++) {
        seats[i].taken = i + 1 == own;
    }
    atomic_store_explicit(&closed, false, memory_order_relaxed);
    pthread_mutex_unlock(&door);
}
