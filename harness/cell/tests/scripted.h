/* scripted.h - a workload of given events and a policy that misbehaves on demand, for tests. */
#ifndef FITLAB_SCRIPTED_H
#define FITLAB_SCRIPTED_H

#include "cell/cell.h"
#include "spec/policy_spec.h"
#include "spec/workload_spec.h"

/* What the policy does wrong, and when; see scripted.c. */
enum fault {
    FAULT_NONE,
    FAULT_CRASH,     /* the alloc dies of SIGSEGV */
    FAULT_HANG,      /* the alloc never returns */
    FAULT_EXIT,      /* the alloc ends the process */
    FAULT_REFUSE,    /* the alloc returns NULL */
    FAULT_OVERLAP,   /* the alloc returns the block before */
    FAULT_UNALIGNED, /* the alloc returns an address between two that are aligned */
    FAULT_SCRIBBLE,  /* the alloc writes into the block before */
    FAULT_GAP,       /* the walk leaves out a span from then on */
    FAULT_GHOST,     /* the walk calls a used block a hole from then on */
    FAULT_FICKLE,    /* takes more memory the second time */
    FAULT_CHECK,     /* check finds something from then on */
    FAULT_ABOVE,     /* the alloc writes right above the break */
    FAULT_AHEAD,     /* the alloc writes three pages above the break */
    FAULT_FAR        /* the alloc reads a MiB above the break */
};

/* Every block has 16 bytes of header, is rounded up to 16 bytes, and is never used again; freed
 * ones are slack. The heap itself takes 128 bytes. `at` counts allocs from 1. */
struct policy_spec scripted_policy(enum fault, long at);

/* The events must outlive the spec. drain: how many at the end are one. */
struct workload_spec scripted_workload(const struct event *, size_t n, size_t drain);

static inline struct event scripted_malloc(uint32_t slot, uint64_t size)
{
    return (struct event){.kind = EVENT_MALLOC, .slot = slot, .size = size};
}

static inline struct event scripted_free(uint32_t slot)
{
    return (struct event){.kind = EVENT_FREE, .slot = slot};
}

#endif
