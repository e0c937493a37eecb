#include "measure/canary.h"

#include <stdint.h>

#include "measure/clock.h"

enum { STEPS = 1000000, SONGS = 15 };

static double best_ns;

double canary_run_ns(void)
{
    const struct clock *c = clock_get();
    uint64_t start = clock_read_fenced(c->source), x = 1;
    for (int i = 0; i < STEPS; i++) {
        x = x * UINT64_C(6364136223846793005) + 1; /* each step needs the result of the one before,
                                                      so the processor cannot overlap them */
        __asm__ volatile("" : "+r"(x));
    }
    return clock_ns(c, (double)(clock_read_fenced(c->source) - start));
}

double canary_best_ns(void)
{
    static int songs;
    for (; songs < SONGS; songs++) {
        canary_note_ns(canary_run_ns());
    }
    return best_ns;
}

void canary_note_ns(double ns)
{
    best_ns = best_ns == 0 || ns < best_ns ? ns : best_ns;
}

double canary_slowdown_pct(double ns)
{
    double pct = 100 * (ns / canary_best_ns() - 1);
    return pct > 0 ? pct : 0;
}
