/* trace_codec.h - the events of a trace frame as columns of bytes, and back.
 *
 * Raw bytes of a frame: u32 lengths of the five columns, then the columns.
 *   dictionaries  the sizes most often asked for in this frame: u8 n of malloc's, u8 n of
 *                 calloc's, then that many varints
 *   heads         a byte an event, as below; two of them change what the next one means
 *   arguments     varints that the heads call for
 *   times         TRACE_TIMES: a varint an event
 *   sites         TRACE_SITES: u32 an event
 *
 * Heads. An allocation takes the lowest free slot, unless SLOT says otherwise. A block is
 * named by its age: how many allocations (and resizes) came after its own; by its birth, how
 * many came between it and the block freed last (lists and trees are freed in the order they
 * were built in, or the reverse); or, where it is too old for that, by its slot.
 *   0x00..0x5f  free of the block of that age        0xe3 realloc: age, size
 *   0x60..0x7f  free of the block born 1..16 after   0xe4 realloc: slot, size
 *               (0x70..) or before (0x6f..) the last 0xe5 calloc: size
 *   0x80..0xdf  malloc of size malloc's[head - 0x80] 0xe6 aligned: log2 of alignment, size
 *   0xe0 malloc: size                                0xe7 THREAD: of this and all later events
 *   0xe1 free: age - 0x60                            0xe8 SLOT: of the next allocation
 *   0xe2 free: slot                                  0xf0..0xff calloc of calloc's[head - 0xf0]
 */
#ifndef FITLAB_TRACE_CODEC_H
#define FITLAB_TRACE_CODEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "workloads/event.h"
#include "workloads/problem.h"
#include "workloads/slots.h"

struct XXH64_state_s; /* XXH64_state_t of xxhash.h */

enum trace_head {
    HEAD_FREE = 0x00,
    HEAD_FREE_NEAR = 0x60,
    HEAD_FREE_AFTER = 0x70,
    HEAD_MALLOC_KNOWN = 0x80,
    HEAD_MALLOC = 0xe0,
    HEAD_FREE_OLD,
    HEAD_FREE_SLOT,
    HEAD_REALLOC,
    HEAD_REALLOC_SLOT,
    HEAD_CALLOC,
    HEAD_ALIGNED,
    HEAD_THREAD,
    HEAD_SLOT,
    HEAD_CALLOC_KNOWN = 0xf0
};

enum { CODEC_YOUNG = HEAD_FREE_NEAR }; /* ages below this fit in a head */
enum { CODEC_NEAR = 16 };              /* births so far from the last freed block's do, too */
enum { CODEC_AGES = 1 << 17 };         /* ages below this are kept track of */
enum { CODEC_MALLOC_SIZES = HEAD_MALLOC - HEAD_MALLOC_KNOWN, CODEC_CALLOC_SIZES = 16 };
enum { CODEC_DICTIONARIES, CODEC_HEADS, CODEC_ARGS, CODEC_TIMES, CODEC_SITES, CODEC_COLUMNS };
enum { CODEC_LENGTHS_BYTES = 4 * CODEC_COLUMNS };

/* The most raw bytes a frame of EVENT_CHUNK events can have: 3 heads, 4 varints, a time and a
 * site each. */
enum { CODEC_RAW_MOST = CODEC_LENGTHS_BYTES + 2048 + EVENT_CHUNK * (3 + 40 + 10 + 4) };

/* What both sides know from the frames before. */
struct trace_codec {
    struct slots slots;
    uint64_t born;               /* allocations so far */
    uint64_t freed;              /* the birth of the block freed last */
    uint32_t recent[CODEC_AGES]; /* the slots they took, by number modulo CODEC_AGES */
    uint32_t thread;
};

/* A frame of events in plain arrays; times and sites may be NULL. */
struct trace_run {
    struct event *events;
    uint64_t *times;
    uint32_t *sites;
    size_t count;
};

/* xxHash64 of b, seeded with that of a: how head and content are hashed together. */
uint64_t trace_hash(const void *a, size_t a_bytes, const void *b, size_t b_bytes);

void trace_codec_open(struct trace_codec *);
void trace_codec_close(struct trace_codec *);

struct trace_encoder;

struct trace_encoder *trace_encoder_open(void); /* NULL: no memory */
void trace_encoder_close(struct trace_encoder *);

/* Encodes 1..EVENT_CHUNK events that a tally has found to make sense; times or sites that
 * are NULL are left out. Returns the raw bytes, valid until the next call; NULL: no memory. */
const unsigned char *trace_encode(struct trace_encoder *, const struct trace_run *, size_t *bytes);

/* Decodes run->count events into the arrays of run, and adds them to the digest; slots below
 * `slots`. times and sites must not be NULL if the file has them. False, and a problem that says
 * what in the frame is wrong: nothing in raw is trusted. */
bool trace_decode(struct trace_codec *, const unsigned char *raw, size_t bytes, uint32_t slots,
                  struct trace_run *, struct XXH64_state_s *digest, struct problem *);

#endif
