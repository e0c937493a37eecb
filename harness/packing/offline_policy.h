/* offline_policy.h - a packing as a policy: `-p offline`.
 *
 * It serves the requests of one workload at offsets that were fixed beforehand, so that whatever
 * measures memory can show what an allocator could do that knows the future. It keeps no state in
 * its region: its footprint is that of the blocks. Its break is always the highest end of a live
 * block. A realloc moves the block to where its new size was planned, which may overlap where it
 * was.
 */
#ifndef FITLAB_OFFLINE_POLICY_H
#define FITLAB_OFFLINE_POLICY_H

#include "allocators/policy.h"
#include "packing/packing.h"

/* Parameter `search`: rounds of packing_from_peak. Opens no heap without a plan. */
extern const struct policy offline_policy;

/* Packs a workload, which is read to its end, and plans for it from now on, in each heap that is
 * opened, from its first request. A block whose alignment is above FITLAB_ALIGN gets as much room
 * more as an aligned address in it may need. The plan holds for the whole process. False and a
 * problem: the workload has one, or memory ran out. */
bool offline_plan(struct workload *, unsigned rounds, struct problem *);

#endif
