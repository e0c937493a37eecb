/* property.h - what every policy must do, one property an entry.
 *
 * A property plays against the policy of the trial and returns if it holds; trial_fail
 * and trial_skip end the trial otherwise.
 */
#ifndef FITLAB_PROPERTY_H
#define FITLAB_PROPERTY_H

#include "conformance/trial.h"

struct property {
    const char *name;
    const char *sentence; /* the property as a sentence, for the reader of a verdict */
    void (*test)(struct trial *);
    bool in_mixes; /* it holds if property_mixes does */
};

/* The random mixes with everything checked at once. This covers the properties that check one part
 * each, and is quick where none of them is expected to fail. It is not in `properties`. */
extern const struct property property_mixes;

/* In the order of the report; ends with NULL. */
extern const struct property *const properties[];

#define FITLAB_PROPERTIES(X)                                                                       \
    X(opens)                                                                                       \
    X(alignment)                                                                                   \
    X(bounds)                                                                                      \
    X(usable)                                                                                      \
    X(overlap)                                                                                     \
    X(payload)                                                                                     \
    X(realloc)                                                                                     \
    X(memalign)                                                                                    \
    X(zero)                                                                                        \
    X(huge)                                                                                        \
    X(tiles)                                                                                       \
    X(spans)                                                                                       \
    X(identity)                                                                                    \
    X(check)                                                                                       \
    X(corruption)                                                                                  \
    X(absent)                                                                                      \
    X(spare)                                                                                       \
    X(explain)                                                                                     \
    X(inner)                                                                                       \
    X(counters)                                                                                    \
    X(exhaustion)                                                                                  \
    X(recovery)                                                                                    \
    X(utilisation)                                                                                 \
    X(failure)                                                                                     \
    X(limit)                                                                                       \
    X(determinism)                                                                                 \
    X(in_band)                                                                                     \
    X(no_static)

#define X(id) extern const struct property property_##id;
FITLAB_PROPERTIES(X)
#undef X

enum {
#define X(id) PROPERTY_##id,
    FITLAB_PROPERTIES(X)
#undef X
        PROPERTY_COUNT
};

#endif
