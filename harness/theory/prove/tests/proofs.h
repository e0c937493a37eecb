/* proofs.h - worst cases that are known independently, and asking for one of them. */
#ifndef FITLAB_PROOFS_H
#define FITLAB_PROOFS_H

#include <stdbool.h>

struct claim {
    unsigned live, largest;
    bool powers;
    const char *policy;
    unsigned worst;
    bool slow; /* more than 10^5 states */
};

enum { CLAIMS = 30 };
extern const struct claim known_claims[CLAIMS];

/* Fails the test if the policy's worst case is another, or cannot be told. */
void assert_claim(const struct claim *);

#endif
