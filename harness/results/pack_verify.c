#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/regular_file.h"
#include "base/table.h"
#include "results/pack.h"
#include "results/pack_sum.h"
#include "results/pack_traces.h"
#include "results/results_folder.h"

struct verifying {
    const char *folder;
    FILE *report;
    struct pack_check *check;
};

static void wrong(struct verifying *v, const char *name, const char *what)
{
    fprintf(v->report, "%s/%s: %s\n", v->folder, name, what);
    v->check->wrong++;
}

/* Whether a name stays in the folder: a list that somebody made may hold anything. */
static bool is_inside(const char *name)
{
    return *name && *name != '/' && strncmp(name, "../", 3) != 0 && !strstr(name, "/../");
}

static void check_file(struct verifying *v, const char *sum, const char *name)
{
    char path[PATH_MAX], now[PACK_SUM_SIZE];
    struct problem problem;
    snprintf(path, sizeof path, "%s/%s", v->folder, name);
    v->check->files++;
    if (!pack_sum_file(path, now, &problem)) {
        wrong(v, name, errno == ENOENT ? "is missing" : "cannot be read");
    } else if (strcmp(now, sum) != 0) {
        wrong(v, name, "is not the file that was packed");
    }
}

/* Lines of a digest, two blanks and a name. */
static bool check_files(struct verifying *v, FILE *sums, struct problem *problem)
{
    char *line = NULL;
    size_t room = 0, number = 0;
    bool sound = true;
    while (sound && getline(&line, &room, sums) > 0) {
        number++;
        line[strcspn(line, "\n")] = '\0';
        size_t digits = strspn(line, "0123456789abcdef");
        sound = digits == PACK_SUM_SIZE - 1 && !strncmp(line + digits, "  ", 2) &&
                is_inside(line + digits + 2);
        if (sound) {
            line[digits] = '\0';
            check_file(v, line, line + digits + 2);
        }
    }
    free(line);
    return sound || problem_set(problem,
                                "%s/" PACK_SUMS ":%zu: is no digest and a file's name: unpack the "
                                "archive again",
                                v->folder, number);
}

/* A trace that is not in the archive must be found where the specs say, or in the corpus. */
static void check_trace(struct verifying *v, const char *word, const char *digest, const char *file)
{
    char path[SPEC_MAX_TEXT], what[SPEC_MAX_TEXT + 256], now[17];
    v->check->traces++;
    if (!workload_trace_find(word, path, sizeof path)) {
        snprintf(what, sizeof what,
                 "the trace '%s' is missing: its cells are run again once it lies there", word);
    } else if (snprintf(now, sizeof now, "%016" PRIx64, pack_trace_digest(word)),
               *digest && strcmp(now, digest) != 0) {
        snprintf(what, sizeof what,
                 "the trace '%s' is another one now, in %s: put the right one there", word, path);
    } else {
        return;
    }
    char name[SPEC_MAX_TEXT + sizeof PACK_TRACES];
    snprintf(name, sizeof name, PACK_TRACES "/%s", file);
    wrong(v, name, what);
}

static bool check_traces(struct verifying *v, struct problem *problem)
{
    static const char *const names[] = {"trace", "digest", "file"};
    char path[PATH_MAX];
    size_t column[3];
    snprintf(path, sizeof path, "%s/" PACK_TRACES ".csv", v->folder);
    if (access(path, F_OK) != 0) { /* which was said already */
        return true;
    }
    struct table *t = table_read(path, problem);
    bool sound = t && results_folder_columns(t, names, 3, column, problem);
    for (size_t row = 0; sound && row < t->rows; row++) {
        check_trace(v, table_cell(t, row, column[0]), table_cell(t, row, column[1]),
                    table_cell(t, row, column[2]));
    }
    table_free(t);
    return sound;
}

bool pack_verify(const char *folder, FILE *report, struct pack_check *check,
                 struct problem *problem)
{
    struct verifying v = {folder, report, check};
    char path[PATH_MAX];
    *check = (struct pack_check){0};
    snprintf(path, sizeof path, "%s/" PACK_SUMS, folder);
    FILE *sums = regular_file_open(path, problem);
    if (!sums) {
        return errno == ENOENT;
    }
    check->packed = true;
    pack_traces_use(folder);
    bool done = check_files(&v, sums, problem) && check_traces(&v, problem);
    fclose(sums);
    return done;
}
