#include "programs/record/stream.h"

#include <string.h>

/* The first event of every frame brings its number, so there is none to start from. */
void stream_open(struct stream *s)
{
    memset(s, 0, sizeof *s);
    s->first = FRAME_NONE;
}

static void begin_frame(struct stream *s, const struct frame_list *list, uint32_t frame)
{
    s->first = frame;
    s->position = 0;
    s->mark = frame == FRAME_NONE ? 0 : frame_mark(list->channel->frame[frame].uses);
}

/* Frames are seen in the order of their numbers in the channel, not of their writing. */
void stream_add_frame(struct stream *s, struct frame_list *list, uint32_t frame)
{
    const struct frame_info *info = list->channel->frame;
    uint32_t before = FRAME_NONE;
    uint32_t after = s->first;
    while (after != FRAME_NONE && info[after].index < info[frame].index) {
        before = after;
        after = list->frame[after].next;
    }
    list->frame[frame].known = true;
    list->frame[frame].next = after;
    if (before == FRAME_NONE) {
        begin_frame(s, list, frame);
    } else {
        list->frame[before].next = frame;
    }
    s->event.thread = info[frame].thread;
    s->event.stream = info[frame].stream;
}

static void retire_first(struct stream *s, struct frame_list *list)
{
    struct channel *c = list->channel;
    uint32_t frame = s->first;
    bool done = atomic_load(&c->frame[frame].state) == FRAME_DONE;
    for (uint32_t i = s->position; i < CHANNEL_FRAME_WORDS; i++) {
        atomic_store_explicit(&c->word[frame][i], s->mark | WORD_NONE, memory_order_relaxed);
    }
    begin_frame(s, list, list->frame[frame].next);
    list->frame[frame].known = false;
    channel_give_frame(c, frame);
    if (done) {
        atomic_fetch_sub(&c->backlog, 1);
        atomic_fetch_add(&c->room, 1);
        if (atomic_load(&c->waiting)) {
            channel_wake(&c->room);
        }
    }
}

static void begin_event(struct stream *s)
{
    s->ready = s->numbered = false;
    s->event.size = s->event.time_ns = 0;
    s->event.site = 0;
    s->event.align_log2 = 0;
}

/* The next word, or WORD_NONE if it is not written yet. */
static uint64_t next_word(struct stream *s, struct frame_list *list, bool ended)
{
    struct channel *c = list->channel;
    while (s->first != FRAME_NONE) {
        /* The state first: a frame that was done before has no word after one not written. */
        bool done = ended || atomic_load(&c->frame[s->first].state) == FRAME_DONE;
        if (s->position < CHANNEL_FRAME_WORDS) {
            uint64_t word =
                atomic_load_explicit(&c->word[s->first][s->position], memory_order_acquire);
            if ((word & WORD_MARK) == s->mark) {
                s->position++;
                return word;
            }
        }
        if (!done) {
            return WORD_NONE;
        }
        retire_first(s, list);
        begin_event(s);
    }
    return WORD_NONE;
}

/* Looks some events ahead, so that the user of the events can prefetch what it will need. */
static uint64_t address_ahead(const struct stream *s, const struct frame_list *list)
{
    enum { AHEAD = 12 };
    uint32_t position = s->position + AHEAD;
    return position < CHANNEL_FRAME_WORDS
               ? word_address(atomic_load_explicit(&list->channel->word[s->first][position],
                                                   memory_order_relaxed))
               : 0;
}

static void finish_event(struct stream *s, enum word_kind kind, uint64_t word)
{
    s->event.kind = kind;
    s->event.address = word_address(word);
    if (!s->event.size) {
        s->event.size = word_size(word);
    }
    if (!s->numbered) {
        s->sequence++;
    }
    s->ready = true;
}

static void read_extra(struct stream *s, uint64_t word)
{
    uint64_t value = word_extra_value(word);
    switch (word_extra_kind(word)) {
    case EXTRA_SEQUENCE:
        s->sequence = value;
        s->numbered = true;
        break;
    case EXTRA_SIZE:
        s->event.size = value;
        break;
    case EXTRA_ALIGN:
        s->event.align_log2 = (unsigned)value;
        break;
    case EXTRA_TIME:
        s->event.time_ns = value;
        break;
    case EXTRA_SITE:
        s->event.site = (uint32_t)value;
        break;
    case EXTRA_KEPT:
        finish_event(s, WORD_NONE, 0);
        break;
    }
}

bool stream_peek(struct stream *s, struct frame_list *list, bool ended)
{
    while (!s->ready) {
        uint64_t word = next_word(s, list, ended);
        if (word == WORD_NONE) {
            return false;
        }
        if (word_kind(word) == WORD_EXTRA) {
            read_extra(s, word);
        } else {
            finish_event(s, word_kind(word), word);
            s->event.soon = address_ahead(s, list);
        }
    }
    return true;
}

void stream_take(struct stream *s)
{
    begin_event(s);
}
