#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/folders.h"
#include "present/report/report.h"
#include "present/report/tables.h"

bool report_latex(const char *folder, const struct report_tables *tables,
                  const struct latex_choice *choice, void (*told)(const char *path),
                  struct problem *problem)
{
    size_t written = 0;
    if (!folders_make(folder)) {
        return problem_set(problem, "%s: %s", folder, strerror(errno));
    }
    for (size_t i = 0; i < tables->count; i++) {
        char path[5200];
        if (!report_table_is_chosen(tables->table[i], choice)) {
            continue;
        }
        snprintf(path, sizeof path, "%s/%s.tex", folder, tables->table[i]->slug);
        FILE *out = fopen(path, "w");
        if (!out) {
            return problem_set(problem, "%s: %s", path, strerror(errno));
        }
        report_table_latex(tables->table[i], choice, out);
        if (fclose(out)) {
            return problem_set(problem, "%s: %s", path, strerror(errno));
        }
        told(path);
        written++;
    }
    return written || !choice->columns || !*choice->columns ||
           problem_set(problem,
                       "no table has a column '%s': give a column of summary.csv that the report "
                       "shows, such as jw4_pct, or the head of one",
                       *choice->columns);
}
