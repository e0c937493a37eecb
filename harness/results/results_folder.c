#include "results/results_folder.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/packed_csv.h"

void results_folder_tables(struct store_table out[RESULTS_FOLDER_TABLES + 1])
{
    for (size_t i = 0; i < ROWS_TABLES; i++) {
        out[i] = (struct store_table){rows_file[i], rows_header[i]};
    }
    out[RESULTS_FOLDER_PROVENANCE] =
        (struct store_table){"provenance.csv", "key,run,seconds,digest"};
    out[RESULTS_FOLDER_TABLES] = (struct store_table){NULL, NULL};
}

/* The part of the first line that is there is the beginning of the header; the rest may not have
 * been written. */
static bool has_header(FILE *file, const char *header)
{
    char *line = NULL;
    size_t room = 0;
    ssize_t length = getline(&line, &room, file);
    length -= length > 0 && line[length - 1] == '\n';
    bool same = length < 0 || !strncmp(line, header, (size_t)length);
    free(line);
    return same;
}

static bool has_rows(const char *path)
{
    char name[4096];
    struct problem unused;
    snprintf(name, sizeof name, "%s/%s", path, rows_file[ROWS_SUMMARY]);
    FILE *file = packed_csv_open(name, &unused);
    int byte = 0;
    for (size_t i = 0; file && byte != EOF && i < strlen(rows_header[ROWS_SUMMARY]) + 2; i++) {
        byte = getc(file);
    }
    bool rows = file && byte != EOF;
    if (file) {
        fclose(file);
    }
    return rows;
}

/* All tables are created before the first row. If summary.csv has rows and another table does not
 * exist, the rows of that table are lost, and the cells do not count as done. */
bool results_folder_sound(const char *path, struct problem *problem)
{
    bool rows = has_rows(path);
    for (size_t i = 0; i < ROWS_TABLES; i++) {
        char name[4096];
        snprintf(name, sizeof name, "%s/%s", path, rows_file[i]);
        FILE *file = packed_csv_open(name, problem);
        if (!file && errno != ENOENT) {
            return false;
        }
        if (!file && rows) {
            return problem_set(problem,
                               "%s: is not there, but summary.csv has its cells: put it back, or "
                               "remove summary.csv to measure them again",
                               name);
        }
        bool same = !file || has_header(file, rows_header[i]);
        if (file) {
            fclose(file);
        }
        if (!same) {
            return problem_set(problem, "%s: %s", name, row_file_other_columns);
        }
    }
    return true;
}

bool results_folder_open(struct store *store, const char *path, struct problem *problem)
{
    struct store_table tables[RESULTS_FOLDER_TABLES + 1];
    results_folder_tables(tables);
    return results_folder_sound(path, problem) && store_open(store, path, tables, problem);
}

struct table *results_folder_summary(const char *path, struct problem *problem)
{
    char file[4096];
    snprintf(file, sizeof file, "%s/%s", path, rows_file[ROWS_SUMMARY]);
    return table_read(file, problem);
}

void results_folder_name_run(char run[RESULTS_FOLDER_RUN_SIZE])
{
    char host[32] = "", when[32];
    time_t now = time(NULL);
    struct tm utc;
    gethostname(host, sizeof host - 1);
    strftime(when, sizeof when, "%Y%m%dT%H%M%SZ", gmtime_r(&now, &utc));
    snprintf(run, RESULTS_FOLDER_RUN_SIZE, "%s-%s-%ld", when, host, (long)getpid());
}

bool results_folder_columns(const struct table *table, const char *const *names, size_t n,
                            size_t *column, struct problem *problem)
{
    for (size_t i = 0; i < n; i++) {
        if (!table_column(table, names[i], &column[i], problem)) {
            return false;
        }
    }
    return true;
}

bool results_folder_describe(const char *path, struct manifest *manifest, struct problem *problem)
{
    static const char *const names[] = {"policy_spec", "workload_spec", "workload_digest", "events",
                                        "status"};
    enum { COLUMNS = sizeof names / sizeof *names };
    size_t column[COLUMNS];
    struct table *rows = results_folder_summary(path, problem);
    bool found = rows && results_folder_columns(rows, names, COLUMNS, column, problem);
    for (size_t row = 0; found && row < rows->rows; row++) {
        manifest_cell(manifest, table_cell(rows, row, column[0]), table_cell(rows, row, column[1]),
                      strtoull(table_cell(rows, row, column[2]), NULL, 16),
                      strtoull(table_cell(rows, row, column[3]), NULL, 10),
                      table_cell(rows, row, column[4]));
    }
    table_free(rows);
    return found;
}
