/* setting.h - how `fitlab exec` passes the policy and its parameters to the library inside the
 * program.
 *
 * The words of the command line are resolved by fitlab. The program's environment has the C symbols
 * of the layers and the policy, each with its parameters as numbers, in table order:
 * "cache:32,1024,0,0+best_fit:0,1,64". */
#ifndef FITLAB_EXEC_SETTING_H
#define FITLAB_EXEC_SETTING_H

#define EXEC_VARIABLE "FITLAB_EXEC"

/* In front of a symbol: not a built-in policy, but that of a library preloaded as well. */
#define EXEC_PLUGIN_MARK "@"

/* Between layers and the policy. */
#define EXEC_LAYER_MARK '+'

/* A file to which every process appends one line "pid,peak,counters" when it exits, unless it is
 * killed or calls _exit: the most bytes of its heap, and the policy's counters in the order of
 * policy.h. */
#define EXEC_STATS_VARIABLE "FITLAB_EXEC_STATS"

enum { EXEC_MOST_PARAMS = 24, EXEC_MOST_PARTS = 8, EXEC_SETTING_BYTES = 640 };

#endif
