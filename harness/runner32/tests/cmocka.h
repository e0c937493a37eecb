/* cmocka.h - what tests of policies use of cmocka, for programs of 32 bits: the library is here for
 * the bits of this machine alone. The first that fails ends the program. */
#ifndef FITLAB_CMOCKA_32_H
#define FITLAB_CMOCKA_32_H

#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct CMUnitTest {
    const char *name;
    void (*test)(void **state);
};

#define cmocka_unit_test(function)                                                                 \
    {                                                                                              \
#function, function                                                                        \
    }

#define print_message(...) printf(__VA_ARGS__)

#define fail_msg(...)                                                                              \
    (fprintf(stderr, "%s:%d: ", __FILE__, __LINE__), fprintf(stderr, __VA_ARGS__),                 \
     fputc('\n', stderr), exit(1))

#define assert_true(condition)    ((condition) ? (void)0 : fail_msg("%s does not hold", #condition))
#define assert_false(condition)   assert_true(!(condition))
#define assert_null(pointer)      assert_true(!(pointer))
#define assert_non_null(pointer)  assert_true(pointer)
#define assert_int_equal(a, b)    assert_true((int64_t)(a) == (int64_t)(b))
#define assert_string_equal(a, b) assert_true(!strcmp(a, b))
#define assert_in_range(value, least, most)                                                        \
    assert_true((int64_t)(value) >= (int64_t)(least) && (int64_t)(value) <= (int64_t)(most))

#define cmocka_run_group_tests(tests, setup, teardown)                                             \
    test_run_all(tests, sizeof(tests) / sizeof *(tests))

static inline int test_run_all(const struct CMUnitTest *test, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        test[i].test(NULL);
        printf("%s: passed\n", test[i].name);
    }
    return 0;
}

#endif
