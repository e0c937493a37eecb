/* certificate.h - theorems that bound the footprint of a policy from above, whatever the workload.
 *
 * Sizes are in units of FITLAB_ALIGN: M the most units in live blocks at once, n the largest
 * block. The bounds are for workloads of malloc and free alone, on a growable region; the heap's
 * own fixed bytes come on top.
 */
#ifndef FITLAB_CERTIFICATE_H
#define FITLAB_CERTIFICATE_H

#include "cell/metric.h"
#include "spec/policy_spec.h"

struct certificate {
    const char *theorem; /* who, when */
    enum metric_id metric;
    bool (*applies)(const struct policy_spec *);
    double (*bound)(const struct policy_spec *, double M,
                    double n); /* 0: the theorem says nothing about these sizes */
    bool granted; /* M and n are of blocks as they are granted, where a policy grants more than is
                     asked for: rounded to its classes */
};

/* Ends with a NULL theorem. */
extern const struct certificate certificates[];

#endif
