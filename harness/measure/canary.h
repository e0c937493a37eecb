/* canary.h - a fixed amount of arithmetic that tells whether the machine is itself.
 *
 * It needs no memory and no cache, so it takes longer only if the core is shared, throttled or
 * stolen. Run before and after a measurement, it says whether to believe it.
 */
#ifndef FITLAB_CANARY_H
#define FITLAB_CANARY_H

/* A measurement whose canaries are slower than this is to be repeated. */
#define CANARY_TOLERANCE_PCT 12.0

/* Takes about 2 ms on a quiet machine. Returns ns. */
double canary_run_ns(void);

/* The quickest canary that this process knows of; sings some times to find out, the first time.
 * Children inherit it. */
double canary_best_ns(void);

/* Tells of one that another process has heard. */
void canary_note_ns(double ns);

/* How much slower than the best, in percent. */
double canary_slowdown_pct(double ns);

#endif
