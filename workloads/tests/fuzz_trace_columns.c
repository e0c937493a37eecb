/* fuzz_trace_columns.c - any bytes as the raw columns of two frames, past every hash: a problem
 * or sound events, never a fault. */
#define XXH_STATIC_LINKING_ONLY /* a state that is no pointer */
#include <stdlib.h>
#include <xxhash.h>

#include "workloads/tally.h"
#include "workloads/trace/trace_codec.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static struct event events[EVENT_CHUNK];

/* Events that the decoder lets through are sound. */
static void decode(struct trace_codec *codec, struct tally *tally, const uint8_t *raw, size_t n)
{
    static XXH64_state_t digest[1];
    XXH64_reset(digest, 0);
    struct problem problem = {""};
    struct trace_run run = {.events = events, .count = n > 2 ? raw[1] : 1};
    if (trace_decode(codec, raw, n, 1000, &run, digest, &problem) &&
        !tally_add(tally, events, run.count, &problem) &&
        tally->live_bytes < TRACE_MOST_BYTES / 2) {
        abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    static struct trace_codec codec;
    struct tally tally;
    trace_codec_open(&codec);
    if (!tally_open(&tally)) {
        abort();
    }
    decode(&codec, &tally, bytes, n / 2);
    decode(&codec, &tally, bytes + n / 2, n - n / 2);
    tally_close(&tally);
    trace_codec_close(&codec);
    return 0;
}
