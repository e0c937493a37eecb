/* interrupted.h - what a signal that ends fitlab leaves behind: no unfinished traces. */
#ifndef FITLAB_INTERRUPTED_H
#define FITLAB_INTERRUPTED_H

/* SIGINT, SIGTERM and SIGHUP, where they are not ignored, remove unfinished traces and then end
 * this process as they would have. Commands that go on after a signal have handlers of their own.
 */
void interrupted_removes_unfinished(void);

#endif
