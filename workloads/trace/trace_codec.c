#include "workloads/trace/trace_codec.h"

#include <xxhash.h>

uint64_t trace_hash(const void *a, size_t a_bytes, const void *b, size_t b_bytes)
{
    return XXH64(b, b_bytes, XXH64(a, a_bytes, 0));
}

void trace_codec_open(struct trace_codec *c)
{
    slots_open(&c->slots);
    c->born = c->freed = 0; /* of `recent`, only what was born is read */
    c->thread = 0;
}

void trace_codec_close(struct trace_codec *c)
{
    slots_close(&c->slots);
}
