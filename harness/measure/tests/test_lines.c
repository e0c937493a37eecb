/* The watched copies do what the policies do, and what they touch is counted exactly. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "allocators/heap.h"
#include "allocators/registry.h"
#include "measure/lines.h"

/* What the instrumentation calls at loads and stores. */
void __tsan_write8(void *p);
void __tsan_read1(void *p);
void __tsan_unaligned_read16(void *p);
void __tsan_write_range(void *p, size_t n);

static char ground[1 << 16] __attribute__((aligned(4096)));

static void distinct_lines_are_counted(void **state)
{
    (void)state;
    struct problem problem;
    assert_true(lines_begin(ground, sizeof ground, &problem));
    __tsan_write8(ground); /* before the first operation */
    lines_operation();
    __tsan_write8(ground);
    __tsan_read1(ground + 63);             /* the same line */
    __tsan_unaligned_read16(ground + 120); /* two lines; one of them was not touched before */
    __tsan_read1(ground + 4096);           /* another page */
    __tsan_read1(ground + sizeof ground);  /* outside */
    lines_operation();
    __tsan_read1(ground + 64);
    lines_operation();
    struct lines_count c = lines_end();
    assert_int_equal(3, c.operations);
    assert_int_equal(4 + 1, c.lines);
    assert_int_equal(2 + 1, c.pages);
    assert_int_equal(4, c.all_lines);
    assert_int_equal(2, c.all_pages);
    __tsan_write8(ground); /* watching has ended */
}

static void accesses_are_counted_by_operation(void **state)
{
    (void)state;
    struct problem problem;
    assert_true(lines_begin(ground, sizeof ground, &problem));
    __tsan_write8(ground); /* before the first operation */
    lines_operation();
    assert_int_equal(0, lines_accesses());
    __tsan_write8(ground);
    __tsan_write8(ground); /* the same line once more is another access */
    __tsan_unaligned_read16(ground + 56);
    __tsan_read1(ground + sizeof ground); /* outside */
    assert_int_equal(3, lines_accesses());
    lines_operation();
    __tsan_write_range(ground, 32); /* four words */
    assert_int_equal(4, lines_accesses());
    lines_operation();
    assert_int_equal(0, lines_accesses());
    struct lines_count c = lines_end();
    assert_int_equal(7, c.accesses);
}

static void watched_copies_behave_alike(void **state)
{
    (void)state;
    struct problem problem;
    for (size_t i = 0; registry_policies[i]; i++) {
        const struct policy *policy = registry_policies[i], *watched = lines_policy(policy);
        assert_non_null(watched);
        assert_ptr_not_equal(policy, watched);
        assert_string_equal(policy->name, watched->name);
        long arg[24] = {0};
        for (size_t p = 0; policy->params && policy->params[p].name; p++) {
            arg[p] = policy->params[p].init;
        }
        size_t offset[2][64];
        for (int copy = 0; copy < 2; copy++) {
            memset(ground, 0, sizeof ground);
            struct region r = {
                .base = ground, .brk = ground, .limit = ground + sizeof ground, .peak = ground};
            const struct policy *one = copy ? watched : policy;
            struct heap *h = one->open(one, &r, arg);
            assert_non_null(h);
            assert_true(lines_begin(ground, sizeof ground, &problem));
            for (size_t k = 0; k < 64; k++) {
                lines_operation();
                char *p = heap_alloc(h, 8 * k);
                offset[copy][k] = p ? (size_t)(p - ground) : 0;
                if (p && k % 3 == 0) {
                    lines_operation();
                    heap_free(h, p);
                }
            }
            struct lines_count c = lines_end();
            if ((c.lines > 0) != (copy == 1)) {
                fail_msg("%s: %lu lines in the %s copy", policy->name, c.lines,
                         copy ? "watched" : "other");
            }
        }
        assert_memory_equal(offset[0], offset[1], sizeof offset[0]);
    }
    struct policy foreign = {.name = "foreign"};
    assert_null(lines_policy(&foreign));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(distinct_lines_are_counted),
        cmocka_unit_test(accesses_are_counted_by_operation),
        cmocka_unit_test(watched_copies_behave_alike),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
