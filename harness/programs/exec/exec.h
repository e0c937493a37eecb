/* exec.h - what a real program can be run on: a policy, or another malloc. */
#ifndef FITLAB_EXEC_H
#define FITLAB_EXEC_H

#include <limits.h>

#include "programs/exec/setting.h"
#include "spec/policy_spec.h"

struct exec_choice {
    char full[SPEC_MAX_TEXT];         /* canonical, every parameter: what rows carry */
    char label[SPEC_MAX_TEXT];        /* short */
    char preload[2 * PATH_MAX];       /* for LD_PRELOAD; "": nothing */
    char setting[EXEC_SETTING_BYTES]; /* EXEC_VARIABLE=...; "": none */
    bool policy;                      /* it writes its statistics (EXEC_STATS_VARIABLE) */
};

/* Resolves a word: whatever may stand after -p but a C source, or "empty", a library with nothing
 * in it, which shows what preloading alone costs. */
bool exec_choose(const char *word, struct exec_choice *, struct problem *);

#endif
