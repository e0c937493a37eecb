/* code_size.h - how many bytes of machine code an emitted heap has, for the processors for which
 * there is a compiler here. */
#ifndef FITLAB_CODE_SIZE_H
#define FITLAB_CODE_SIZE_H

#include "spec/policy_spec.h"

enum code_target { CODE_NATIVE, CODE_32, CODE_THUMB, CODE_TARGETS };

/* Such as "x86-64", "32 bits", "Cortex-M4". */
extern const char *const code_target_names[CODE_TARGETS];

/* The bytes of all functions of the policy, emitted over a pool of 64 KiB, at -Os. 0: there is no
 * compiler for the target, or it cannot be emitted. */
size_t code_size(const struct policy_spec *, enum code_target);

#endif
