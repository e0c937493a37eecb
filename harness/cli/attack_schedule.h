/* attack_schedule.h - `fitlab attack POLICY --schedule WORKLOAD`: internal to cmd_attack.c. */
#ifndef FITLAB_ATTACK_SCHEDULE_H
#define FITLAB_ATTACK_SCHEDULE_H

#include "theory/attack/schedules.h"

/* Searches, and prints what it found; writes the worst schedule to `output` unless that is NULL. */
bool attack_schedule(const char *policy, const char *workload, struct schedule_plan,
                     const char *output, struct problem *);

#endif
