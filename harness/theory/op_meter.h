/* op_meter.h - what a single operation of a policy costs, without a clock. */
#ifndef FITLAB_OP_METER_H
#define FITLAB_OP_METER_H

#include "measure/lines.h"
#include "spec/policy_spec.h"

/* What an operation is judged by. */
enum measure {
    MEASURE_HEIGHT,  /* of the heap after an allocation, in units: for this no meter is needed */
    MEASURE_PROBES,  /* probes and insert_probes of the operation */
    MEASURE_ACCESSES /* loads and stores in the region, by the policy's own code */
};

/* Where it is must not change while it is open, and only one at a time can count accesses. */
struct op_meter {
    enum measure measure;
    struct lines_log log;
    uint64_t probes; /* before the operation */
};

/* For accesses, *spec becomes that of the policy's copy that reports them. False and a problem if
 * there is none. */
bool op_meter_open(struct op_meter *, enum measure, struct policy_spec *, struct problem *);
void op_meter_close(struct op_meter *);

/* Around one operation on a heap. */
void op_meter_begin(struct op_meter *, struct heap *);
uint64_t op_meter_end(const struct op_meter *, const struct heap *);

#endif
