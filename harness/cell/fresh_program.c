#include "cell/fresh_program.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "cell/cell_words.h"
#include "mallocs/malloc_process.h"
#include "spec/policy_spec.h"
#include "spec/workload_spec.h"

const char *fresh_program_path;

/* The arguments of `fitlab cell`, in this order. */
enum {
    ARG_BOARD = 1,
    ARG_POLICY,
    ARG_WORKLOAD,
    ARG_WORDS,
    ARGS = ARG_WORDS + CELL_WORDS
};

static void give_up(struct shared_results *shared, enum cell_status status, const char *why)
{
    shared->status = status;
    snprintf(shared->detail, sizeof shared->detail, "%.255s", why);
    shared_results_finish(shared);
}

void fresh_program_start(const struct cell *cell, struct shared_results *shared, uint64_t seed)
{
    char fd[16];
    struct cell_words words;
    shared_results_begin(shared, seed);
    snprintf(fd, sizeof fd, "%d", shared->layout.fd);
    const char *argv[ARGS + 2] = {"fitlab", [ARG_BOARD + 1] = fd,
                                  [ARG_POLICY + 1] = cell->policy->full,
                                  [ARG_WORKLOAD + 1] = cell->workload->full};
    cell_words_write(cell, seed, &words);
    memcpy(argv + ARG_WORDS + 1, words.word, sizeof words.word);
    argv[1] = "cell";
    if (!fresh_program_path) {
        give_up(shared, CELL_UNAVAILABLE, "this program cannot start one for the policy");
        return;
    }
    if (cell->pass == PASS_PAGES) { /* the pass says why; a library's own data, too */
        prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0);
    }
    malloc_process_prepare(cell->policy->policy, cell->policy->values.number,
                           cell_pass_is_timed(cell->pass));
    fcntl(shared->layout.fd, F_SETFD, 0); /* to be inherited */
    /* argv's strings are not written to: the type is older than const */
    execv(fresh_program_path, (char *const *)(uintptr_t)argv);
    give_up(shared, CELL_ERROR, strerror(errno));
}

static bool read_cell(char **argv, struct cell *cell, struct policy_spec *policy,
                      struct workload_spec *workload, uint64_t *seed, struct problem *problem)
{
    if (!policy_spec_parse(argv[ARG_POLICY], policy, problem) ||
        !workload_spec_parse(argv[ARG_WORKLOAD], workload, problem)) {
        return false;
    }
    cell_init(cell, policy, workload);
    return cell_words_read(argv + ARG_WORDS, cell, seed, problem);
}

int fresh_program_main(int argc, char **argv)
{
    static struct policy_spec policy;
    static struct workload_spec workload;
    struct cell cell;
    struct problem problem;
    uint64_t seed;
    if (argc != ARGS || !read_cell(argv, &cell, &policy, &workload, &seed, &problem)) {
        fprintf(stderr, "fitlab: 'cell' is how fitlab starts itself: %s\n",
                argc == ARGS ? problem.text : "use 'fitlab run'");
        return 2;
    }
    struct shared_results *shared = shared_results_take(&cell, atoi(argv[ARG_BOARD]), &problem);
    if (!shared) {
        fprintf(stderr, "fitlab: %s\n", problem.text);
        return 2;
    }
    shared_results_begin(shared, seed);
    if (!malloc_process_ready(policy.policy, cell_pass_is_timed(cell.pass), &problem)) {
        give_up(shared, CELL_UNAVAILABLE, problem.text);
        return 0;
    }
    cell_run(&cell, shared, seed);
}
