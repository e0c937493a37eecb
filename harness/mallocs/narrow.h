/* narrow.h - policies compiled for 32 bits, in a program of 64.
 *
 * Such a policy runs in a program of its own, fitlab-cell32, which lies beside fitlab or in
 * libexec. Here it is a struct policy of words and parameters, as that program describes them; it
 * has no functions. A word of the command line asks for it with "@32" behind the policy's name.
 */
#ifndef FITLAB_NARROW_H
#define FITLAB_NARROW_H

#include "allocators/policy.h"
#include "mallocs/library.h"
#include "workloads/problem.h"

/* Bits of a pointer in this program. */
enum { NARROW_OWN_BITS = (int)sizeof(void *) * 8 };

/* The largest region that a policy of 32 bits can be given. */
#define NARROW_REGION_MOST ((size_t)1 << 30)

struct narrow {
    struct policy policy;
    struct library library; /* the plug-in that has it; the path is "" if it is built in */
    const char *source;     /* the C file that was given, or NULL */
    const char *why;        /* why it cannot run; NULL: it can */
    bool lab;               /* a malloc-lab solution */
};

/* The policy of this name or path for 32 bits. `built_in` is the one of this program that has the
 * name, or NULL for a path. One that cannot run here is there all the same, with `why`, if for_rows
 * is true or it is built in. NULL and a problem otherwise. */
const struct policy *narrow_load(const char *name, const struct policy *built_in, bool for_rows,
                                 struct problem *);

/* What narrow_load made, or NULL for any other policy. */
const struct narrow *narrow_of(const struct policy *);

/* Writes the path of fitlab-cell32. False: it was not built or installed. */
bool narrow_program(char *path, size_t size);

/* Starts fitlab-cell32 with these arguments, which end with NULL, and waits for it. Its output goes
 * to the descriptor, or where this program's goes if that is -1. False and a problem if it is not
 * here, or does not end by itself. */
bool narrow_run(const char *const *argument, int output, int *status, struct problem *);

/* Says how to get fitlab-cell32. */
extern const char narrow_remedy[];

/* Says why the system did not start fitlab-cell32, of the errno that it gave. */
const char *narrow_not_started(int error);

#endif
