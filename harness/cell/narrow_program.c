#define _GNU_SOURCE /* memfd_create */
#include "cell/narrow_program.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "mallocs/narrow.h"
#include "replay/sent_events.h"
#include "spec/policy_spec.h"
#include "spec/workload_spec.h"

static void give_up(struct shared_results *shared, enum cell_status status, const char *why)
{
    shared->status = status;
    snprintf(shared->detail, sizeof shared->detail, "%.255s", why);
    shared_results_finish(shared);
}

/* A file in memory with the events of the workload, at its start; -1 and a problem if that fails.
 */
static int send_workload(const struct workload_spec *workload, bool timed, struct problem *problem)
{
    struct packed packed;
    int fd = memfd_create("fitlab events", 0); /* to be inherited */
    if (fd < 0) {
        problem_set(problem, "no memory for the events: %s", strerror(errno));
        return -1;
    }
    bool sent =
        (timed ? packed_open_timed : packed_open)(&packed, workload, PACKED_BUDGET, problem);
    if (sent) {
        sent = sent_events_write(&packed, fd, problem);
        packed_close(&packed);
    }
    return sent && lseek(fd, 0, SEEK_SET) == 0 ? fd : -1;
}

static void exec_program(const struct cell *cell, const struct shared_results *shared, int events,
                         const char *program, uint64_t seed)
{
    const struct narrow *narrow = narrow_of(cell->policy->policy);
    char results_fd[16], events_fd[16], layout[64];
    struct cell_words words;
    snprintf(results_fd, sizeof results_fd, "%d", shared->layout.fd);
    snprintf(events_fd, sizeof events_fd, "%d", events);
    snprintf(layout, sizeof layout, "%" PRIu64 " %" PRIu64, shared->layout.bytes,
             shared->layout.own_at);
    const char *argv[NARROW_ARGUMENTS + 1] = {"fitlab-cell32",
                                              "cell",
                                              [NARROW_RESULTS] = results_fd,
                                              [NARROW_EVENTS] = events_fd,
                                              [NARROW_POLICY] = cell->policy->full,
                                              [NARROW_LIBRARY] = narrow->library.path,
                                              [NARROW_SYMBOL] = narrow->library.symbol,
                                              [NARROW_LAYOUT] = layout};
    cell_words_write(cell, seed, &words);
    memcpy(argv + NARROW_WORDS, words.word, sizeof words.word);
    fcntl(shared->layout.fd, F_SETFD, 0); /* to be inherited */
    /* argv's strings are not written to: the type is older than const */
    execv(program, (char *const *)(uintptr_t)argv);
}

void narrow_program_start(const struct cell *cell, struct shared_results *shared, uint64_t seed)
{
    char program[PATH_MAX];
    struct problem problem;
    const char *why = narrow_of(cell->policy->policy)->why;
    shared_results_begin(shared, seed);
    if (!why && !narrow_program(program, sizeof program)) {
        why = narrow_remedy;
    }
    if (why) {
        give_up(shared, CELL_UNAVAILABLE, why);
        return;
    }
    if (cell->pass == PASS_INSTRUCTIONS) {
        give_up(shared, CELL_UNAVAILABLE, "instructions of 32-bit policies are not counted");
        return;
    }
    cell_limit(cell); /* to read the workload is part of the cell */
    int events = send_workload(cell->workload, cell->release.in_time, &problem);
    if (events < 0) {
        give_up(shared, CELL_ERROR, problem.text);
        return;
    }
    exec_program(cell, shared, events, program, seed);
    int error = errno;
    give_up(shared, error == ENOEXEC ? CELL_UNAVAILABLE : CELL_ERROR, narrow_not_started(error));
}
