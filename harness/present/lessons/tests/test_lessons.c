/* test_lessons.c - random numbers as Python's, the chapter's figures, quizzes and worksheets. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "allocators/heap.h"
#include "present/lessons/mersenne.h"
#include "present/lessons/quiz.h"
#include "present/lessons/worksheet.h"
#include "spec/policy_spec.h"

/* What Python prints for random.seed(SEED); random.random(). */
static void test_mersenne(void **state)
{
    (void)state;
    static const struct {
        int64_t seed;
        double first;
    } known[] = {{0, 0.8444218515250481}, {(INT64_C(1) << 40) + 7, 0.6137037779936511}};
    for (size_t i = 0; i < 2; i++) {
        struct mersenne m, n;
        mersenne_seed(&m, known[i].seed);
        mersenne_seed(&n, -known[i].seed); /* Python takes the absolute value */
        double first = mersenne_random(&m);
        assert_true(first == known[i].first);
        assert_true(mersenne_random(&n) == first);
    }
    struct mersenne m;
    mersenne_seed(&m, 0);
    mersenne_random(&m);
    assert_true(mersenne_random(&m) == 0.7579544029403025);
    for (int i = 0; i < 1000; i++) { /* more than one filling of the state */
        assert_true(mersenne_below(&m, 10) < 10);
    }
}

static void play(const char *text, struct lesson *l)
{
    struct ostep_options o;
    struct problem problem = {""};
    if (!ostep_parse(text, &o, &problem) || !ostep_play(&o, l, &problem)) {
        fail_msg("%s: %s", text, problem.text);
    }
}

static void refuse(const char *text, const char *message)
{
    struct ostep_options o;
    struct problem problem = {""};
    struct lesson l = {0};
    assert_false(ostep_parse(text, &o, &problem) && ostep_play(&o, &l, &problem));
    lesson_close(&l);
    assert_non_null(strstr(problem.text, message));
}

static void test_options(void **state)
{
    (void)state;
    struct ostep_options o;
    struct problem problem;
    assert_true(
        ostep_parse("--size=200 -b7 --headerSize 8 -cC -l SIZESORT- -A +1,-0", &o, &problem));
    assert_int_equal(o.size, 200);
    assert_int_equal(o.base, 7);
    assert_int_equal(o.header, 8);
    assert_true(o.answers && o.coalesce);
    assert_string_equal(o.order, "size-descending");
    assert_string_equal(o.list, "+1,-0");
    refuse("-S", "needs a value");
    refuse("-S ten", "whole number");
    refuse("-H 5", "0, 4, 8 or 16");
    refuse("-p NEXT", "FIRST, BEST or WORST");
    refuse("-x 3", "none of the simulator's options");
    refuse("-P 0", "from 1 to 100");
    refuse("-A +1,2", "neither +SIZE nor -NUMBER");
    refuse("-A +0", "no bytes");
}

/* What the simulator does with a list: addresses without the header, -1 for what fails, a second
 * free of one block fails, one of a block that was never allocated is passed over. */
static void test_list_of_operations(void **state)
{
    (void)state;
    struct lesson l;
    play("-S 100 -H 4 -A +10,+200,-0,-0,-7,+10", &l);
    assert_int_equal(l.steps, 6);
    assert_int_equal(l.step[0].returned, 1000);
    assert_int_equal(l.step[0].pointer, 1004);
    assert_int_equal(l.step[1].returned, -1);
    assert_int_equal(l.step[2].returned, 0);
    assert_int_equal(l.step[3].returned, -1);
    assert_string_equal(l.step[4].call, "Invalid Free: Skipping");
    assert_int_equal(l.step[5].returned, 1000);
    lesson_close(&l);
}

/* Figures 17.3 to 17.7: a heap of 4 KiB at 16 KB, three blocks of 100 with headers of 8 bytes, of
 * which the middle one is freed first, then the others. Read from the bytes of the heap. */
struct figure {
    struct region region;
    struct heap *heap;
};

static uint32_t word_at(const struct figure *f, size_t address)
{
    uint32_t word;
    memcpy(&word, f->region.base + (address - 16384), sizeof word);
    return word;
}

static void expect_node(const struct figure *f, size_t address, uint32_t size, size_t next)
{
    assert_int_equal(word_at(f, address), size);
    assert_int_equal(word_at(f, address + 4), next ? next - 16384 : UINT32_MAX);
}

static void test_figures(void **state)
{
    (void)state;
    struct policy_spec spec;
    struct problem problem;
    struct figure f;
    size_t bytes = 1 << 18;
    char *memory = aligned_alloc(REGION_ALIGN, bytes), *p[3];
    assert_non_null(memory);
    f.region = (struct region){.base = memory, .brk = memory + bytes, .limit = memory + bytes};
    assert_true(policy_spec_parse("textbook:order=lifo,coalesce=no,header=8,align=4,heap=4096",
                                  &spec, &problem));
    f.heap = spec.policy->open(spec.policy, &f.region, spec.values.number);
    assert_non_null(f.heap);
    expect_node(&f, 16384, 4088, 0); /* 17.3 */
    for (size_t i = 0; i < 3; i++) { /* 17.4, 17.5 */
        p[i] = heap_alloc(f.heap, 100);
        assert_int_equal(p[i] - f.region.base + 16384, 16392 + 108 * i);
        assert_int_equal(word_at(&f, 16384 + 108 * i), 100);
        assert_int_equal(word_at(&f, 16388 + 108 * i), 1234567);
        expect_node(&f, 16384 + 108 * (i + 1), (uint32_t)(4088 - 108 * (i + 1)), 0);
    }
    heap_free(f.heap, p[1]); /* 17.6: free(16500) */
    expect_node(&f, 16492, 100, 16708);
    expect_node(&f, 16708, 3764, 0);
    heap_free(f.heap, p[2]); /* 17.7: freed, and not joined */
    heap_free(f.heap, p[0]);
    expect_node(&f, 16384, 100, 16600);
    expect_node(&f, 16600, 100, 16492);
    expect_node(&f, 16492, 100, 16708);
    assert_null(heap_check(f.heap));
    memory[4] ^= 1; /* a program writes before its block */
    assert_non_null(heap_check(f.heap));
    free(memory);
}

static void test_answers(void **state)
{
    (void)state;
    struct lesson_hole holes[] = {{1024, 76}, {1000, 8}};
    struct lesson_step list = {.hole = holes, .holes = 2}, none = {0};
    assert_true(quiz_list_right(&list, true, "1024 76, 1000 8\n"));
    assert_true(quiz_list_right(&list, true,
                                "Free List [ Size 2 ]: [ addr:1024 sz:76 ][ addr:1000 sz:8 ]"));
    assert_false(quiz_list_right(&list, true, "1000 8 1024 76"));
    assert_false(quiz_list_right(&list, true, "1024 76"));
    assert_false(quiz_list_right(&list, true, "1024 76 1000 8 5"));
    assert_false(quiz_list_right(&list, true, ""));
    assert_false(quiz_list_right(&list, true, "empty"));
    assert_true(quiz_list_right(&none, true, " empty \n"));
    struct lesson_step failed = {.failed = true, .returned = 15}, served = {.returned = 1000};
    assert_true(quiz_address_right(&failed, "-1\n"));
    assert_true(quiz_address_right(&failed, "NULL"));
    assert_true(quiz_address_right(&served, "0x3e8"));
    assert_false(quiz_address_right(&served, "1000 or so"));
    assert_false(quiz_address_right(&served, "fails"));
    assert_false(quiz_count_right(2, "-2"));
}

/* A quiz with one right answer and one that is wrong, and the end of the answers. */
static void test_quiz(void **state)
{
    (void)state;
    struct lesson l;
    char answers[] = "1004\n9\n", *text;
    size_t size;
    FILE *in = fmemopen(answers, strlen(answers), "r"), *out = open_memstream(&text, &size);
    play("-S 100 -H 4 -a 4 -A +3,+5,-0 -p BEST", &l);
    l.step[0].returned = 1004; /* the first question is about the address of the pointer */
    struct quiz_score score = quiz_ask(&l, in, out);
    fclose(in);
    fclose(out);
    assert_int_equal(score.asked, 2);
    assert_int_equal(score.right, 1);
    assert_false(score.ended);
    assert_non_null(strstr(text, "1 of 2 right."));
    assert_non_null(strstr(text,
                           "A request for 3, rounded up to 4, and a header of 4 needs a hole of at "
                           "least 8 bytes."));
    assert_non_null(strstr(text, "the smallest that is large enough"));
    free(text);
    lesson_close(&l);
}

static char *sheet(enum worksheet_format format, int64_t seed)
{
    char *text;
    size_t size;
    struct problem problem;
    FILE *out = open_memstream(&text, &size);
    const struct worksheet w = {.exercises = 4, .seed = seed, .format = format};
    assert_true(worksheet_write(&w, out, &problem));
    fclose(out);
    return text;
}

/* The same seed gives the same sheet; the solution of each exercise is what --ostep prints for the
 * options that stand below it. */
static void test_worksheet(void **state)
{
    (void)state;
    char *text = sheet(WORKSHEET_TEXT, 7), *again = sheet(WORKSHEET_TEXT, 7);
    char *other = sheet(WORKSHEET_TEXT, 8), *html = sheet(WORKSHEET_HTML, 7);
    assert_string_equal(text, again);
    assert_string_not_equal(text, other);
    char *solution = strstr(text, "Solution of exercise 4\n\n"), *command, *end;
    assert_non_null(solution);
    command = strstr(solution, "--ostep '");
    assert_non_null(command);
    end = strchr(command + 9, '\'');
    *end = '\0';
    struct lesson l;
    char *expected;
    size_t size;
    FILE *out = open_memstream(&expected, &size);
    play(command + 9, &l);
    ostep_print(&l, true, out);
    fclose(out);
    lesson_close(&l);
    assert_memory_equal(solution + strlen("Solution of exercise 4\n\n"), expected, size);
    assert_non_null(strstr(html, "<h2>Exercise 4</h2>"));
    assert_non_null(strstr(html, "how many holes the search looks at"));
    assert_non_null(strstr(html, "Free(ptr[0])</td><td></td><td class=\"none\">"));
    assert_non_null(strstr(html, "</body></html>"));
    free(expected);
    free(text);
    free(again);
    free(other);
    free(html);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_mersenne),
        cmocka_unit_test(test_options),
        cmocka_unit_test(test_list_of_operations),
        cmocka_unit_test(test_figures),
        cmocka_unit_test(test_answers),
        cmocka_unit_test(test_quiz),
        cmocka_unit_test(test_worksheet),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
