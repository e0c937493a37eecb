#include "results/warnings.h"

#include <inttypes.h>
#include <string.h>

#include "measure/bootstrap.h"
#include "measure/canary.h"

void warnings_note(struct warnings *w, const struct cell *cell, const struct metrics *m)
{
    if (!cell_pass_is_timed(cell->pass) || !m->known[METRIC_elapsed_ns]) {
        return;
    }
    w->timed++;
    w->repetitions = cell->rep + 1 > w->repetitions ? cell->rep + 1 : w->repetitions;
    /* A time slice lost now and then is normal. More than one each 100 ms means that something else
     * runs on the core. */
    double slices = (double)m->value[METRIC_elapsed_ns].count / 1e8 + 1;
    w->interrupted += (double)m->value[METRIC_involuntary_switches].count > slices;
    w->slow += m->value[METRIC_canary_pct].real > CANARY_TOLERANCE_PCT;
    w->rejected += m->value[METRIC_canary_rejects].count > 0;
    w->coarse += m->known[METRIC_p50_ns] &&
                 m->value[METRIC_p50_ns].real <= m->value[METRIC_clock_quantum_ns].real;
}

struct setting setting_now(void)
{
    struct setting s = {.clock = *clock_get()};
    machine_describe(&s.machine);
#ifndef NDEBUG
    s.assertions = true;
#endif
#ifndef __OPTIMIZE__
    s.unoptimised = true;
#endif
#ifdef __SANITIZE_ADDRESS__
    s.sanitized = true;
#endif
    return s;
}

static void print_build(const struct setting *s, FILE *out)
{
    static const char remedy[] = "for timings, build it with 'cmake --preset default'";
    if (s->assertions) {
        fprintf(out, "warning: this fitlab was built with assertions on: %s\n", remedy);
    }
    if (s->unoptimised) {
        fprintf(out, "warning: this fitlab was built without optimisation: %s\n", remedy);
    }
    if (s->sanitized) {
        fprintf(out, "warning: this fitlab was built with AddressSanitizer: %s\n", remedy);
    }
}

static void print_machine(const struct setting *s, FILE *out)
{
    const char *governor = s->machine.governor;
    const struct clock *c = &s->clock;
    if (governor[0] && strcmp(governor, "performance") != 0) {
        fprintf(out,
                "warning: the frequency governor is '%s', so the clock rate varies: "
                "'cpupower frequency-set -g performance' before timing\n",
                governor);
    }
    if (c->warning) {
        fprintf(out,
                "warning: %s, so CLOCK_MONOTONIC_RAW is read, in steps of %.0f ns: trust means "
                "and tails, not single fast operations\n",
                c->warning, clock_ns(c, (double)c->quantum_ticks));
    }
}

static void print_cells(const struct warnings *w, const struct clock *c, FILE *out)
{
    if (w->slow || w->rejected) {
        fprintf(out,
                "warning: the machine was more than %.0f %% slow around %" PRIu64 " of %" PRIu64
                " timed cells, %" PRIu64 " of them to the last try: stop other programs, or "
                "repeat more (--max-reps; a sweep's 'repetitions')\n",
                CANARY_TOLERANCE_PCT, w->rejected > w->slow ? w->rejected : w->slow, w->timed,
                w->slow);
    }
    if (w->interrupted) {
        fprintf(out,
                "warning: other processes took the core from %" PRIu64 " of %" PRIu64
                " timed cells: stop them, or keep a core free (isolcpus=) and give it with "
                "--cpu (a sweep: taskset)\n",
                w->interrupted, w->timed);
    }
    if (w->coarse) {
        fprintf(out,
                "warning: the median operation is within one step of the clock (%.1f ns) in "
                "%" PRIu64 " of %" PRIu64 " timed cells: compare means (throughput, blocks of 16) "
                "and tails instead\n",
                clock_ns(c, (double)c->quantum_ticks), w->coarse, w->timed);
    }
    if (w->repetitions < BOOTSTRAP_LEAST) {
        fprintf(out,
                "warning: no confidence interval from %u repetition%s: ask for --reps 10 "
                "(a sweep: 'repetitions: 10')\n",
                w->repetitions, w->repetitions == 1 ? "" : "s");
    }
}

void warnings_print(const struct warnings *w, const struct setting *s, FILE *out)
{
    if (w->timed) {
        print_build(s, out);
        print_machine(s, out);
        print_cells(w, &s->clock, out);
    }
}
