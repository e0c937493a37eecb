/* trial.h - the test of one property of one policy while it runs, and how it ends.
 *
 * A trial runs in a process of its own, because the policy may crash, hang or exit. The verdict
 * lies in memory shared with the parent, together with the operation under way. So the parent can
 * say where a process that died was. */
#ifndef FITLAB_TRIAL_H
#define FITLAB_TRIAL_H

#include <stdint.h>

#include "allocators/policy.h"
#include "region/bounds.h"

enum outcome {
    OUTCOME_NONE, /* the trial has not ended, or its process ended before it */
    OUTCOME_PASS,
    OUTCOME_SKIP, /* the policy does not promise what the property is about */
    OUTCOME_FAIL
};

struct verdict {
    enum outcome outcome;
    char detail[320];   /* FAIL: what happened and where; SKIP: why; PASS: a note, or empty */
    uint64_t operation; /* index of the operation under way, from 0 */
    const char *call;   /* the entry that it calls, a literal; NULL before the first */
    size_t arg[2];      /* its arguments, as many as `args` */
    int args;
};

struct trial {
    const struct policy *policy;
    const long *arg; /* the policy's arguments, as open takes them */
    uint64_t seed;
    size_t ops; /* operations that each random mix may use */
    struct verdict *verdict;
    bool aborts; /* true: a failure aborts the process, as fuzzers need it; false: it ends the
                    process normally */
};

/* Notes the call that is about to be made into the policy. */
static inline void trial_calls(struct trial *t, const char *call, int args, size_t a, size_t b)
{
    t->verdict->operation++;
    t->verdict->call = call;
    t->verdict->args = args;
    t->verdict->arg[0] = a;
    t->verdict->arg[1] = b;
}

enum site_kind {
    SITE_FIXED,   /* brk == limit: the whole region is the policy's from the start */
    SITE_GROWABLE /* brk == base: the policy moves the break itself */
};

/* A guarded region of its own memory. */
struct site {
    struct region region;
    struct bounds guard;
};

/* Maps a region of so many bytes, at the address given unless it is NULL (where a site was open
 * before and is closed now), so that a second heap sees the addresses of the first. */
void site_open(struct site *, struct trial *, char *base, size_t bytes, enum site_kind);
void site_close(struct site *);

/* Ends the process with the verdict FAIL and "operation N, alloc(48): MESSAGE". */
_Noreturn void trial_fail(struct trial *, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Ends the process with the verdict SKIP. */
_Noreturn void trial_skip(struct trial *, const char *why);

/* A note that is printed beside PASS. */
void trial_note(struct trial *, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Writes "operation N, alloc(48)" or "before the first operation". */
void verdict_where(const struct verdict *, char *out, size_t size);

#endif
