/* crew_play.h - what one thread of a crew does in a replay; for crew.c. */
#ifndef FITLAB_CREW_PLAY_H
#define FITLAB_CREW_PLAY_H

#include "replay/crew.h"

/* Plays the stream of this thread, with the crew's timing. */
void crew_play(struct crew_member *);

/* Which thread of the crew the calling one is, for policies that ask. */
void crew_be(uint32_t number);

/* Whether there are more threads than processors: then threads that wait let others run. */
void crew_share_processors(bool);

/* After a look at something that another thread has not done yet; *looks counts them, from 0. */
void crew_wait_a_look(unsigned *looks);

#endif
