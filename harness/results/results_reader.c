#include "results/results_reader.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/packed_csv.h"
#include "cell/cell.h"
#include "results/label.h"
#include "results/memory_meters.h"
#include "results/older.h"
#include "results/roster.h"
#include "results/seeds.h"

enum { STUDY_TABLES = 16, LABEL_SIZE = ROSTER_LABEL };

struct results_reader {
    char *dir;
    char remedy[200]; /* of older_remedy */
    struct table *table[STUDY_TABLES];
    char *file[STUDY_TABLES];
    size_t tables;
    struct roster policies, workloads;
    struct seeds seeds;
    bool many_regions;
    const char *pages_release, *timed_release;
    const char *timed_threads;
    struct memory_meters meters;
    const char *touch; /* of summary.csv's */
    bool many_touches;
};

const char *reader_dir(const struct results_reader *s)
{
    return s->dir;
}

const struct roster *reader_policies(const struct results_reader *s)
{
    return &s->policies;
}

const struct roster *reader_workloads(const struct results_reader *s)
{
    return &s->workloads;
}

void reader_touch_sentence(const struct results_reader *s, char *text, size_t size)
{
    struct problem ignored;
    enum touch touch;
    text[0] = '\0';
    if (s->touch && touch_parse(s->touch, &touch, &ignored)) {
        snprintf(text, size, " While timed, %s (touch=%s).", touch_meanings[touch], s->touch);
    }
}

void reader_touch_note(const struct results_reader *s, char *text, size_t size)
{
    text[0] = '\0';
    if (s->many_touches) {
        snprintf(text, size,
                 "note: %s was timed with blocks touched in several ways: these are the times of "
                 "touch=%s; --touch gives the others\n",
                 s->dir, s->touch);
    }
}

void reader_seeds_sentence(const struct results_reader *s, char *text, size_t size)
{
    text[0] = '\0';
    if (s->seeds.most > 1) {
        snprintf(
            text, size,
            " A workload was measured with up to %zu seeds: numbers are medians over them, and "
            "what cannot be one is of the most typical seed.",
            s->seeds.most);
    }
}

bool reader_is_touch(const struct results_reader *s, const char *touch)
{
    return s->touch && !strcmp(s->touch, touch);
}

const char *reader_pages_release(const struct results_reader *s)
{
    return s->pages_release;
}

const char *reader_timed_release(const struct results_reader *s)
{
    return s->timed_release;
}

const struct memory_view *reader_memory(const struct results_reader *s)
{
    return memory_meters_view(&s->meters);
}

void reader_memory_note(const struct results_reader *s, char *text, size_t size)
{
    text[0] = '\0';
    if (s->meters.mixed && !s->meters.own_pages) {
        snprintf(
            text, size,
            "note: %s: the memory of mallocs of other systems was measured by other meters, and is "
            "left out: measure resident pages of all with the pass 'pages'\n",
            s->dir);
    }
}

static void reader_path(const struct results_reader *s, const char *file, char *path, size_t size)
{
    snprintf(path, size, "%s/%s", s->dir, file);
}

bool reader_has(const struct results_reader *s, const char *file)
{
    char path[4400];
    reader_path(s, file, path, sizeof path);
    return packed_csv_exists(path);
}

bool reader_has_rows(const struct results_reader *s, const char *file)
{
    char path[4400], *line = NULL;
    size_t room = 0;
    reader_path(s, file, path, sizeof path);
    struct problem unused;
    FILE *in = packed_csv_open(path, &unused);
    bool rows = in && getline(&line, &room, in) > 0 && getline(&line, &room, in) > 0;
    free(line);
    if (in) {
        fclose(in);
    }
    return rows;
}

const struct table *reader_table(struct results_reader *s, const char *file,
                                 struct problem *problem)
{
    for (size_t i = 0; i < s->tables; i++) {
        if (!strcmp(s->file[i], file)) {
            return s->table[i];
        }
    }
    if (s->tables == STUDY_TABLES) {
        problem_set(problem, "%s: more than %d tables are needed", s->dir, STUDY_TABLES);
        return NULL;
    }
    char path[4400];
    reader_path(s, file, path, sizeof path);
    struct table *t = older_read(path, file, s->remedy, problem);
    if (t) {
        s->table[s->tables] = t;
        s->file[s->tables++] = strdup(file);
    }
    return t;
}

/* --- rosters ------------------------------------------------------------------------------- */

/* The same policy in another region counts as another one. */
static void policy_key(const char *policy, const char *region, char *key, size_t size)
{
    snprintf(key, size, "%s in %s", policy, region);
}

static void add_policy(struct results_reader *s, const char *spec, const char *region,
                       const char *const *selected)
{
    char key[LABEL_SIZE * 2], name[LABEL_SIZE], label[LABEL_SIZE * 2];
    label_spec(spec, name, sizeof name);
    if (seeds_is_named(selected, spec, name)) {
        policy_key(spec, region, key, sizeof key);
        if (s->many_regions) {
            snprintf(label, sizeof label, "%s region=%s", name, region);
        } else {
            snprintf(label, sizeof label, "%s", name);
        }
        roster_add(&s->policies, &(struct subject){.key = key,
                                                   .spec = (char *)spec,
                                                   .name = name,
                                                   .label = label,
                                                   .fixed = strncmp(region, "grow", 4) != 0});
    }
}

static bool is_timed(const struct identity *id, size_t row)
{
    return cell_pass_names_timed(table_cell(id->table, row, id->pass));
}

/* Chooses one way of touching blocks. */
static bool choose_touch(struct results_reader *s, const struct identity *id, const char *selected,
                         struct problem *problem)
{
    const char *first = NULL;
    for (size_t row = 0; row < id->table->rows; row++) {
        if (is_timed(id, row)) {
            const char *touch = table_cell(id->table, row, id->touch);
            first = first ? first : touch;
            s->many_touches |= strcmp(touch, first) != 0;
            s->touch = selected && !strcmp(touch, selected) ? touch : s->touch;
        }
    }
    s->touch = selected ? s->touch : first;
    return !selected || s->touch ||
           problem_set(problem, "%s: nothing was timed with touch=%s: see its column 'touch'",
                       id->table->path, selected);
}

/* Settles on one rule of release for the pages pass, and on one for the timed ones. */
static bool choose_release(struct results_reader *s, const struct identity *id,
                           const char *selected, struct problem *problem)
{
    bool found = !selected;
    for (size_t row = 0; row < id->table->rows; row++) {
        const char *rule = table_cell(id->table, row, id->release);
        bool timed = is_timed(id, row), pages = identity_is_pass(id, row, "pages");
        if (!strcmp(rule, release_own.text) || (!timed && !pages)) {
            continue;
        }
        const char **chosen = timed ? &s->timed_release : &s->pages_release;
        *chosen = *chosen ? *chosen : rule;
        if (selected && !strcmp(rule, selected)) {
            *chosen = rule;
            found = true;
        }
    }
    return found || problem_set(problem,
                                "%s: nothing was measured with release=%s: see its column "
                                "'release'",
                                id->table->path, selected);
}

/* Settles on a number of threads of the timed rows. */
static bool choose_threads(struct results_reader *s, const struct identity *id,
                           const char *selected, struct problem *problem)
{
    for (size_t row = 0; row < id->table->rows; row++) {
        const char *threads = table_cell(id->table, row, id->threads);
        if (is_timed(id, row) && !s->timed_threads && (!selected || !strcmp(threads, selected))) {
            s->timed_threads = threads;
        }
    }
    return !selected || s->timed_threads ||
           problem_set(problem, "%s: nothing was timed with %s threads: see its column 'threads'",
                       id->table->path, selected);
}

static bool make_rosters(struct results_reader *s, const struct selection *selection,
                         struct problem *problem)
{
    struct identity id;
    if (!reader_identity(s, "summary.csv", &id, problem)) {
        return false;
    }
    if (id.table->rows == 0) {
        return problem_set(problem, "%s: has a header and no rows: nothing was measured",
                           id.table->path);
    }
    for (size_t i = 1; i < id.table->rows && !s->many_regions; i++) {
        s->many_regions =
            strcmp(table_cell(id.table, i, id.region), table_cell(id.table, 0, id.region)) != 0;
    }
    for (size_t i = 0; i < id.table->rows; i++) {
        add_policy(s, table_cell(id.table, i, id.policy), table_cell(id.table, i, id.region),
                   selection->policies);
    }
    return seeds_find(&s->seeds, id.table, id.workload, selection, &s->workloads, problem) &&
           choose_touch(s, &id, selection->touch, problem) &&
           choose_release(s, &id, selection->release, problem) &&
           choose_threads(s, &id, selection->threads, problem) &&
           memory_meters_find(&s->meters, &id, problem) &&
           roster_has_policies(&s->policies, selection->policies, id.table->path, problem);
}

struct results_reader *reader_open(const char *dir, const struct selection *selection,
                                   struct problem *problem)
{
    if (access(dir, F_OK)) {
        problem_set(problem, "%s: %s: give the folder that 'fitlab run -o' or 'fitlab sweep' made",
                    dir, strerror(errno));
        return NULL;
    }
    struct results_reader *s = calloc(1, sizeof *s);
    if (!s) {
        abort();
    }
    s->dir = strdup(dir);
    older_remedy(dir, s->remedy, sizeof s->remedy);
    if (!reader_has(s, "summary.csv")) {
        problem_set(problem,
                    "%s: has no summary.csv: give the folder that 'fitlab run -o' or 'fitlab "
                    "sweep' made",
                    dir);
    } else if (make_rosters(s, selection, problem)) {
        return s;
    }
    reader_close(s);
    return NULL;
}

void reader_close(struct results_reader *s)
{
    if (!s) {
        return;
    }
    for (size_t i = 0; i < s->tables; i++) {
        table_free(s->table[i]);
        free(s->file[i]);
    }
    roster_free(&s->policies);
    roster_free(&s->workloads);
    seeds_free(&s->seeds);
    free(s->dir);
    free(s);
}

/* --- rows ---------------------------------------------------------------------------------- */

bool reader_identity(struct results_reader *s, const char *file, struct identity *id,
                     struct problem *problem)
{
    const struct table *t = reader_table(s, file, problem);
    *id = (struct identity){.reader = s, .table = t};
    return t && table_column(t, "policy", &id->policy, problem) &&
           table_column(t, "workload", &id->workload, problem) &&
           table_column(t, "region", &id->region, problem) &&
           table_column(t, "touch", &id->touch, problem) &&
           table_column(t, "release", &id->release, problem) &&
           table_column(t, "threads", &id->threads, problem) &&
           table_column(t, "pass", &id->pass, problem) &&
           table_column(t, "seed", &id->seed, problem) && table_column(t, "rep", &id->rep, problem);
}

bool reader_is_threads(const struct results_reader *s, const char *threads)
{
    return s->timed_threads && !strcmp(threads, s->timed_threads);
}

bool identity_is_own(const struct identity *id, size_t row)
{
    return !strcmp(table_cell(id->table, row, id->release), release_own.text);
}

static bool is_rule(const char *rule, const char *chosen)
{
    return !strcmp(rule, release_own.text) || (chosen && !strcmp(rule, chosen));
}

bool identity_row(const struct identity *id, size_t row, size_t *policy, size_t *workload)
{
    const char *rule = table_cell(id->table, row, id->release);
    if (is_timed(id, row) &&
        (!is_rule(rule, id->reader->timed_release) ||
         !reader_is_threads(id->reader, table_cell(id->table, row, id->threads)))) {
        return false;
    }
    if (id->reader->meters.mixed && identity_is_own(id, row) &&
        identity_is_pass(id, row, "memory")) {
        return false;
    }
    return (!identity_is_pass(id, row, "pages") || is_rule(rule, id->reader->pages_release)) &&
           identity_row_of_any_rule(id, row, policy, workload);
}

bool identity_row_of_any_rule(const struct identity *id, size_t row, size_t *policy,
                              size_t *workload)
{
    *workload = seeds_workload(&id->reader->seeds, table_cell(id->table, row, id->workload));
    return reader_find_policy(id->reader, table_cell(id->table, row, id->policy),
                              table_cell(id->table, row, id->region), policy) &&
           *workload < id->reader->workloads.count &&
           (reader_is_touch(id->reader, table_cell(id->table, row, id->touch)) ||
            !is_timed(id, row));
}

bool identity_is_pass(const struct identity *id, size_t row, const char *pass)
{
    return !strcmp(table_cell(id->table, row, id->pass), pass);
}

bool reader_find_policy(const struct results_reader *s, const char *spec, const char *region,
                        size_t *policy)
{
    char key[LABEL_SIZE * 2];
    policy_key(spec, region, key, sizeof key);
    *policy = roster_find(&s->policies, key);
    return *policy < s->policies.count;
}

bool reader_find_workload_in_full(const struct results_reader *s, const char *spec,
                                  size_t *workload)
{
    const struct table *summary = s->table[0]; /* read when the reader was opened */
    struct problem ignored;
    size_t full, label;
    if (!table_column(summary, "workload_spec", &full, &ignored) ||
        !table_column(summary, "workload", &label, &ignored)) {
        return false;
    }
    for (size_t row = 0; row < summary->rows; row++) {
        if (!strcmp(table_cell(summary, row, full), spec)) {
            *workload = seeds_workload(&s->seeds, table_cell(summary, row, label));
            return *workload < s->workloads.count;
        }
    }
    return false;
}
