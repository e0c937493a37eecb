/* test_trace_damage.c - a damaged trace says so, and what precedes the damage can be read. */
#define _GNU_SOURCE /* memfd_create */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "traces.h"
#include "workloads/trace/bytes.h"

static char copy[64];
static int copy_fd; /* in memory: a file that is rewritten thousands of times wears a disk */

static int setup(void **state)
{
    (void)state;
    copy_fd = memfd_create("copy", 0);
    snprintf(copy, sizeof copy, "/proc/self/fd/%d", copy_fd);
    return 0;
}

static int teardown(void **state)
{
    close(copy_fd);
    return remove_trace(state);
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
    unsigned char *all = load(trace_path(), &bytes);
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
    unsigned char *all = load(trace_path(), &bytes);
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
    unsigned char *all = load(trace_path(), &bytes);
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
    unsigned char *all = load(trace_path(), &bytes);
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
    unsigned char *all = load(trace_path(), &bytes);
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

static void test_wrong_totals_and_counts(void **state)
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
    unsigned char *all = load(trace_path(), &bytes);
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cut_at_every_byte),    cmocka_unit_test(test_every_bit_flipped),
        cmocka_unit_test(test_damage_in_the_middle), cmocka_unit_test(test_wrong_totals_and_counts),
        cmocka_unit_test(test_slot_out_of_range),    cmocka_unit_test(test_not_a_trace),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
