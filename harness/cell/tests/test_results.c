/* What a cell's process puts into locked results is there when it dies, the rest stays locked, and
 * samples that follow one another closely are put together. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "cell/shared_results.h"
#include "scripted.h"

enum { CLOSE = 40, FAR = 5, DIGEST = 12345 };

/* In a process that ends in a stray write. */
static void write_results(struct shared_results *b)
{
    const uint64_t digest = DIGEST;
    signal(SIGSEGV, SIG_DFL); /* cmocka catches it */
    shared_results_begin(b, 1);
    shared_results_lock(b);
    shared_results_append(b, &b->digest, &b->thread_samples, &digest, 1, sizeof digest);
    for (uint64_t i = 0; i < FAR; i++) { /* each is put when the next event is far away */
        shared_results_add_sample(b, &(struct sample){.reason = SAMPLE_GRID, .event = 10000 * i});
    }
    for (uint64_t i = 0; i < CLOSE; i++) {
        shared_results_add_sample(b, &(struct sample){.reason = SAMPLE_GRID, .event = 50000 + i});
    }
    if (shared_results_sample_count(b) != FAR + CLOSE) {
        _exit(1);
    }
    *(volatile uint64_t *)&b->digest = 0;
    _exit(2);
}

static void what_is_put_survives_a_stray_write(void **state)
{
    (void)state;
    struct policy_spec policy = scripted_policy(FAULT_NONE, 0);
    struct workload_spec workload = scripted_workload(NULL, 0, 0);
    struct cell cell;
    struct problem problem;
    cell_init(&cell, &policy, &workload);
    cell.samples = 100;
    struct shared_results *b = shared_results_open(&cell, &problem);
    assert_non_null(b);
    pid_t child = fork();
    if (child == 0) {
        write_results(b);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV);
    struct shared_results *copy = shared_results_copy(&b->layout);
    assert_int_equal(copy->digest, DIGEST);
    assert_int_equal(copy->thread_samples, 1);
    assert_in_range(copy->sample_count, FAR + CLOSE - 32 + 1, FAR + CLOSE);
    for (uint64_t i = 0; i < copy->sample_count; i++) {
        assert_int_equal(copy->sample[i].event, i < FAR ? 10000 * i : 50000 + i - FAR);
    }
    free(copy);
    const struct shared_layout layout = b->layout;
    shared_results_close(b, &layout);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_put_survives_a_stray_write),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
