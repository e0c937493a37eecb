#include "clock.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#if defined(__x86_64__) || defined(__i386__)
#include <cpuid.h>
#endif

enum { READINGS = 20000 };

/* The kernel may distrust a counter that the processor calls invariant: both must agree. */
static const char *tsc_fault(void)
{
#if defined(__x86_64__) || defined(__i386__)
    unsigned a, b, c, d;
    if (!__get_cpuid(0x80000007, &a, &b, &c, &d) || !(d & 1u << 8)) {
        return "the time-stamp counter is not invariant";
    }
    return NULL;
#else
    return "this processor has no time-stamp counter that fitlab knows";
#endif
}

static int by_value(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

/* The cost of a reading as it is paid in a replay: readings in a row, each kept. */
static void measure_steps(struct clock *c)
{
    static uint64_t step[READINGS];
    uint64_t last = clock_read(c->source);
    c->quantum_ticks = UINT64_MAX;
    for (size_t i = 0; i < READINGS; i++) {
        uint64_t now = clock_read(c->source);
        step[i] = now - last;
        last = now;
    }
    qsort(step, READINGS, sizeof *step, by_value);
    c->overhead_ticks = step[READINGS / 2];
    for (size_t i = 0; i < READINGS; i++) {
        uint64_t gap = i ? step[i] - step[i - 1] : step[i];
        if (gap && gap < c->quantum_ticks) {
            c->quantum_ticks = gap;
        }
    }
}

/* The rate against the kernel's clock, over windows whose ends are read as one. */
static void measure_rate(struct clock *c)
{
    if (c->source == CLOCK_KERNEL) {
        c->ns_per_tick = 1;
        return;
    }
    uint64_t ns0 = clock_kernel_now(), t0 = clock_read_fenced(c->source), ns1;
    while ((ns1 = clock_kernel_now()) - ns0 < 50000000) {
    }
    uint64_t t1 = clock_read_fenced(c->source);
    c->ns_per_tick = (double)(ns1 - ns0) / (double)(t1 - t0);
}

const struct clock *clock_get(void)
{
    static struct clock clock;
    static bool calibrated;
    if (!calibrated) {
        clock.warning = tsc_fault();
        clock.source = clock.warning ? CLOCK_KERNEL : CLOCK_TSC;
        measure_rate(&clock);
        measure_steps(&clock);
        calibrated = true;
    }
    return &clock;
}

const char *clock_source_name(enum clock_source source)
{
    return source == CLOCK_TSC ? "tsc" : "CLOCK_MONOTONIC_RAW";
}
