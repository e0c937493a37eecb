/* Words for layers over a policy: what they mean, how rows name them, and what is wrong. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "spec/code_digest.h"
#include "spec/policy_spec.h"

static struct policy_spec parse(const char *text)
{
    struct policy_spec spec;
    struct problem problem = {""};
    if (!policy_spec_parse(text, &spec, &problem)) {
        fail_msg("%s: %s", text, problem.text);
    }
    return spec;
}

/* The outermost layer stands first, and its values before the others. */
static void a_stack_has_the_parameters_of_its_parts(void **unused)
{
    (void)unused;
    struct policy_spec spec = parse("cache:blocks=8+arenas:n=2,by=size+tlsf:second_level=8");
    assert_string_equal(spec.label, "cache:blocks=8+arenas:n=2,by=size+tlsf:second_level=8");
    assert_string_equal(spec.full, "cache:blocks=8,limit=1024,rule=batch,remote=keep+"
                                   "arenas:n=2,by=size+"
                                   "tlsf:second_level=8,grow=exact,search=own");
    assert_string_equal(spec.policy->name, "cache+arenas+tlsf");
    assert_int_equal(spec.values.number[0], 8);
    assert_int_equal(spec.values.number[4], 2);
    assert_int_equal(spec.values.number[5], 2);
    assert_string_equal(policy_spec_choice(&spec, "grow"), "exact");
    struct policy_spec again = parse(spec.full);
    assert_string_equal(again.full, spec.full);
    assert_ptr_equal(again.policy, spec.policy);
}

/* A layer with nothing to do is the policy below it, byte for byte. */
static void a_layer_without_work_is_not_there(void **unused)
{
    (void)unused;
    static const char *const none[] = {"arenas:n=1+best-fit", "cache:blocks=0+best-fit",
                                       "lock:kind=none+best-fit", "guard:bytes=0+best-fit",
                                       "owner:n=1+cache:blocks=0+best-fit"};
    static _Alignas(4096) char memory[1 << 20];
    for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
        struct policy_spec spec = parse(none[i]);
        struct region r = {
            .base = memory, .brk = memory, .limit = memory + sizeof memory, .peak = memory};
        struct heap *h = spec.policy->open(spec.policy, &r, spec.values.number);
        assert_non_null(h);
        assert_string_equal(h->policy->name, "best-fit");
        assert_ptr_equal(h, memory);
    }
}

/* How many threads may be inside at once follows from the layers. */
static void threads_follow_from_the_layers(void **unused)
{
    (void)unused;
    static const struct {
        const char *spec;
        unsigned threads;
    } cases[] = {{"best-fit", 1},
                 {"arenas+best-fit", 1},
                 {"cache+arenas+lock+best-fit", LAYER_ANY_THREADS},
                 {"cache+arenas+lock:kind=none+best-fit", 1},
                 {"owner:n=6+best-fit", 6},
                 {"guard+owner:n=6+lock+best-fit", LAYER_ANY_THREADS},
                 {"owner:n=1+best-fit", 1}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct policy_spec spec = parse(cases[i].spec);
        assert_int_equal(policy_threads(spec.policy, spec.values.number), cases[i].threads);
    }
}

static void mistakes_are_named(void **unused)
{
    (void)unused;
    static const char *const cases[][2] = {
        {"cache", "cache is a layer, which needs a policy below it, as in cache+best-fit"},
        {"best-fit+cache", "best-fit is no layer: a policy stands last, as in cache+best-fit"},
        {"best-fit+tlsf", "best-fit is no layer"},
        {"cahce:blocks=1+tlsf", "unknown layer 'cahce': did you mean 'cache'?"},
        {"cache+tlfs", "unknown policy 'tlfs': did you mean 'tlsf'?"},
        {"cache:blocks=x+tlsf", "layer cache: 'blocks=x' is no whole number"},
        {"cache+arenas:n=0+tlsf", "layer arenas: 'n=0' is out of range: give 1 to 64"},
        {"cache:n=2+tlsf", "unknown parameter 'n' of layer cache"},
        {"cache+", "unknown policy ''"},
        {"lock+glibc", "no layer can stand on glibc"},
        {"lock+lock+lock+lock+lock+lock+lock+lock+bump", "at most 7 layers"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct policy_spec spec;
        struct problem problem = {""};
        assert_false(policy_spec_parse(cases[i][0], &spec, &problem));
        if (!strstr(problem.text, cases[i][1])) {
            fail_msg("%s: '%s' lacks '%s'", cases[i][0], problem.text, cases[i][1]);
        }
    }
}

static void settings_go_to_their_part(void **unused)
{
    (void)unused;
    static const char *const cases[][4] = {
        {"cache+arenas+tlsf", "n", "2", "cache+arenas:n=2+tlsf"},
        {"cache:limit=64+tlsf", "blocks", "0", "cache:limit=64,blocks=0+tlsf"},
        {"cache+arenas+tlsf", "grow", "step", "cache+arenas+tlsf:grow=step"},
        {"arenas+owner+tlsf", "owner.n", "3", "arenas+owner:n=3+tlsf"},
        {"./my+fit.so:a=1", "b", "2", "./my+fit.so:a=1,b=2"},
        {"lock+./my+fit.so", "kind", "none", "lock:kind=none+./my+fit.so"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char out[SPEC_MAX_TEXT];
        struct problem problem;
        assert_true(
            stack_add_setting(cases[i][0], cases[i][1], cases[i][2], out, sizeof out, &problem));
        assert_string_equal(out, cases[i][3]);
    }
}

/* A change of a layer or of what is below is another policy. */
static void each_part_is_in_the_digest(void **unused)
{
    (void)unused;
    static const char *const specs[] = {"lock+tlsf", "lock+best-fit",   "guard+tlsf",
                                        "tlsf",      "lock+guard+tlsf", "guard+lock+tlsf"};
    enum { N = sizeof specs / sizeof *specs };
    char digest[N][CODE_DIGEST_SIZE];
    struct problem problem;
    for (size_t i = 0; i < N; i++) {
        assert_true(code_digest(parse(specs[i]).policy, digest[i], &problem));
        for (size_t k = 0; k < i; k++) {
            assert_string_not_equal(digest[i], digest[k]);
        }
    }
}

/* Folders may have a '+' in their names; a layer over a path in one is a layer all the same. The
 * files are there, as a path without "./" is told from a layer by that. */
static void a_path_may_have_a_plus(void **unused)
{
    (void)unused;
    static const char *const cases[][4] = {
        /* the word, its parts, and the word for 32 bits */
        {"./c++/my.so", "./c++/my.so", NULL, "./c++/my.so@32"},
        {"./c++/my.so:order=fifo", "./c++/my.so", NULL, "./c++/my.so@32:order=fifo"},
        {"./c++/heap_4.c", "./c++/heap_4.c", NULL, "./c++/heap_4.c@32"},
        {"../a+b/heap_4.c:x=1", "../a+b/heap_4.c", NULL, "../a+b/heap_4.c@32:x=1"},
        {"/a+b/my.so", "/a+b/my.so", NULL, "/a+b/my.so@32"},
        {"c++/my.so", "c++/my.so", NULL, "c++/my.so@32"},
        {"c++/heap_4.c:x=1", "c++/heap_4.c", NULL, "c++/heap_4.c@32:x=1"},
        {"cache+./c++/my.so", "cache", "./c++/my.so", "cache@32+./c++/my.so"},
        {"cache:blocks=1+c++/my.so:x=1", "cache", "c++/my.so", "cache@32:blocks=1+c++/my.so:x=1"},
        {"cache+c++/heap_4.c", "cache", "c++/heap_4.c", "cache@32+c++/heap_4.c"},
        {"./c++/my.so:a=1+./c++/heap_4.c", "./c++/my.so", "./c++/heap_4.c",
         "./c++/my.so@32:a=1+./c++/heap_4.c"},
        {"c++/my.so+tlsf", "c++/my.so", "tlsf", "c++/my.so@32+tlsf"},
        {"cahce+./c++/my.so", "cahce", "./c++/my.so", "cahce@32+./c++/my.so"},
    };
    char folder[] = "/tmp/stackXXXXXX";
    assert_non_null(mkdtemp(folder));
    assert_int_equal(chdir(folder), 0);
    assert_int_equal(mkdir("c++", 0700), 0);
    static const char *const files[] = {"c++/my.so", "c++/heap_4.c"};
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(close(creat(files[i], 0600)), 0);
    }
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        static struct stack_parts parts, again;
        char narrow[POLICY_BITS_TEXTS][SPEC_MAX_TEXT];
        struct problem problem;
        assert_true(stack_divide(cases[i][0], &parts, &problem));
        assert_string_equal(parts.part[0].name, cases[i][1]);
        assert_int_equal(parts.n, cases[i][2] ? 2 : 1);
        assert_true(!cases[i][2] || !strcmp(parts.part[1].name, cases[i][2]));
        policy_spec_for_bits(cases[i][0], POLICY_BITS_32, narrow);
        assert_string_equal(narrow[0], cases[i][3]);
        assert_true(stack_divide(narrow[0], &again, &problem));
        assert_int_equal(again.n, parts.n);
        assert_string_equal(again.part[parts.n - 1].settings, parts.part[parts.n - 1].settings);
        policy_spec_for_bits(cases[i][3], POLICY_BITS_32, narrow); /* it says its bits already */
        assert_string_equal(narrow[0], cases[i][3]);
    }
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(unlink(files[i]), 0);
    }
    assert_int_equal(rmdir("c++"), 0);
    assert_int_equal(rmdir(folder), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_stack_has_the_parameters_of_its_parts),
        cmocka_unit_test(a_layer_without_work_is_not_there),
        cmocka_unit_test(threads_follow_from_the_layers),
        cmocka_unit_test(mistakes_are_named),
        cmocka_unit_test(settings_go_to_their_part),
        cmocka_unit_test(each_part_is_in_the_digest),
        cmocka_unit_test(a_path_may_have_a_plus),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
