#define _GNU_SOURCE
#include "programs/record/session.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "programs/preload/preload.h"
#include "programs/record/collector.h"
#include "programs/record/recording.h"

/* The summary of a finished recording. */
struct summary {
    struct trace_totals totals;
    struct recording_counts counts;
    uint64_t lost;
};

struct session {
    const struct session_options *options;
    struct collector *collector;
    struct recording *recording[CHANNEL_PROCESSES];
    pid_t root;
    struct summary last;
    uint32_t images; /* recordings finished, if they are of one process */
    bool running;
    int status;
};

/* Where a process's trace goes: T.fltrace, or T-3-gawk.fltrace for the third with children. */
static void trace_path(const struct session_options *o, uint32_t number,
                       const struct channel_process *process, char path[PATH_MAX])
{
    if (!(o->flags & CHANNEL_CHILDREN)) {
        snprintf(path, PATH_MAX, "%s", o->output);
        return;
    }
    size_t stem = strlen(o->output);
    size_t extension = strlen(TRACE_EXTENSION);
    if (stem > extension && !strcmp(o->output + stem - extension, TRACE_EXTENSION)) {
        stem -= extension;
    }
    const char *slash = strrchr(process->command_line, '/');
    snprintf(path, PATH_MAX, "%.*s-%" PRIu32 "-%.64s" TRACE_EXTENSION, (int)stem, o->output,
             number + 1, slash ? slash + 1 : process->command_line);
}

static bool begin(void *ctx, uint32_t number, const struct channel_process *process,
                  struct problem *problem)
{
    struct session *s = ctx;
    char path[PATH_MAX];
    trace_path(s->options, number, process, path);
    s->recording[number] =
        recording_open(path, s->options->flags, s->options->level, process, problem);
    return s->recording[number] != NULL;
}

static bool event(void *ctx, uint32_t number, const struct logged *logged, struct problem *problem)
{
    struct session *s = ctx;
    return recording_add(s->recording[number], logged, problem);
}

static void tell(const char *path, const struct summary *u)
{
    fprintf(stderr,
            "fitlab: %s: %" PRIu64 " events, at most %" PRIu64 " bytes in %" PRIu64
            " blocks live\n",
            path, u->totals.events, u->totals.peak_live_bytes, u->totals.peak_live_blocks);
    if (u->counts.strangers) {
        fprintf(stderr,
                "fitlab: %s: left out %" PRIu64 " frees of blocks from before the recording\n",
                path, u->counts.strangers);
    }
    if (u->counts.implied) {
        fprintf(stderr,
                "fitlab: %s: added %" PRIu64
                " frees of blocks whose address was returned again without a free\n",
                path, u->counts.implied);
    }
    if (u->lost) {
        fprintf(stderr, "fitlab: %s: %" PRIu64 " events are missing, there was no room for them\n",
                path, u->lost);
    }
}

/* Without children, each image of the program has the same path, and the last one stays. */
static void tell_last(const struct session *s)
{
    if (s->images > 0) {
        tell(s->options->output, &s->last);
    }
    if (s->images > 1) {
        fprintf(stderr,
                "fitlab: %s: '%s' replaced itself by exec, and this is the last of %" PRIu32
                " programs: --children records each\n",
                s->options->output, s->options->command[0], s->images);
    }
}

static bool end(void *ctx, uint32_t number, const struct channel_process *process,
                struct problem *problem)
{
    struct session *s = ctx;
    struct recording *recording = s->recording[number];
    s->recording[number] = NULL;
    struct summary summary = {.lost = atomic_load(&process->lost)};
    if (!recording_finish(recording, &summary.totals, &summary.counts, problem)) {
        return false;
    }
    if (!(s->options->flags & CHANNEL_CHILDREN)) {
        s->images++;
        s->last = summary;
    } else if (!s->options->quiet) {
        char path[PATH_MAX];
        trace_path(s->options, number, process, path);
        tell(path, &summary);
    }
    return true;
}

static struct channel *rung; /* by the end of a child */

static void child_ended(int signal_number)
{
    (void)signal_number;
    int saved = errno;
    channel_ring(rung);
    errno = saved;
}

static void become_root(void *channel)
{
    ((struct channel *)channel)->root_pid = getpid();
}

static bool start(struct session *s, struct problem *problem)
{
    char library[PATH_MAX], variable[96];
    if (!preload_check(s->options->command[0], problem) ||
        !preload_find("fitlab-record", library, problem)) {
        return false;
    }
    snprintf(variable, sizeof variable, CHANNEL_VARIABLE "=%s", collector_path(s->collector));
    struct channel *channel = collector_channel(s->collector);
    struct preload preload = {.library = library,
                              .settings = (const char *const[]){variable, NULL},
                              .before_exec = become_root,
                              .ctx = channel};
    rung = channel;
    struct sigaction action = {.sa_handler = child_ended, .sa_flags = SA_RESTART};
    sigemptyset(&action.sa_mask);
    sigaction(SIGCHLD, &action, NULL);
    preload_guard_signals();
    if (s->options->flags & CHANNEL_CHILDREN) {
        prctl(PR_SET_CHILD_SUBREAPER, 1);
    }
    s->root = preload_start(&preload, s->options->command, problem);
    s->running = s->root > 0;
    return s->running;
}

/* Waits for the processes that have ended. With --children, orphans count as well, because they
 * become children of this process. */
static void reap(struct session *s)
{
    int status;
    pid_t pid;
    while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
        if (pid == s->root) {
            s->status = status;
            s->running = s->options->flags & CHANNEL_CHILDREN;
        }
    }
    if (pid < 0 && errno == ECHILD) {
        s->running = false;
    }
}

/* Reads while the programs run; also after the sink has failed, as they must not be held up. */
static bool collect(struct session *s, struct problem *problem)
{
    bool ok = true;
    while (s->running) {
        collector_wait(s->collector);
        reap(s);
        ok = ok && collector_drain(s->collector, problem);
    }
    return ok && collector_finish(s->collector, problem);
}

/* The program goes on unrecorded, and fitlab ends as it does. */
static void stop(struct session *s, const struct problem *problem)
{
    char path[PATH_MAX], part[PATH_MAX + 8];
    snprintf(path, sizeof path, "%s", s->options->output);
    for (uint32_t i = 0; i < CHANNEL_PROCESSES; i++) {
        if (s->recording[i]) {
            trace_path(s->options, i, &collector_channel(s->collector)->process[i], path);
            recording_abort(s->recording[i]);
            s->recording[i] = NULL;
        }
    }
    snprintf(part, sizeof part, "%s.part", path);
    fprintf(stderr, "fitlab: warning: %s: the recording stopped there, and the program went on\n",
            problem->text);
    if (access(part, F_OK) == 0) {
        fprintf(stderr,
                "fitlab: warning: what was recorded is in %s: replay it with -w "
                "'trace:torn=accept,path=%s'\n",
                part, part);
    }
}

/* A trace that cannot be written is known before the program runs. */
static bool check_output(const char *path, struct problem *problem)
{
    char folder[PATH_MAX];
    struct stat st;
    if (!strcmp(path, "-")) {
        return true;
    }
    if (!stat(path, &st) && !S_ISREG(st.st_mode) && !S_ISCHR(st.st_mode)) {
        return problem_set(problem, "%s is no regular file: record into one", path);
    }
    const char *slash = strrchr(path, '/');
    snprintf(folder, sizeof folder, "%.*s", slash ? (int)(slash - path) : 1, slash ? path : ".");
    return access(*folder ? folder : "/", W_OK) == 0 ||
           problem_set(problem, "%s cannot be written: %s: %s", path, folder, strerror(errno));
}

static bool check_loaded(const struct session *s, struct problem *problem)
{
    if (collector_processes(s->collector) > 0) {
        return true;
    }
    return problem_set(problem,
                       "'%s' ran unrecorded, as it did not load the recorder: it runs with the "
                       "rights of another user, or is not for this machine's C library",
                       s->options->command[0]);
}

static void tell_incomplete(struct collector *collector)
{
    uint64_t gaps = collector_gaps(collector);
    uint32_t processes = atomic_load(&collector_channel(collector)->processes);
    if (gaps) {
        fprintf(stderr, "fitlab: %" PRIu64 " events were begun and never finished\n", gaps);
    }
    if (processes > CHANNEL_PROCESSES) {
        fprintf(stderr, "fitlab: %" PRIu32 " processes after the first %d were not recorded\n",
                processes - CHANNEL_PROCESSES, CHANNEL_PROCESSES);
    }
}

/* A program may forbid itself the calls that the recorder needs when its memory is full. */
static void tell_killed(const struct session *s)
{
    int number = WIFSIGNALED(s->status) ? WTERMSIG(s->status) : 0;
    if (number == SIGKILL || number == SIGSYS) {
        fprintf(stderr,
                "fitlab: '%s' was killed by SIG%s: where it forbids itself system calls (seccomp), "
                "it can be recorded no further than the memory reaches that it has by then; record "
                "it with that switched off\n",
                s->options->command[0], sigabbrev_np(number));
    }
}

bool session_run(const struct session_options *options, int *status, struct problem *problem)
{
    struct session *s = calloc(1, sizeof *s);
    if (!s) {
        return problem_set(problem, "no memory to record");
    }
    s->options = options;
    struct collector_sink sink = {.begin = begin, .event = event, .end = end, .ctx = s};
    bool ok = check_output(options->output, problem);
    s->collector = ok ? collector_open(options->flags, &sink, problem) : NULL;
    ok = s->collector && start(s, problem);
    bool whole = ok && collect(s, problem);
    if (ok && !whole) {
        stop(s, problem);
    }
    ok = ok && (!whole || check_loaded(s, problem));
    for (uint32_t i = 0; i < CHANNEL_PROCESSES; i++) {
        recording_abort(s->recording[i]);
    }
    if (whole && ok && !options->quiet) {
        tell_last(s);
        tell_incomplete(s->collector);
        tell_killed(s);
    }
    if (s->collector) {
        collector_close(s->collector);
    }
    *status = s->status;
    free(s);
    return ok;
}
