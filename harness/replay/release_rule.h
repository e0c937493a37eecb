/* release_rule.h - when a replay gives free pages back to the system. */
#ifndef FITLAB_RELEASE_RULE_H
#define FITLAB_RELEASE_RULE_H

#include <stdbool.h>
#include <stdint.h>

#include "workloads/problem.h"

enum release_form {
    RELEASE_NEVER, /* nothing is given back */
    RELEASE_TRIM,  /* what lies above the break, at once */
    RELEASE_NOW,   /* that, and whole pages of free memory soon after their last block was freed */
    RELEASE_DECAY, /* whole pages in which no block was allocated or freed for a while */
    RELEASE_OWN    /* a malloc of somebody else's, which gives back by its own rule */
};

struct release_rule {
    enum release_form form;
    uint64_t after; /* RELEASE_DECAY: so much later */
    bool in_bytes;  /* in bytes allocated, not events */
    bool in_time;   /* in ns of the recording, not events */
    char text[40];  /* canonical: what rows and keys carry */
};

#define RELEASE_FORMS                                                                              \
    "never, trim, now, decay:N (after N events), decay:N/bytes (after N bytes are allocated) or "  \
    "decay:Nms (after so much recorded time: us, ms or s)"

/* False and a problem that names the rules there are. */
bool release_rule_parse(const char *text, struct release_rule *, struct problem *);

extern const struct release_rule release_never, release_trim, release_own;

#endif
