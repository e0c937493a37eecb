#include "measure/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if defined(__x86_64__) || defined(__i386__)
#include <cpuid.h>
#endif

enum { READINGS = 100000, COMMON = 4 };

/* What the counter is called, and what the kernel calls the clock that it makes of it. */
static const struct {
    const char *name, *of_kernel;
#ifdef __aarch64__
} counter = {"cntvct", "arch_sys_counter"};
#else
} counter = {"tsc", "tsc"};
#endif

static struct tsc_facts look_at_tsc(void)
{
    struct tsc_facts facts = {.exists = false};
#if defined(__x86_64__) || defined(__i386__)
    unsigned a, b, c, d;
    facts.exists = true;
    facts.invariant = __get_cpuid(0x80000007, &a, &b, &c, &d) && (d & 1u << 8);
#elif defined(__aarch64__)
    facts.exists = facts.invariant = true;
#endif
    FILE *file = fopen("/sys/devices/system/clocksource/clocksource0/available_clocksource", "r");
    if (file) {
        if (!fgets(facts.offered, sizeof facts.offered, file)) {
            facts.offered[0] = '\0';
        }
        fclose(file);
    }
    return facts;
}

/* The kernel may distrust a counter that the processor calls invariant: both must agree. */
const char *clock_tsc_fault(const struct tsc_facts *facts)
{
    if (!facts->exists) {
        return "this processor has no time-stamp counter that fitlab knows";
    }
    if (!facts->invariant) {
        return "the time-stamp counter is not invariant";
    }
    return facts->offered[0] && !strstr(facts->offered, counter.of_kernel)
               ? "the kernel does not trust the time-stamp counter"
               : NULL;
}

static int by_value(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

/* Neighbouring step sizes, each of which occurs too often to be an accident. */
struct cluster {
    uint64_t least, most;
};

/* The next cluster in sorted steps, from index *at on; false at the end. */
static bool next_cluster(const uint64_t *step, size_t *at, struct cluster *c)
{
    bool found = false;
    while (*at < READINGS) {
        size_t end = *at;
        while (end < READINGS && step[end] == step[*at]) {
            end++;
        }
        if (end - *at >= COMMON) {
            if (found && step[*at] > c->most + 1) {
                return true;
            }
            c->least = found ? c->least : step[*at];
            c->most = step[*at];
            found = true;
        }
        *at = end;
    }
    return found;
}

/* Some machines advance the counter in jumps of 10 ns or more. There the time from one reading to
 * the next has only a few values that lie far apart, and their distance is the jump; it may vary by
 * a tick. A counter that counts every tick shows a wide range of values instead. */
static uint64_t quantum(const uint64_t *step)
{
    struct cluster last, c;
    size_t at = 0;
    uint64_t least = UINT64_MAX;
    if (!next_cluster(step, &at, &last)) {
        return 1;
    }
    bool wide = last.most > last.least + 1;
    while (!wide && next_cluster(step, &at, &c)) {
        uint64_t distance = (c.least + c.most + 1 - last.least - last.most) / 2;
        least = distance < least ? distance : least;
        wide = c.most > c.least + 1;
        last = c;
    }
    return wide ? 1 : least < UINT64_MAX ? least : last.most;
}

/* The mean of all but the slowest hundredth. Interruptions are no cost of the clock and so are left
 * out, but the jumps of a coarse counter are part of its cost. Sorts the values. */
static uint64_t mean(uint64_t *step)
{
    const size_t n = READINGS / 100 * 99;
    uint64_t sum = 0;
    qsort(step, READINGS, sizeof *step, by_value);
    for (size_t i = 0; i < n; i++) {
        sum += step[i];
    }
    return sum / n;
}

/* The cost of a reading as it is paid in a replay (readings in a row, each kept), and that of a
 * window. */
static void measure_steps(struct clock *c)
{
    static uint64_t step[READINGS];
    for (size_t i = 0; i < READINGS; i++) {
        uint64_t start = clock_read_fenced(c->source);
        step[i] = clock_read_fenced(c->source) - start;
    }
    c->window_ticks = mean(step);
    uint64_t last = clock_read(c->source);
    for (size_t i = 0; i < READINGS; i++) {
        uint64_t now = clock_read(c->source);
        step[i] = now - last;
        last = now;
    }
    c->overhead_ticks = mean(step);
    c->quantum_ticks = quantum(step);
}

/* The rate compared with the kernel's clock, over windows at whose ends both clocks are read
 * together. */
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

void clock_calibrate(struct clock *c, const char *tsc_fault)
{
    *c = (struct clock){.source = tsc_fault ? CLOCK_KERNEL : CLOCK_TSC, .warning = tsc_fault};
    measure_rate(c);
    measure_steps(c);
}

const struct clock *clock_get(void)
{
    static struct clock clock;
    static bool calibrated;
    if (!calibrated) {
        struct tsc_facts facts = look_at_tsc();
        clock_calibrate(&clock, clock_tsc_fault(&facts));
        calibrated = true;
    }
    return &clock;
}

const char *clock_source_name(enum clock_source source)
{
    return source == CLOCK_TSC ? counter.name : "CLOCK_MONOTONIC_RAW";
}
