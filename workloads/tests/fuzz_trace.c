/* fuzz_trace.c - any bytes as a trace file: a problem or events, never a fault.
 *
 * The first byte says whether they are the file as it is, or what a head, a frame and a footer
 * hold; those get their magics and hashes, so that what lies behind the hashes is met too.
 */
#define _GNU_SOURCE /* memfd_create */
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>
#include <zstd.h>

#include "workloads/trace/bytes.h"
#include "workloads/trace/trace_reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

enum { MOST = 16384 };

static struct event events[EVENT_CHUNK];

static void read_file(const unsigned char *bytes, size_t n)
{
    struct problem problem = {""};
    char path[64];
    int fd = memfd_create("fuzz", 0);
    if (fd < 0 || write(fd, bytes, n) != (ssize_t)n) {
        abort();
    }
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    for (int torn = TORN_REFUSE; torn <= TORN_ACCEPT; torn++) {
        struct trace_reader *r = trace_open(path, (enum trace_torn)torn, &problem);
        struct trace_run run = {.events = events, .count = EVENT_CHUNK};
        while (r && trace_read(r, &run, &problem) && run.count > 0) {
            run.count = EVENT_CHUNK;
        }
        trace_close(r);
    }
    close(fd);
}

static size_t put_head(unsigned char *to, unsigned columns)
{
    memset(to, 0, TRACE_HEADER_BYTES);
    memcpy(to, TRACE_MAGIC, TRACE_MAGIC_BYTES);
    put_u32(to + 8, TRACE_VERSION);
    put_u32(to + 12, columns % 4);
    put_u64(to + TRACE_HASHED_BYTES, trace_hash(to, TRACE_HASHED_BYTES, "", 0));
    return TRACE_HEADER_BYTES;
}

static size_t put_frame(unsigned char *to, unsigned count, const uint8_t *raw, size_t n)
{
    unsigned char *packed = to + TRACE_FRAME_BYTES;
    size_t bytes = ZSTD_compress(packed, MOST / 2, raw, n, 1);
    put_u32(to, TRACE_FRAME_MAGIC);
    put_u32(to + 4, count);
    put_u32(to + 8, (uint32_t)n);
    put_u32(to + 12, (uint32_t)bytes);
    put_u64(to + 16, 0);
    put_u64(to + TRACE_HASHED_BYTES, trace_hash(to, TRACE_HASHED_BYTES, packed, bytes));
    return TRACE_FRAME_BYTES + bytes;
}

/* numbers: a byte for each of the footer's. */
static size_t put_footer(unsigned char *to, const uint8_t *numbers, uint64_t offset)
{
    put_u32(to, TRACE_FOOTER_MAGIC);
    put_u32(to + 4, 1);
    for (size_t i = 0; i < 7; i++) {
        put_u64(to + 8 + 8 * i, numbers[i]);
    }
    put_u64(to + 64, offset);
    put_u64(to + TRACE_FOOTER_BYTES, TRACE_HEADER_BYTES);
    put_u64(to + 72, trace_hash(to, 72, to + TRACE_FOOTER_BYTES, 8));
    put_u64(to + TRACE_FOOTER_BYTES + 8, offset);
    memcpy(to + TRACE_FOOTER_BYTES + 16, TRACE_END_MAGIC, TRACE_MAGIC_BYTES);
    return TRACE_FOOTER_BYTES + 8 + TRACE_TRAILER_BYTES;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    static unsigned char file[MOST];
    if (n < 10 || n > MOST / 4 || bytes[0] < 16) {
        read_file(bytes + (n > 0), n - (n > 0));
        return 0;
    }
    size_t end = put_head(file, bytes[0]);
    end += put_frame(file + end, bytes[1], bytes + 9, n - 9);
    end += put_footer(file + end, bytes + 2, end);
    read_file(file, end);
    return 0;
}
