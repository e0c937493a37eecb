/* test_trace.c - a trace holds exactly what was written, and a damaged one says so. */
#define _GNU_SOURCE /* memfd_create */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#include <cmocka.h>

#include "bytes.h"
#include "kinds.h"
#include "tally.h"
#include "trace_reader.h"
#include "trace_writer.h"

static char path[64], copy[64];
static int copy_fd; /* in memory: a file that is rewritten thousands of times wears a disk */

static int setup(void **state)
{
    (void)state;
    snprintf(path, sizeof path, "/tmp/fitlab-trace-%d.fltrace", (int)getpid());
    copy_fd = memfd_create("copy", 0);
    snprintf(copy, sizeof copy, "/proc/self/fd/%d", copy_fd);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    unlink(path);
    close(copy_fd);
    return 0;
}

static uint64_t draw(uint64_t *seed, uint64_t below)
{
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return (*seed >> 33) % below;
}

/* Sound events of every kind; slots are reused in no particular order. */
static struct trace_run random_run(size_t n, uint32_t most_live, uint64_t seed)
{
    struct trace_run run = {calloc(n, sizeof *run.events), calloc(n, sizeof *run.times),
                            calloc(n, sizeof *run.sites), n};
    unsigned char *full = calloc(most_live, 1);
    uint32_t bound = 0;
    for (size_t i = 0; i < n; i++) {
        struct event *e = &run.events[i];
        uint32_t slot = (uint32_t)draw(&seed, most_live);
        e->slot = slot < bound ? slot : bound;
        e->thread = (uint16_t)(draw(&seed, 10) ? 0 : draw(&seed, 65536));
        e->kind = full[e->slot] ? (draw(&seed, 4) ? EVENT_FREE : EVENT_REALLOC)
                                : (uint8_t)draw(&seed, EVENT_REALLOC);
        if (e->kind != EVENT_FREE) {
            e->size = draw(&seed, 3) ? draw(&seed, 50) * 8 : UINT64_C(1) << draw(&seed, 40);
        }
        if (e->kind == EVENT_ALIGNED) {
            e->align_log2 = (uint8_t)draw(&seed, 64);
        }
        bound += e->slot == bound;
        full[e->slot] = e->kind != EVENT_FREE;
        run.times[i] = draw(&seed, 2) ? draw(&seed, 100) : draw(&seed, UINT32_MAX) << 30;
        run.sites[i] = (uint32_t)draw(&seed, UINT32_MAX);
    }
    free(full);
    return run;
}

static void free_run(struct trace_run *run)
{
    free(run->events);
    free(run->times);
    free(run->sites);
}

static struct provenance provenance_here(void)
{
    struct provenance p = {.text = ""};
    provenance_add(&p, "program", "%s", "a\nb");
    provenance_add(&p, "note", "%d words", 2);
    return p;
}

/* Writes events in portions of the given size. */
static struct trace_totals write_trace(const struct trace_run *run, unsigned columns,
                                       size_t portion)
{
    struct problem problem = {""};
    struct provenance p = provenance_here();
    struct trace_totals totals;
    struct trace_writer *w = trace_create(path, &p, columns, &problem);
    assert_non_null(w);
    for (size_t i = 0; i < run->count; i += portion) {
        struct trace_run part = {run->events + i, run->times + i, run->sites + i,
                                 run->count - i < portion ? run->count - i : portion};
        assert_true(trace_append(w, &part, &problem));
    }
    assert_true(trace_finish(w, &totals, &problem));
    return totals;
}

static void check_read_back(const struct trace_run *run, unsigned columns, size_t portion)
{
    struct problem problem = {""};
    struct trace_reader *r = trace_open(path, TORN_REFUSE, &problem);
    assert_non_null(r);
    struct trace_run got = {malloc(portion * sizeof *got.events),
                            malloc(portion * sizeof *got.times),
                            malloc(portion * sizeof *got.sites), portion};
    size_t n = 0;
    for (;; n += got.count) {
        got.count = portion;
        assert_true(trace_read(r, &got, &problem));
        if (got.count == 0) {
            break;
        }
        assert_true(n + got.count <= run->count);
        assert_memory_equal(got.events, run->events + n, got.count * sizeof *got.events);
        for (size_t i = 0; i < got.count; i++) {
            assert_int_equal(got.times[i], columns & TRACE_TIMES ? run->times[n + i] : 0);
            assert_int_equal(got.sites[i], columns & TRACE_SITES ? run->sites[n + i] : 0);
        }
    }
    assert_int_equal(n, run->count);
    free_run(&got);
    trace_close(r);
}

static void test_round_trip(void **state)
{
    (void)state;
    static const size_t counts[] = {
        0, 1, 2, 1000, EVENT_CHUNK - 1, EVENT_CHUNK, EVENT_CHUNK + 1, 200000};
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        struct trace_run run = random_run(counts[i], 3000, i);
        for (unsigned columns = 0; columns < 4; columns++) {
            write_trace(&run, columns, i % 2 ? 1000 : 100000);
            check_read_back(&run, columns, i % 3 ? 100000 : 777);
        }
        free_run(&run);
    }
}

/* Far more blocks than ages are kept track of. */
static void test_old_blocks(void **state)
{
    (void)state;
    size_t n = 300000;
    struct trace_run run = random_run(2 * n, 1, 1);
    for (size_t i = 0; i < n; i++) {
        run.events[i] = (struct event){.kind = EVENT_MALLOC, .slot = (uint32_t)i, .size = i};
        run.events[n + i] = (struct event){.kind = EVENT_FREE, .slot = (uint32_t)(i * 7 % n)};
    }
    write_trace(&run, 0, n);
    check_read_back(&run, 0, EVENT_CHUNK);
    free_run(&run);
}

static void test_totals(void **state)
{
    (void)state;
    const struct event events[] = {
        {.kind = EVENT_MALLOC, .slot = 0, .size = 100},
        {.kind = EVENT_CALLOC, .slot = 1, .size = 50},
        {.kind = EVENT_REALLOC, .slot = 0, .size = 10},
        {.kind = EVENT_ALIGNED, .slot = 2, .size = 64, .align_log2 = 6},
        {.kind = EVENT_FREE, .slot = 1},
        {.kind = EVENT_MALLOC, .slot = 1, .size = 7},
    };
    struct trace_run run = {(struct event *)events, NULL, NULL, 6};
    struct problem problem = {""};
    struct provenance p = provenance_here();
    struct trace_writer *w = trace_create(path, &p, 0, &problem);
    assert_true(trace_append(w, &run, &problem));
    trace_mark_drain(w);
    struct event drain = {.kind = EVENT_FREE, .slot = 0};
    run = (struct trace_run){&drain, NULL, NULL, 1};
    assert_true(trace_append(w, &run, &problem));
    assert_true(trace_finish(w, NULL, &problem));

    struct workload *workload = open_trace(path, NULL, &problem);
    assert_int_equal(workload->events, 7);
    assert_int_equal(workload->drain, 6);
    assert_int_equal(workload->slots, 3);
    assert_int_equal(workload->peak_live_bytes, 150);
    size_t n;
    uint64_t digest = workload->digest;
    struct event *all = take_all(workload, EVENT_CHUNK, &n);
    assert_int_equal(n, 7);
    assert_int_equal(digest, XXH64(all, n * sizeof *all, 0));
    free(all);

    struct trace_reader *r = trace_open(path, TORN_REFUSE, &problem);
    char value[32];
    assert_int_equal(trace_totals(r)->requested_bytes, 100 + 50 + 10 + 64 + 7);
    assert_true(provenance_get(trace_provenance(r), "program", value, sizeof value));
    assert_string_equal(value, "a b");
    assert_false(provenance_get(trace_provenance(r), "prog", value, sizeof value));
    trace_close(r);
}

static void test_writer_refuses_nonsense(void **state)
{
    (void)state;
    static const struct {
        struct event event;
        const char *what;
    } cases[] = {
        {{.kind = EVENT_FREE, .slot = 1}, "event 1 (slot 1) frees a slot that holds no block"},
        {{.kind = EVENT_REALLOC, .slot = 1}, "resizes a slot that holds no block"},
        {{.kind = EVENT_MALLOC, .slot = 0}, "allocates in a slot that holds a block"},
        {{.kind = EVENT_MALLOC, .slot = 2}, "slots are dense"},
        {{.kind = EVENT_MALLOC, .slot = 1, .size = UINT64_MAX}, "more than 2^62 bytes"},
        {{.kind = EVENT_KINDS, .slot = 1}, "unknown kind"},
        {{.kind = EVENT_ALIGNED, .slot = 1, .align_log2 = 64}, "alignment"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct problem problem = {""};
        struct provenance p = provenance_here();
        struct trace_writer *w = trace_create(path, &p, 0, &problem);
        struct event events[] = {{.kind = EVENT_MALLOC, .slot = 0, .size = 1}, cases[i].event};
        struct trace_run run = {events, NULL, NULL, 2};
        unlink(path);
        assert_false(trace_append(w, &run, &problem));
        assert_non_null(strstr(problem.text, cases[i].what));
        trace_abort(w);
        assert_int_not_equal(access(path, F_OK), 0);
    }
}

static unsigned char *load(const char *from, size_t *bytes)
{
    FILE *f = fopen(from, "rb");
    fseek(f, 0, SEEK_END);
    *bytes = (size_t)ftell(f);
    rewind(f);
    unsigned char *all = malloc(*bytes + 1);
    assert_int_equal(fread(all, 1, *bytes, f), *bytes);
    fclose(f);
    return all;
}

static void save(const unsigned char *all, size_t bytes)
{
    assert_int_equal(ftruncate(copy_fd, (off_t)bytes), 0);
    assert_int_equal(pwrite(copy_fd, all, bytes, 0), bytes);
}

/* Reads the copy to its end. False and the problem if anything is wrong with it. */
static bool read_copy(enum trace_torn torn, uint64_t *events, struct problem *problem)
{
    static struct event buffer[EVENT_CHUNK];
    problem->text[0] = '\0';
    *events = 0;
    struct trace_reader *r = trace_open(copy, torn, problem);
    if (!r) {
        return false;
    }
    struct trace_run run;
    bool ok;
    do {
        run = (struct trace_run){buffer, NULL, NULL, EVENT_CHUNK};
        ok = trace_read(r, &run, problem);
        *events += ok ? run.count : 0;
    } while (ok && run.count > 0);
    if (ok) {
        assert_int_equal(*events, trace_totals(r)->events);
    }
    trace_close(r);
    return ok;
}

static void test_cut_at_every_byte(void **state)
{
    (void)state;
    struct trace_run run = random_run(100, 20, 1);
    write_trace(&run, TRACE_TIMES, 100);
    size_t bytes;
    unsigned char *all = load(path, &bytes);
    size_t head = TRACE_HEADER_BYTES + get_u32(all + 16);
    size_t footer = get_u64(all + bytes - 16);
    for (size_t n = 0; n < bytes; n++) {
        struct problem problem;
        uint64_t events;
        save(all, n);
        assert_false(read_copy(TORN_REFUSE, &events, &problem));
        assert_non_null(strstr(problem.text, copy));
        assert_non_null(strstr(problem.text, "offset "));
        bool readable = read_copy(TORN_ACCEPT, &events, &problem);
        assert_true(readable == (n >= head));
        assert_int_equal(events, readable && n >= footer ? 100 : 0);
    }
    free(all);
    free_run(&run);
}

static void test_every_bit_flipped(void **state)
{
    (void)state;
    struct trace_run run = random_run(40, 10, 3);
    write_trace(&run, TRACE_SITES, 100);
    size_t bytes;
    unsigned char *all = load(path, &bytes);
    for (size_t i = 0; i < 8 * bytes; i++) {
        struct problem problem;
        uint64_t events;
        all[i / 8] ^= (unsigned char)(1u << i % 8);
        save(all, bytes);
        all[i / 8] ^= (unsigned char)(1u << i % 8);
        if (read_copy(TORN_REFUSE, &events, &problem)) {
            fail_msg("bit %zu of byte %zu was flipped, and nobody noticed", i % 8, i / 8);
        }
        assert_non_null(strstr(problem.text, copy));
    }
    free(all);
    free_run(&run);
}

/* What precedes damage in the third frame is two frames. */
static void test_damage_in_the_middle(void **state)
{
    (void)state;
    struct trace_run run = random_run(4 * EVENT_CHUNK, 1000, 5);
    write_trace(&run, 0, EVENT_CHUNK);
    size_t bytes;
    unsigned char *all = load(path, &bytes);
    const unsigned char *index = all + get_u64(all + bytes - 16) + TRACE_FOOTER_BYTES;
    uint64_t third = get_u64(index + 16), events;
    all[third + 1000] ^= 1;
    save(all, bytes);
    struct problem problem;
    assert_false(read_copy(TORN_REFUSE, &events, &problem));
    assert_int_equal(events, 2 * EVENT_CHUNK);
    char where[64];
    snprintf(where, sizeof where, "offset %" PRIu64 ": frame 2 is damaged", third);
    assert_non_null(strstr(problem.text, where));
    assert_non_null(strstr(problem.text, "torn=accept"));
    assert_true(read_copy(TORN_ACCEPT, &events, &problem));
    assert_int_equal(events, 2 * EVENT_CHUNK);
    free(all);
    free_run(&run);
}

/* Changes the head, and hashes it anew, so that only its sense is left to judge. */
static void check_head(size_t offset, uint32_t value, const char *what)
{
    size_t bytes;
    unsigned char *all = load(path, &bytes);
    put_u32(all + offset, value);
    put_u64(all + TRACE_HASHED_BYTES,
            trace_hash(all, TRACE_HASHED_BYTES, all + TRACE_HEADER_BYTES, get_u32(all + 16)));
    save(all, bytes);
    struct problem problem;
    uint64_t events;
    assert_false(read_copy(TORN_REFUSE, &events, &problem));
    assert_non_null(strstr(problem.text, what));
    free(all);
}

/* The same for a number of the footer. */
static void check_footer(size_t offset, uint64_t value)
{
    size_t bytes;
    unsigned char *all = load(path, &bytes);
    unsigned char *footer = all + get_u64(all + bytes - 16);
    put_u64(footer + offset, value);
    put_u64(footer + 72,
            trace_hash(footer, 72, footer + TRACE_FOOTER_BYTES, 8 * (size_t)get_u32(footer + 4)));
    save(all, bytes);
    struct problem problem;
    uint64_t events;
    assert_false(read_copy(TORN_REFUSE, &events, &problem));
    assert_non_null(strstr(problem.text, "foot"));
    free(all);
}

static void test_lies(void **state)
{
    (void)state;
    struct trace_run run = random_run(1000, 20, 7);
    write_trace(&run, 0, 1000);
    check_head(8, TRACE_VERSION + 1, "use a newer fitlab");
    check_head(12, 0x80, "damaged");
    check_footer(8, UINT64_C(1) << 40);  /* events */
    check_footer(8, 999);                /* events */
    check_footer(16, 1001);              /* drain */
    check_footer(40, UINT64_C(1) << 31); /* slots */
    check_footer(56, 1);                 /* digest */
    free_run(&run);
}

/* Slots below what the frames use: the frame must say so, not the replay crash. */
static void test_slot_out_of_range(void **state)
{
    (void)state;
    struct trace_run run = random_run(1000, 20, 7);
    write_trace(&run, 0, 1000);
    size_t bytes;
    unsigned char *all = load(path, &bytes);
    unsigned char *footer = all + get_u64(all + bytes - 16);
    put_u64(footer + 32, 5);
    put_u64(footer + 40, 5);
    put_u64(footer + 72, trace_hash(footer, 72, footer + TRACE_FOOTER_BYTES, 8));
    save(all, bytes);
    struct problem problem;
    uint64_t events;
    assert_false(read_copy(TORN_REFUSE, &events, &problem));
    assert_non_null(strstr(problem.text, "a slot is out of range"));
    free(all);
    free_run(&run);
}

static void test_not_a_trace(void **state)
{
    (void)state;
    struct problem problem;
    uint64_t events;
    const char text[] = "6 12\na 0 100\n and some more lines\n";
    save((const unsigned char *)text, sizeof text - 1);
    assert_false(read_copy(TORN_REFUSE, &events, &problem));
    assert_non_null(strstr(problem.text, "fitlab import auto"));
    assert_null(trace_open("/nowhere/at/all", TORN_REFUSE, &problem));
    assert_non_null(strstr(problem.text, "/nowhere/at/all: cannot open it: No such file"));
    assert_null(trace_open("/tmp", TORN_REFUSE, &problem));
    assert_non_null(strstr(problem.text, "regular file"));
    struct provenance p = provenance_here();
    assert_null(trace_create("/nowhere/at/all", &p, 0, &problem));
    assert_non_null(strstr(problem.text, "/nowhere/at/all: cannot create it"));
}

static long peak_kib(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
}

/* Four million events are 64 MB: neither writing nor reading may keep them. */
static void test_constant_memory(void **state)
{
    (void)state;
    struct trace_run run = random_run(EVENT_CHUNK, 500, 9);
    for (size_t i = 0; i < run.count; i++) { /* ends empty, so that it can be repeated */
        run.events[i] =
            (struct event){.kind = i % 2 ? EVENT_FREE : EVENT_MALLOC, .size = i % 2 ? 0 : i};
    }
    struct problem problem = {""};
    struct provenance p = provenance_here();
    long before = peak_kib();
    struct trace_writer *w = trace_create(path, &p, 0, &problem);
    for (size_t i = 0; i < 64; i++) {
        assert_true(trace_append(w, &run, &problem));
    }
    assert_true(trace_finish(w, NULL, &problem));
    struct trace_reader *r = trace_open(path, TORN_REFUSE, &problem);
    uint64_t n = 0;
    for (struct trace_run got = run; got.count > 0; n += got.count) {
        got.count = EVENT_CHUNK;
        assert_true(trace_read(r, &got, &problem));
    }
    assert_int_equal(n, 64 * EVENT_CHUNK);
    trace_close(r);
    assert_true(peak_kib() - before < 32 * 1024);
    free_run(&run);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_constant_memory), /* first: the peak only grows */
        cmocka_unit_test(test_round_trip),
        cmocka_unit_test(test_old_blocks),
        cmocka_unit_test(test_totals),
        cmocka_unit_test(test_writer_refuses_nonsense),
        cmocka_unit_test(test_cut_at_every_byte),
        cmocka_unit_test(test_every_bit_flipped),
        cmocka_unit_test(test_damage_in_the_middle),
        cmocka_unit_test(test_lies),
        cmocka_unit_test(test_slot_out_of_range),
        cmocka_unit_test(test_not_a_trace),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
