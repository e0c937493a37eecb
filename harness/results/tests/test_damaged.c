/* Whatever a cell's process leaves in the memory that it shares, its parent either calls it damaged
 * or can write rows of it: bytes of real results are changed at random. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cell/pass_kind.h"
#include "cell/shared_results.h"
#include "results/rows.h"
#include "spec/policy_spec.h"
#include "spec/workload_spec.h"

enum { ROUNDS = 400, MOST_CHANGES = 6 };

static uint64_t state = 20;

static uint64_t draw(void)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state;
}

/* A byte, a bit, or a whole word of a value that is likely to go through a check. Half of them at
 * the start, where the counts are. */
static void change_something(struct shared_results *b)
{
    const size_t from = offsetof(struct shared_results, status);
    size_t span = b->layout.bytes - from - sizeof(uint64_t);
    size_t head = sizeof(struct shared_results) - from + sizeof(struct sample);
    char *at = (char *)b + from + draw() % (draw() % 2 ? head : span);
    static const uint64_t words[] = {0, 1, 2, 14, 41, 255, UINT32_MAX, UINT64_MAX, 1ull << 40};
    switch (draw() % 3) {
    case 0:
        *at = (char)((unsigned char)*at ^ 1u << draw() % 8);
        break;
    case 1:
        *at = (char)draw();
        break;
    default:
        memcpy(at, &words[draw() % (sizeof words / sizeof *words)], sizeof *words);
    }
}

static void write_rows(const struct cell *cell, const struct shared_results *b)
{
    struct cell_result result = {.status = b->status,
                                 .metrics = b->metrics,
                                 .samples = b->sample,
                                 .sample_count = b->sample_count};
    memcpy(result.detail, b->detail, sizeof result.detail);
    if (pass_kinds[cell->pass]->publish) {
        pass_kinds[cell->pass]->publish(b, &result);
    }
    FILE *out[ROWS_TABLES];
    for (size_t i = 0; i < ROWS_TABLES; i++) {
        out[i] = fopen("/dev/null", "w");
        assert_non_null(out[i]);
    }
    rows_write(out, cell, "0123456789abcdef", &result);
    for (size_t i = 0; i < ROWS_TABLES; i++) {
        fclose(out[i]);
    }
}

/* Whether nothing was changed but room that the counts leave empty, which nobody reads. */
static bool is_same(const struct shared_results *was, const struct shared_results *is)
{
    const struct pass_kind *kind = pass_kinds[was->layout.pass];
    const size_t own = was->layout.own_at;
    size_t samples =
        offsetof(struct shared_results, sample) + (size_t)was->sample_count * sizeof(struct sample);
    size_t used = kind->own_used ? kind->own_used(was) : was->layout.bytes - own;
    return !memcmp(was, is, samples) &&
           !memcmp((const char *)was + own, (const char *)is + own, used);
}

static void damage_pass(enum cell_pass pass)
{
    struct policy_spec policy;
    struct workload_spec workload;
    struct problem problem;
    struct cell cell;
    struct cell_process process;
    assert_true(policy_spec_parse("first-fit", &policy, &problem));
    assert_true(workload_spec_parse("uniform:events=500,live=50", &workload, &problem));
    cell_init(&cell, &policy, &workload);
    cell.pass = pass;
    cell.samples = 5;
    assert_true(cell_start(&cell, &process, &problem));
    cell_wait(&process);
    assert_int_equal(CELL_OK, process.result.status);
    assert_true(shared_results_sound(process.copy, process.seed));
    assert_false(shared_results_sound(process.copy, process.seed + 1));
    struct shared_results *b = malloc(process.layout.bytes);
    assert_non_null(b);
    unsigned sound = 0, damaged = 0;
    for (unsigned round = 0; round < ROUNDS; round++) {
        memcpy(b, process.copy, process.layout.bytes);
        for (uint64_t n = 1 + draw() % MOST_CHANGES; n > 0; n--) {
            change_something(b);
        }
        assert_true(is_same(process.copy, b) ||
                    !shared_results_sound(b, process.seed)); /* the digest tells */
        atomic_store(&b->done, false);
        if (shared_results_sound(b, process.seed)) { /* without one, the bounds have to */
            write_rows(&cell, b);
            sound++;
        } else {
            damaged++;
        }
    }
    assert_true(sound && damaged);
    free(b);
    cell_release(&process);
}

static void memory(void **unused)
{
    (void)unused;
    damage_pass(PASS_MEMORY);
}

static void map(void **unused)
{
    (void)unused;
    damage_pass(PASS_MAP);
}

static void minheap(void **unused)
{
    (void)unused;
    damage_pass(PASS_MINHEAP);
}

static void latency(void **unused)
{
    (void)unused;
    damage_pass(PASS_LATENCY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory),
        cmocka_unit_test(map),
        cmocka_unit_test(minheap),
        cmocka_unit_test(latency),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
