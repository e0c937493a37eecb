/* clock.h - the clock that times operations, and what is known of it.
 *
 * The processor's counter where it is invariant (ticks at one rate on every core, asleep or not),
 * else CLOCK_MONOTONIC_RAW. It is x86's time-stamp counter or, on aarch64, the virtual count of the
 * generic timer, which the architecture makes invariant. Calibrated once a process; children
 * inherit it.
 */
#ifndef FITLAB_CLOCK_H
#define FITLAB_CLOCK_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

enum clock_source { CLOCK_TSC, CLOCK_KERNEL };

struct clock {
    enum clock_source source;
    double ns_per_tick;
    uint64_t quantum_ticks;  /* the smallest jump that it makes */
    uint64_t overhead_ticks; /* mean time from one reading to the next, in a row */
    uint64_t window_ticks;   /* mean time of a fenced window with nothing in it */
    const char *warning;     /* why a better clock is not used; NULL: this is the best one */
};

/* Takes about 50 ms the first time. */
const struct clock *clock_get(void);

/* What is known about the processor's counter. */
struct tsc_facts {
    bool exists, invariant;
    char offered[256]; /* the kernel's list of clocks; empty: it keeps none */
};

/* Why the counter is not to be used, or NULL if it can be used. */
const char *clock_tsc_fault(const struct tsc_facts *);

/* Fills a clock as clock_get does on a machine where the counter has this fault. NULL: no fault. */
void clock_calibrate(struct clock *, const char *tsc_fault);

const char *clock_source_name(enum clock_source);

static inline double clock_ns(const struct clock *c, double ticks)
{
    return ticks * c->ns_per_tick;
}

static inline uint64_t clock_kernel_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC_RAW, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

/* One reading, which the processor may reorder against its neighbours. The source is a constant in
 * the kernels, so that the choice costs nothing there. */
static inline uint64_t clock_read(enum clock_source source)
{
#if defined(__x86_64__) || defined(__i386__)
    if (source == CLOCK_TSC) {
        return __builtin_ia32_rdtsc();
    }
#elif defined(__aarch64__)
    if (source == CLOCK_TSC) {
        uint64_t count;
        __asm__ volatile("mrs %0, cntvct_el0" : "=r"(count));
        return count;
    }
#endif
    (void)source;
    return clock_kernel_now();
}

/* All instructions before the fence have ended, and none after it has begun. */
static inline void clock_fence(void)
{
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_lfence();
#elif defined(__aarch64__)
    __asm__ volatile("dsb ish\n\tisb" ::: "memory");
#else
    __sync_synchronize();
#endif
}

static inline uint64_t clock_read_fenced(enum clock_source source)
{
    clock_fence();
    uint64_t now = clock_read(source);
    clock_fence();
    return now;
}

#endif
