/* canary.h - a fixed amount of arithmetic that shows whether other work disturbs this machine.
 *
 * It needs no memory and no cache, so it takes longer only if the core is shared with other work or
 * runs at a lower clock rate. It runs before and after a measurement, and its time says whether to
 * believe that measurement. */
#ifndef FITLAB_CANARY_H
#define FITLAB_CANARY_H

/* A measurement whose canaries are slower than this is to be repeated. */
#define CANARY_TOLERANCE_PCT 12.0

/* Takes about 2 ms on a quiet machine. Returns ns. */
double canary_run_ns(void);

/* The shortest time that this process knows of. The first call runs the canary some times to find
 * it. Children inherit it. */
double canary_best_ns(void);

/* Reports a time that another process measured, so that the shortest of all processes is known. */
void canary_note_ns(double ns);

/* By how much this time is longer than the shortest one, in percent. */
double canary_slowdown_pct(double ns);

#endif
