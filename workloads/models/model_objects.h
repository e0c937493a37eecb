/* model_objects.h - the blocks of a trace as objects: a size and a lifetime, in order of birth.
 *
 * Time is the number of objects born before. An object born as number i with lifetime n dies
 * just before number i + n is born; OBJECT_STAYS is never. A resize ends one object and begins
 * another. Who asked, how and when else is left out: this is what the models of the
 * literature keep of a program.
 */
#ifndef FITLAB_MODEL_OBJECTS_H
#define FITLAB_MODEL_OBJECTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "workloads/problem.h"

#define OBJECT_STAYS UINT64_MAX

struct object {
    uint64_t size, life;
};

struct objects {
    struct object *object;
    size_t count, room;
};

/* Reads all of a trace file; what only its drain frees, stays. False and a problem if that
 * fails. Free in either case. */
bool objects_read(struct objects *, const char *path, struct problem *);
void objects_free(struct objects *);

#endif
