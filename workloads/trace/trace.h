/* trace.h - the trace file (.fltrace), version 1: a recorded or made workload.
 *
 * All numbers are little-endian; a varint has 7 bits a byte, lowest first, the high bit set
 * on all but the last; a hash of A and B is the xxHash64 of B, seeded with that of A (seed 0).
 *
 *   header      32 bytes: 8 magic, u32 version, u32 columns (enum trace_column, a mask),
 *               u32 bytes of provenance, u32 zero, u64 hash of the 24 bytes before it and
 *               the provenance
 *   provenance  lines "key: value\n", UTF-8: where the trace is from (provenance.h)
 *   frames      each 32 bytes: u32 magic, u32 events (1..65,536), u32 raw bytes, u32 packed
 *               bytes, u64 index of its first event, u64 hash of the 24 bytes before it and
 *               the packed bytes; then the packed bytes, one zstd frame of the raw bytes
 *   footer      80 bytes: u32 magic, u32 frames, then u64 each: events, drain, peak live
 *               bytes, peak live blocks, slots, bytes requested, digest of the decoded
 *               events, offset of the footer, hash of the 72 bytes before it and the index;
 *               then the index, u64 offset of each frame; last, 16 bytes: u64 offset of the
 *               footer, 8 magic
 *
 * The raw bytes of a frame are five u32 lengths and five columns: dictionaries, heads,
 * arguments, times, sites (trace_codec.h). Only frames of one file, read in order, can be
 * decoded: slots are implied by those that came before.
 *
 * A file without a footer was cut short, as by a crash of the recorded program; its whole
 * frames are good.
 */
#ifndef FITLAB_TRACE_H
#define FITLAB_TRACE_H

#include <stdint.h>

#define TRACE_EXTENSION ".fltrace"
#define TRACE_MAGIC     "FLTRACE\x1a"
#define TRACE_END_MAGIC                                                                            \
    "\x1a"                                                                                         \
    "ECARTLF"

enum { TRACE_MAGIC_BYTES = 8, TRACE_VERSION = 1 };
enum { TRACE_HEADER_BYTES = 32, TRACE_FRAME_BYTES = 32, TRACE_FOOTER_BYTES = 80 };
enum { TRACE_TRAILER_BYTES = 16, TRACE_HASHED_BYTES = 24 };

#define TRACE_FRAME_MAGIC  UINT32_C(0x4d415246) /* FRAM */
#define TRACE_FOOTER_MAGIC UINT32_C(0x544f4f46) /* FOOT */

/* Neither a request nor all that is live may be larger. */
#define TRACE_MOST_BYTES (UINT64_C(1) << 62)

/* What each event carries beyond itself. */
enum trace_column {
    TRACE_TIMES = 1, /* nanoseconds since the event before it */
    TRACE_SITES = 2  /* a 32-bit hash of the call stack that asked for it */
};

struct trace_totals {
    uint64_t events;
    uint64_t drain; /* from this index on, events only free what the program left */
    uint64_t peak_live_bytes, peak_live_blocks;
    uint64_t slots;           /* every slot is below this */
    uint64_t requested_bytes; /* over all allocations and resizes */
    uint64_t digest;          /* xxHash64 of all struct events in a row */
};

#endif
