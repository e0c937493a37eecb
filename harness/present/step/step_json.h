/* step_json.h - steps as JSON, one object a line, for other tools.
 *
 * The first line says what is stepped through: {"fitlab_step": 1, "timeline", "events", "base",
 * "policies": [{"label", "spec", "rule"}]}. Each further line is a step: {"step", "operation",
 * "kind", "name", "asked", "policies": [...]}; an entry of its policies has outcome, payload
 * "served", "refused" or "skipped"; the address returned or null told                 [[topic,
 * text], ...], the words of the text view looked_at            [{"at", "bytes", "fits"}, ...] in
 * order; null: unknown footprint_bytes, live_bytes, live_blocks, holes, holes_bytes,
 * largest_hole_bytes, slack_bytes, external_index_pct   the heap after the step counters the
 * policy's counters after the step spans                [{"at", "bytes", "kind":
 * "meta|free|slack|used|absent|unknown"}, ...]; a used one also has "payload", "asked" and "name"
 * Addresses are offsets from the region's start plus `base`.
 */
#ifndef FITLAB_STEP_JSON_H
#define FITLAB_STEP_JSON_H

#include <stdio.h>

#include "present/step/group.h"

void step_json_begin(FILE *, const struct step_group *);

/* The step that the group shows. */
void step_json_step(FILE *, const struct step_group *);

/* "meta", "free", "slack", "used": how span kinds are written. */
const char *step_json_kind(enum span_kind);

#endif
