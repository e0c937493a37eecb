/* program_run.c - one program: its input, one run of it, and hyperfine. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <jansson.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/words.h"
#include "programs/matrix/program_matrix.h"
#include "spec/workload_spec.h"
#include "workloads/array.h"

/* Files beside the program's folder. */
#define OUTPUT    "../output"
#define REFERENCE "../reference"
#define ERRORS    "../errors"
#define RSS       "../rss"
#define STATS     "../stats"
#define TIMES     "../times.json"

/* A command line that grows. Words are borrowed. */
struct line {
    char *word[2 * PROGRAM_MOST_WORDS + 32];
    size_t count;
};

static void add(struct line *line, const char *word)
{
    line->word[line->count++] = (char *)word;
    line->word[line->count] = NULL;
}

/* Runs a command in a folder with its output in files there; returns its status of waitpid, or
 * -1 and a problem. */
static int run_in(const char *folder, char *const argv[], const char *output, const char *errors,
                  struct problem *problem)
{
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addchdir_np(&actions, folder);
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_TRUNC, 0644);
    posix_spawn_file_actions_addopen(&actions, 2, errors, O_WRONLY | O_CREAT | O_TRUNC, 0644);
    pid_t pid;
    int failure = posix_spawnp(&pid, argv[0], &actions, NULL, argv, environ);
    posix_spawn_file_actions_destroy(&actions);
    int status = -1;
    if (failure) {
        bool tool = !strcmp(argv[0], "hyperfine") || !strcmp(argv[0], "time");
        problem_set(problem, "cannot run '%s': %s%s%s", argv[0], strerror(failure),
                    tool ? ": apt-get install " : "", tool ? argv[0] : "");
    } else {
        while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
        }
    }
    return status;
}

static FILE *open_beside(const char *folder, const char *name, const char *mode)
{
    char path[2 * PATH_MAX];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return fopen(path, mode);
}

/* The first line of a file there, for messages. */
static const char *first_line(const char *folder, const char *name, char text[200])
{
    FILE *file = open_beside(folder, name, "r");
    if (!file || !fgets(text, 200, file)) {
        snprintf(text, 200, "it says nothing");
    }
    if (file) {
        fclose(file);
    }
    text[strcspn(text, "\n")] = '\0';
    return text;
}

/* Takes the words that the corpus's script printed: settings, "--", the command. */
static bool take_words(struct program *program, FILE *file)
{
    size_t room = 0, settings = 0, words = 0;
    bool past = false;
    if (getdelim(&program->text, &room, '\0', file) <= 0) {
        return false;
    }
    char *rest = program->text;
    for (char *word; (word = strsep(&rest, "\n")) && (rest || *word);) {
        if (!past && !strcmp(word, "--")) {
            past = true;
        } else if ((past ? words : settings) == PROGRAM_MOST_WORDS) {
            return false;
        } else if (past) {
            program->command[words++] = word;
        } else {
            program->environment[settings++] = word;
        }
    }
    return words > 0;
}

static bool prepare_from_corpus(struct program *program, double scale, struct problem *problem)
{
    char script[PATH_MAX], factor[32], note[200];
    snprintf(script, sizeof script, "%s/record", workload_corpus());
    snprintf(factor, sizeof factor, "%.9g", scale);
    char *const argv[] = {script, "-p", program->folder, "-s", factor, program->name, NULL};
    int status = run_in(program->folder, argv, OUTPUT, ERRORS, problem);
    if (status < 0) {
        return false;
    }
    FILE *file = status == 0 ? open_beside(program->folder, OUTPUT, "r") : NULL;
    bool ok = file && take_words(program, file);
    if (file) {
        fclose(file);
    }
    return ok || problem_set(problem, "program %s: no input from the corpus: %s", program->name,
                             first_line(program->folder, ERRORS, note));
}

bool program_prepare(struct program *program, double scale, const char *work,
                     struct problem *problem)
{
    int length =
        snprintf(program->folder, sizeof program->folder, "%s/%s/folder", work, program->name);
    char *slash = program->folder + length - strlen("/folder");
    *slash = '\0';
    bool made = mkdir(program->folder, 0755) == 0;
    *slash = '/';
    if (!made || mkdir(program->folder, 0755) != 0) {
        return problem_set(problem, "%s: %s", program->folder, strerror(errno));
    }
    if (!program->command[0]) {
        return prepare_from_corpus(program, scale, problem);
    }
    if (!program->input) {
        return true;
    }
    char note[200];
    char *const argv[] = {"sh", "-e", "-c", (char *)program->input, NULL};
    int status = run_in(program->folder, argv, OUTPUT, ERRORS, problem);
    return status == 0 ||
           (status > 0 && problem_set(problem, "program %s: its input fails: %s", program->name,
                                      first_line(program->folder, ERRORS, note)));
}

/* env SETTINGS... LD_PRELOAD=... COMMAND...; every choice has the same step in between. */
static void add_program(struct line *line, const struct program *program,
                        const struct exec_choice *choice, char preload[], size_t size)
{
    add(line, "env");
    for (size_t i = 0; program->environment[i]; i++) {
        add(line, program->environment[i]);
    }
    if (*choice->preload) {
        snprintf(preload, size, "LD_PRELOAD=%s", choice->preload);
        add(line, preload);
    }
    if (*choice->setting) {
        add(line, choice->setting);
    }
    for (size_t i = 0; program->command[i]; i++) {
        add(line, program->command[i]);
    }
}

static bool same_files(const char *folder, const char *a, const char *b)
{
    FILE *one = open_beside(folder, a, "r");
    FILE *two = open_beside(folder, b, "r");
    bool same = one && two;
    char x[4096], y[4096];
    for (size_t n = 1; same && n > 0;) {
        n = fread(x, 1, sizeof x, one);
        same = fread(y, 1, sizeof y, two) == n && !memcmp(x, y, n);
    }
    if (one) {
        fclose(one);
    }
    if (two) {
        fclose(two);
    }
    return same;
}

/* The dynamic linker goes on without a library that it cannot load. */
static bool was_loaded(const char *folder)
{
    FILE *file = open_beside(folder, ERRORS, "r");
    char text[1024];
    bool loaded = true;
    while (file && fgets(text, sizeof text, file)) {
        loaded &= !strstr(text, "cannot be preloaded");
    }
    if (file) {
        fclose(file);
    }
    return loaded;
}

static void read_rss(const char *folder, struct program_run *run)
{
    FILE *file = open_beside(folder, RSS, "r");
    uint64_t kib;
    if (file && fscanf(file, "%" SCNu64, &kib) == 1) {
        run->peak_rss_bytes = kib * 1024;
    }
    if (file) {
        fclose(file);
    }
}

/* Takes the line of the process with the largest heap. */
static void read_stats(const char *folder, struct program_run *run)
{
    FILE *file = open_beside(folder, STATS, "r");
    char text[512];
    while (file && fgets(text, sizeof text, file)) {
        char *at = strchr(text, ',');
        uint64_t peak = at ? strtoull(at + 1, &at, 10) : 0;
        if (!at || (run->told && peak <= run->peak_heap_bytes)) {
            continue;
        }
        run->told = true;
        run->peak_heap_bytes = peak;
#define X(name, help) run->count.name = *at == ',' ? strtoull(at + 1, &at, 10) : 0;
        FITLAB_COUNTERS(X)
#undef X
    }
    if (file) {
        fclose(file);
    }
}

static void judge(const struct program *program, int status, bool reference,
                  struct program_run *run)
{
    if (WIFSIGNALED(status)) {
        snprintf(run->status, sizeof run->status, "signal-%d", WTERMSIG(status));
    } else if (!was_loaded(program->folder)) {
        snprintf(run->status, sizeof run->status, "not-loaded");
    } else if (WEXITSTATUS(status) != 0) {
        snprintf(run->status, sizeof run->status, "exit-%d", WEXITSTATUS(status));
    } else if (!reference && !same_files(program->folder, OUTPUT, REFERENCE)) {
        snprintf(run->status, sizeof run->status, "differs");
    } else {
        snprintf(run->status, sizeof run->status, "ok");
    }
}

bool program_run_once(const struct program *program, const struct exec_choice *choice,
                      bool reference, struct program_run *run, struct problem *problem)
{
    memset(run, 0, sizeof *run);
    char preload[sizeof choice->preload + 16], stats[PATH_MAX + 64];
    snprintf(stats, sizeof stats, EXEC_STATS_VARIABLE "=%s/" STATS, program->folder);
    struct line line = {.count = 0};
    /* A child's peak begins with the peak of the process that it was forked from, so a small
     * program, GNU time, starts it. */
    static const char *const measured[] = {"time", "-q", "-o", RSS, "-f", "%M", "env"};
    for (size_t i = 0; i < sizeof measured / sizeof *measured; i++) {
        add(&line, measured[i]);
    }
    add(&line, stats);
    add_program(&line, program, choice, preload, sizeof preload);
    unlink(stats + strlen(EXEC_STATS_VARIABLE "="));
    int status =
        run_in(program->folder, line.word, reference ? REFERENCE : OUTPUT, ERRORS, problem);
    if (status < 0) {
        return false;
    }
    judge(program, status, reference, run);
    read_rss(program->folder, run);
    if (choice->policy) {
        read_stats(program->folder, run);
    }
    return true;
}

/* One argument for hyperfine, which splits it into words as a shell does. */
static char *join(const struct line *line)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    for (size_t i = 0; out && i < line->count; i++) {
        words_quote(out, line->word[i]);
        fputc(' ', out);
    }
    return out && fclose(out) == 0 ? text : NULL;
}

static bool read_times(const struct program *program, long runs, struct program_time *time,
                       struct problem *problem)
{
    char path[PATH_MAX + 32];
    snprintf(path, sizeof path, "%s/" TIMES, program->folder);
    json_t *root = json_load_file(path, 0, NULL);
    json_t *result = json_array_get(json_object_get(root, "results"), 0);
    json_t *times = json_object_get(result, "times");
    bool ok = json_array_size(times) == (size_t)runs;
    for (long i = 0; ok && i < runs; i++) {
        time[i].wall_s = json_number_value(json_array_get(times, (size_t)i));
        time[i].user_s = json_number_value(json_object_get(result, "user"));
        time[i].system_s = json_number_value(json_object_get(result, "system"));
    }
    json_decref(root);
    return ok || problem_set(problem, "%s: not what hyperfine 1.15 writes", path);
}

bool program_time(const struct program *program, const struct exec_choice *choice, long warmups,
                  long runs, struct program_time *time, struct problem *problem)
{
    char preload[sizeof choice->preload + 16], warm[24], count[24], note[200];
    struct line inner = {.count = 0}, line = {.count = 0};
    add_program(&inner, program, choice, preload, sizeof preload);
    char *command = join(&inner);
    if (!command) {
        return problem_set(problem, "no memory to time %s", program->name);
    }
    snprintf(warm, sizeof warm, "%ld", warmups);
    snprintf(count, sizeof count, "%ld", runs);
    const char *const words[] = {"hyperfine", "-N",  "--style",       "none", "--warmup", warm,
                                 "--runs",    count, "--export-json", TIMES,  command};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        add(&line, words[i]);
    }
    int status = run_in(program->folder, line.word, "/dev/null", ERRORS, problem);
    free(command);
    if (status > 0) {
        return problem_set(problem, "hyperfine on %s: %s", program->name,
                           first_line(program->folder, ERRORS, note));
    }
    return status == 0 && read_times(program, runs, time, problem);
}
