/* story_reason.h - why a hole was taken, in words. Internal to this room. */
#ifndef FITLAB_STORY_REASON_H
#define FITLAB_STORY_REASON_H

#include "present/step/story.h"

/* The bytes that a hole must have to serve the request of the story's step, whose block is
 * story->changed and came from story->taken: the block's own if a rest was split off, else what was
 * asked for and what lies before it. */
uint64_t story_need(const struct story *);

/* Writes the reason. story->look, taken and changed are known. */
void story_reason(const struct story *, uint64_t need, char text[STORY_TEXT]);

#endif
