/* stack_setting.h - from EXEC_VARIABLE's value to the policy that it names. */
#ifndef FITLAB_STACK_SETTING_H
#define FITLAB_STACK_SETTING_H

#include "allocators/layers/layer.h"
#include "programs/exec/setting.h"

struct stack_setting {
    const struct policy *policy;
    long arg[EXEC_MOST_PARAMS];
    struct stack stack[EXEC_MOST_PARTS - 1]; /* the policy, if it has layers */
};

/* Reads the value. False: a name is unknown, or what it names was built for another version. It
 * allocates nothing unless a plug-in is missing. */
bool stack_setting_read(const char *value, struct stack_setting *);

#endif
