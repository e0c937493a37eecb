/* stream.h - one writer's words, read from its frames in order and decoded to events. */
#ifndef FITLAB_STREAM_H
#define FITLAB_STREAM_H

#include "programs/record/channel.h"

/* One call of the allocator. */
struct logged {
    enum word_kind kind; /* WORD_NONE: the resize that this stream announced failed */
    uint32_t stream;     /* joins a WORD_REALLOC and what follows it */
    uint32_t thread;
    unsigned align_log2;
    uint64_t address;
    uint64_t size;
    uint64_t time_ns; /* since the channel was made; 0 without times */
    uint32_t site;    /* 0 without sites */
    uint64_t soon;    /* an address that one of the next events is likely to have, or 0 */
};

#define FRAME_NONE UINT32_MAX

/* What the reader keeps about frames. */
struct frame_list {
    struct channel *channel;
    struct {
        uint32_t next; /* in its stream, or FRAME_NONE */
        bool known;    /* some stream has it */
    } frame[CHANNEL_FRAMES];
};

struct stream {
    uint32_t first;    /* of the frames still to be read, in order, or FRAME_NONE */
    uint32_t position; /* of the next word in it */
    uint64_t mark;     /* of its words */
    bool numbered;     /* the event being read brought its own sequence number */
    bool ready;        /* event and sequence are valid */
    bool active;       /* for the user of the stream: it is being looked at */
    uint64_t sequence;
    struct logged event;
};

void stream_open(struct stream *);

/* Gives the stream a frame that it does not have yet. */
void stream_add_frame(struct stream *, struct frame_list *, uint32_t frame);

/* Reads on until an event is ready; false: none is there yet. If the writer has ended, its
 * open frames will see no more words. Frames read to their end become free. */
bool stream_peek(struct stream *, struct frame_list *, bool ended);

/* The event has been used: the next peek reads on. */
void stream_take(struct stream *);

#endif
