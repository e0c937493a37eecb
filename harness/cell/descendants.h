/* descendants.h - the processes that a cell's process starts: counted, and ended with it; internal
 * to this room.
 *
 * A policy may fork. Its processes are in the process group of the cell, or have left it for a
 * session of their own; those whose parent has ended become children of the cell's process, and
 * once that has ended, of the process that started the cell (PR_SET_CHILD_SUBREAPER).
 */
#ifndef FITLAB_DESCENDANTS_H
#define FITLAB_DESCENDANTS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* Before fork: what cells leave behind becomes children of this process. */
void descendants_adopt(void);

/* In the child, first of all: leads a group of its own, dies with its parent (and at once if that
 * has died already), and closes every file that it inherits but standard input, output, error and
 * `keep`. */
void descendants_begin(pid_t parent, int keep);

/* Resident bytes of a process and of all that it has started; 0 if they cannot be known. */
size_t descendants_resident_bytes(pid_t);

/* Kills a cell's process and its group. */
void descendants_kill(pid_t leader);

/* Waits for the process of a cell, takes its status, and ends whatever it has left behind. True if
 * there was something that still ran. */
bool descendants_end(pid_t leader, int *wait_status);

#endif
